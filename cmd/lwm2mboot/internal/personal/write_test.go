package personal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestWriteReplacesTheContent(t *testing.T) {
	for name, old := range map[string][]byte{"empty": nil, "other": other(t), "shorter": short(t)} {
		for _, chunk := range []int{0, 4, 50} {
			t.Run(fmt.Sprintf("%s, chunks of %d", name, chunk), func(t *testing.T) {
				card := newCard(t, old)
				res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm), Chunk: chunk})
				require.NoError(t, err)
				require.True(t, res.Changed)
				require.True(t, res.Verified)
				require.Equal(t, []personal.KeyState{{Reference: apdu.RefADM1, Tries: 3}}, res.Keys)
				require.Equal(t, filled(file126(t), 1024), onCard(t, card))
				require.Empty(t, card.OpenChannels())
				require.Equal(t, card.Total(), res.Stats.RoundTrips)
			})
		}
	}
}

func TestWriteLeavesNothingOfALongerContent(t *testing.T) {
	card := newCard(t, file126(t))
	_, err := personal.Write(t.Context(), card, short(t), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Equal(t, filled(short(t), 1024), onCard(t, card))

	_, err = personal.Write(t.Context(), card, []byte{0, 0, 0, 0}, personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Equal(t, filled([]byte{0, 0, 0, 0}, 1024), onCard(t, card))
	_, _, err = personal.Read(t.Context(), card, nil)
	require.ErrorIs(t, err, simboot.ErrNoData)
}

func TestWriteOfNothingOverwritesWhatATornWriteLeft(t *testing.T) {
	empty := []byte{0, 0, 0, 0}
	for _, old := range [][]byte{erased(1024), filled(empty, 1024), make([]byte, 1024)} {
		card := newCard(t, old)
		res, err := personal.Write(t.Context(), card, empty, personal.Options{Key: key(t, adm)})
		require.NoError(t, err)
		require.False(t, res.Changed)
		require.Equal(t, old, onCard(t, card))
	}
	torn := append(empty[:4:4], file126(t)[4:]...)
	card := newCard(t, torn)
	_, err := personal.Write(t.Context(), card, empty, personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Equal(t, filled(empty, 1024), onCard(t, card))
}

func TestWriteLeavesZerosBehindTheContent(t *testing.T) {
	card := newCard(t, append(other(t), make([]byte, 898)...))
	_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Equal(t, append(file126(t), make([]byte, 898)...), onCard(t, card))
}

func TestWriteOnEveryKindOfCard(t *testing.T) {
	type variant struct {
		name string
		opts []simcard.Option
	}
	var all []variant
	for _, b := range simcard.Behaviours() {
		all = append(all, variant{b.String(), []simcard.Option{b}})
	}
	for i, l := range simcard.Layouts() {
		all = append(all, variant{fmt.Sprintf("layout %d", i), []simcard.Option{l}})
	}
	// What these cards cannot be asked, or do not have.
	refuses := map[string]error{
		simcard.VerifyEmptyRefused.String():               personal.ErrTries,
		simcard.VerifyWithoutCount.String():               personal.ErrTries,
		fmt.Sprintf("layout %d", simcard.DirectContent):   personal.ErrInDirectory,
		fmt.Sprintf("layout %d", simcard.AccessRulesOnly): personal.ErrNoFile,
		fmt.Sprintf("layout %d", simcard.DirectoryErased): personal.ErrNoFile,
	}
	for _, v := range all {
		t.Run(v.name, func(t *testing.T) {
			card := newCard(t, other(t), v.opts...)
			_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
			if want := refuses[v.name]; want != nil {
				require.ErrorIs(t, err, want)
				return
			}
			require.NoError(t, err)
			got, _, err := personal.Read(t.Context(), card, nil)
			require.NoError(t, err)
			require.Equal(t, file126(t), []byte(got))
			require.Empty(t, card.OpenChannels())
		})
	}
}

func TestWriteTornAtAnyCommandLeavesTheOldContentOrNone(t *testing.T) {
	old, next := other(t), file126(t)
	opts := personal.Options{Key: key(t, adm), Chunk: 40}
	whole := newCard(t, old)
	_, err := personal.Write(t.Context(), whole, next, opts)
	require.NoError(t, err)
	seen := map[string]int{}
	for n := 1; n <= whole.Total(); n++ {
		for name, effect := range map[string]transport.Effect{
			"before": transport.Fail(apdu.ErrNoCard), "after": transport.Lose(apdu.ErrNoCard),
		} {
			card := newCard(t, old)
			cut := transport.Fault(card, transport.At(n), effect)
			cut = transport.Fault(cut, transport.Since(transport.At(n+1)), transport.Fail(apdu.ErrNoCard))
			res, err := personal.Write(t.Context(), cut, next, opts)
			card.Reset()
			content, _, readErr := personal.Read(t.Context(), card, nil)
			switch {
			case errors.Is(readErr, simboot.ErrNoData):
				seen["none"]++
				require.Error(t, err)
				require.Equal(t, make([]byte, 4), onCard(t, card)[:4])
			case readErr != nil:
				t.Errorf("cut %s command %d: %v", name, n, readErr)
			case string(content) == string(old):
				seen["old"]++
				require.False(t, res.Changed, "cut %s command %d", name, n)
			default:
				seen["new"]++
				require.Equal(t, next, []byte(content), "cut %s command %d", name, n)
			}
		}
	}
	require.NotZero(t, seen["none"])
	require.NotZero(t, seen["old"])
	require.NotZero(t, seen["new"])
}

func TestUnchangedContentIsNotWritten(t *testing.T) {
	card := newCard(t, file126(t))
	var v verifies
	v.watch(card)
	asked := false
	opts := personal.Options{Key: key(t, adm), Confirm: func(context.Context, personal.Plan) error { asked = true; return nil }}
	res, err := personal.Write(t.Context(), card, append(file126(t), 1, 2, 3), opts)
	require.NoError(t, err)
	require.False(t, res.Changed)
	require.True(t, res.Verified)
	require.False(t, asked)
	require.Zero(t, v)
	require.Zero(t, card.Commands(apdu.INSUpdateBinary))
	require.Equal(t, 126, res.Plan.Old.Octets)

	opts.Force = true
	res, err = personal.Write(t.Context(), card, file126(t), opts)
	require.NoError(t, err)
	require.True(t, res.Changed)
	require.True(t, asked)
	require.Equal(t, 6, card.Commands(apdu.INSUpdateBinary), "header, 1020 octets, header")
}

func TestOnlyChunksThatDifferAreWritten(t *testing.T) {
	card := newCard(t, other(t))
	_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Equal(t, 3, card.Commands(apdu.INSUpdateBinary), "header, a chunk, header")
}

func TestConfirmIsShownThePlanBeforeAnythingIsSentThatChangesTheCard(t *testing.T) {
	card := newCard(t, short(t))
	var v verifies
	v.watch(card)
	var plan personal.Plan
	res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm), Confirm: func(_ context.Context, p personal.Plan) error {
		plan = p
		require.Zero(t, v.keys)
		require.Zero(t, card.Commands(apdu.INSUpdateBinary))
		return personal.ErrDeclined
	}})
	require.ErrorIs(t, err, personal.ErrDeclined)
	require.False(t, res.Changed)
	require.Equal(t, filled(short(t), 1024), onCard(t, card))
	require.Equal(t, verifies{questions: 1}, v)
	require.Equal(t, strings.Join([]string{
		"card         8988211000000000001",
		"application  A000000063504B43532D3135",
		"file         6432, 1024 octets, READ always, UPDATE ADM1 (0A)",
		"holds        27 octets, 1 object",
		"will hold    126 octets, 2 objects",
		"sends key    ADM1 (0A), 3 tries left",
		"",
	}, "\n"), plan.String())
}

func TestWriteRefusesBeforeItChangesAnything(t *testing.T) {
	good := file126(t)
	longer := append([]byte{0, 3, 0, 0x7B + 4, 0, 3, 0, 0, 0}, good[4:]...)
	longer[3] = byte(len(longer) - 4)
	readOnly := simcard.ADF(apdu.AIDPKCS15, simcard.File{Kind: apdu.StructureTransparent, FID: pkcs15.FIDBootstrap, Content: erased(200), Update: simcard.Never})
	small := simcard.ADF(apdu.AIDPKCS15, simcard.EF(pkcs15.FIDBootstrap, erased(125)))
	records := simcard.ADF(apdu.AIDPKCS15, simcard.RecordEF(pkcs15.FIDBootstrap, erased(200)))
	adm2 := simcard.ADF(apdu.AIDPKCS15, simcard.File{Kind: apdu.StructureTransparent, FID: pkcs15.FIDBootstrap, Content: erased(200), Update: 0x0B})
	for _, v := range []struct {
		name    string
		card    []simcard.Option
		content []byte
		opts    personal.Options
		want    error
		where   string
	}{
		{"no content", nil, nil, personal.Options{}, image.ErrContent, "0 octets"},
		{"half a content", nil, good[:100], personal.Options{}, image.ErrContent, "offset"},
		{"a file one octet too small", []simcard.Option{simcard.Files(small)}, good, personal.Options{Key: key(t, adm)}, personal.ErrTooSmall, "126 octets of content, 125 fit, 1 too many"},
		{"a part one octet too small", []simcard.Option{simcard.IndexAndLength}, longer, personal.Options{Key: key(t, adm)}, personal.ErrTooSmall, "5 too many"},
		{"a file that nobody may update", []simcard.Option{simcard.Files(readOnly)}, good, personal.Options{Key: key(t, adm)}, personal.ErrReadOnly, "6432"},
		{"a file of records", []simcard.Option{simcard.Files(records)}, good, personal.Options{Key: key(t, adm)}, apdu.SWWrongStructure, "6432"},
		{"a file for another key", []simcard.Option{simcard.Files(adm2)}, good, personal.Options{Key: key(t, adm)}, personal.ErrNoKey, "ADM2 (0B)"},
		{"no key", nil, good, personal.Options{}, personal.ErrNoKey, "ADM1 (0A)"},
		{"a file that is not there", nil, good, personal.Options{Search: simboot.Config{File: apdu.Path{0x6FFF}}}, apdu.ErrNotFound, "6FFF"},
		{"no application", nil, good, personal.Options{Search: simboot.Config{AID: "\xA0\x00\x00\x00\x63other"}}, personal.ErrNoFile, "A0000000636F74686572"},
		{"no such object", nil, good, personal.Options{Search: simboot.Config{OIDs: []pkcs15.OID{"\x2A\x03"}}}, personal.ErrNoFile, "1.2.3"},
		{"no logical channel", []simcard.Option{simcard.Channels(0)}, good, personal.Options{}, apdu.ErrNoChannel, ""},
		{"a chunk of 3", nil, good, personal.Options{Chunk: 3}, personal.ErrOptions, "Chunk"},
		{"an unknown channel policy", nil, good, personal.Options{Search: simboot.Config{Channel: 9}}, personal.ErrOptions, "Channel"},
		{"a key of the wrong length", nil, good, personal.Options{Key: shortKey}, personal.ErrOptions, "4 octets"},
	} {
		t.Run(v.name, func(t *testing.T) {
			card := newCard(t, other(t), append([]simcard.Option{simcard.PIN(0x0B, "99999999", 3)}, v.card...)...)
			var keys verifies
			keys.watch(card)
			res, err := personal.Write(t.Context(), card, v.content, v.opts)
			require.ErrorIs(t, err, v.want)
			require.ErrorContains(t, err, v.where)
			require.False(t, res.Changed)
			require.Zero(t, keys.keys)
			require.Zero(t, card.Commands(apdu.INSUpdateBinary))
			require.Empty(t, card.OpenChannels())
		})
	}
}

func TestWriteReadsBackBeforeTheContentBecomesValid(t *testing.T) {
	card := newCard(t, other(t))
	bad := mangling{card, func(c *apdu.Command) {
		if c.INS == apdu.INSUpdateBinary && len(c.Data) > 4 {
			c.Data[16]++ // at offset 20 of the file
		}
	}}
	res, err := personal.Write(t.Context(), bad, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, personal.ErrDifferent)
	require.ErrorContains(t, err, "offset 20")
	require.ErrorContains(t, err, "no bootstrap data now")
	require.True(t, res.Changed)
	require.False(t, res.Verified)
	_, _, err = personal.Read(t.Context(), card, nil)
	require.ErrorIs(t, err, simboot.ErrNoData)

	card = newCard(t, other(t))
	headers := 0
	bad = mangling{card, func(c *apdu.Command) {
		if c.INS == apdu.INSUpdateBinary && len(c.Data) == 4 {
			if headers++; headers == 2 {
				c.Data[0] = 0xFF
			}
		}
	}}
	_, err = personal.Write(t.Context(), bad, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, personal.ErrDifferent)
	require.ErrorContains(t, err, "offset 0")
}

func TestWriteGoesOnlyWhereTheFileIsNamed(t *testing.T) {
	for name, file := range map[string]apdu.Path{"from the application": {0x6432}, "from the MF": {apdu.FIDMF, simcard.FIDPKCS15, 0x6432}} {
		card := newCard(t, other(t), simcard.AccessRulesOnly) // which no directory leads to
		res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm), Search: simboot.Config{File: file}})
		require.NoError(t, err, name)
		require.Equal(t, file, res.Plan.File.Path)
		require.Equal(t, filled(file126(t), 1024), onCard(t, card))
	}
}

func TestWriteUsesTheBasicChannelWhenTold(t *testing.T) {
	for _, policy := range []simboot.ChannelPolicy{simboot.LogicalOrBasic, simboot.BasicOnly} {
		card := newCard(t, other(t), simcard.Channels(0))
		_, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm), Search: simboot.Config{Channel: policy}})
		require.NoError(t, err)
		require.Equal(t, filled(file126(t), 1024), onCard(t, card))
	}
}

func TestWriteTakesTheFirstFileWhenAllAreEmpty(t *testing.T) {
	card := newCard(t, nil, simcard.FirstFileErased)
	res, err := personal.Write(t.Context(), card, short(t), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Equal(t, apdu.Path{0x6431}, res.Plan.File.Path)
	got, _, err := personal.Read(t.Context(), card, nil)
	require.NoError(t, err)
	require.Equal(t, short(t), []byte(got))
}

func TestWriteTellsThatTheChannelMayHaveStayedOpen(t *testing.T) {
	card := newCard(t, other(t))
	// The ICCID is read on a channel of its own, closed by the first.
	closing := transport.Fault(card, transport.Nth(4, transport.OnINS(apdu.INSManageChannel)), transport.Fail(apdu.ErrCardBusy))
	res, err := personal.Write(t.Context(), closing, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, apdu.ErrCardBusy)
	require.True(t, res.Verified)
	require.Equal(t, filled(file126(t), 1024), onCard(t, card))
}

func TestWriteOnACardWithoutICCID(t *testing.T) {
	card := newCard(t, other(t), simcard.Blank())
	res, err := personal.Write(t.Context(), card, file126(t), personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Empty(t, res.Plan.ICCID)
	require.Contains(t, res.Plan.String(), "card         of unknown ICCID\n")
}

func TestWriteThatTheCardRefusesLeavesTheOldContent(t *testing.T) {
	card := newCard(t, other(t))
	refusing := transport.Fault(card, transport.OnINS(apdu.INSUpdateBinary), transport.Answer(apdu.Response{SW: 0x6581}))
	res, err := personal.Write(t.Context(), refusing, file126(t), personal.Options{Key: key(t, adm)})
	require.ErrorIs(t, err, apdu.ErrMemory)
	require.False(t, res.Changed)
	require.Equal(t, filled(other(t), 1024), onCard(t, card))
}

func TestWriteOfTheLargestFile(t *testing.T) {
	content, err := tlv.AppendFile(nil, tlv.File{Objects: []tlv.Object{{ID: 9, Instances: instances(t, tlv.MaxFileSize-9)}}})
	require.NoError(t, err)
	require.Len(t, content, tlv.MaxFileSize)
	card := newCard(t, nil, simcard.BootstrapFileSize(40000))
	_, err = personal.Write(t.Context(), card, content, personal.Options{Key: key(t, adm)})
	require.NoError(t, err)
	require.Equal(t, filled(content, 40000), onCard(t, card))
}

// instances is one Object Instance of n octets.
func instances(t *testing.T, n int) []byte {
	b, err := tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.Resource, ID: 1, Value: make([]byte, n-8)})
	require.NoError(t, err)
	b, err = tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.ObjectInstance, Value: b})
	require.NoError(t, err)
	require.Len(t, b, n)
	return b
}
