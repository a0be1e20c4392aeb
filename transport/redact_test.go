package transport_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// What the cards of these tests hold that nobody may see.
const (
	secretURI      = "coaps://eu.iot.avsystem.cloud:5684"
	secretIdentity = "example-psk-identity"
	secretKey      = "3x@mpl3P5K53cr3tK3y"
	secretPIN      = "7491"
	secretICCID    = "8988219374651028437"
)

// swapped is the ICCID as EF(ICCID) has it.
func swapped(digits string) []byte {
	digits += "F"
	var s strings.Builder
	for i := 0; i < len(digits); i += 2 {
		s.WriteByte(digits[i+1])
		s.WriteByte(digits[i])
	}
	b, _ := hex.DecodeString(s.String())
	return b
}

func secrets() map[string][]byte {
	return map[string][]byte{
		"URI": []byte(secretURI), "identity": []byte(secretIdentity), "key": []byte(secretKey),
		"PIN": []byte(secretPIN), "ICCID": swapped(secretICCID), "ICCID in digits": []byte(secretICCID),
		"label": []byte("LwM2M Bootstrap"),
	}
}

// leaks looks for every four bytes of every secret, as hex in any case and
// spacing, and as they are, and returns the names of those that it finds.
func leaks(text string) map[string]bool {
	_, steps, _ := strings.Cut(text, "\n")
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789ABCDEF", r) {
			return r
		}
		return -1
	}, strings.ToUpper(steps))
	found := map[string]bool{}
	for name, secret := range secrets() {
		for i := range len(secret) - 3 {
			part := secret[i : i+4]
			if strings.Contains(steps, string(part)) || strings.Contains(digits, strings.ToUpper(hex.EncodeToString(part))) {
				found[name] = true
			}
		}
	}
	return found
}

func TestSecretsAreFoundInWhatIsNotRedacted(t *testing.T) {
	for name, secret := range secrets() {
		for i := range len(secret) - 3 {
			for _, text := range []string{"> %X\n", "# %x\n", "> 00 % X 00\n", "# %s\n"} {
				require.Contains(t, leaks("version\n"+fmt.Sprintf(text, secret[i:i+4])), name)
			}
		}
	}
	transcript, _, err := recordRead(t, newCard(t, simcard.BootstrapFile(file126(t))), nil)
	require.NoError(t, err)
	require.Equal(t, map[string]bool{"URI": true, "identity": true, "key": true, "label": true}, leaks(format(t, transcript)))
}

// requireSameWay replays a redacted session: it takes the same commands, and
// goes well or wrong as the recorded one did.
func requireSameWay(t *testing.T, recorded *transport.Transcript, want error, session func(card apdu.CardTransport) error) {
	t.Helper()
	redacted := recorded.Redacted()
	text := format(t, redacted)
	require.Equal(t, shape(format(t, recorded)), shape(text))
	require.Empty(t, leaks(text))
	replay := transport.Replay(parse(t, strings.TrimPrefix(text, "lwm2mboot transcript 1\n")))
	got := session(replay)
	require.NoError(t, replay.Close(), "%v", got)
	require.Equal(t, want == nil, got == nil, "%v, not %v", got, want)
	for _, class := range []error{simboot.ErrNoData, simboot.ErrTooLarge, apdu.ErrSecurity, apdu.ErrNoCard, apdu.ErrShortFile, apdu.ErrNoChannel, apdu.ErrMalformed} {
		require.Equal(t, errors.Is(want, class), errors.Is(got, class), "%v, not %v", got, want)
	}
}

func read(t *testing.T, cfg *simboot.Config) func(apdu.CardTransport) error {
	return func(card apdu.CardTransport) error {
		_, _, err := simboot.Read(t.Context(), card, cfg)
		return err
	}
}

func cards() map[string][]simcard.Option {
	all := map[string][]simcard.Option{"plain": nil, "raw": {simcard.T0, simcard.RefuseNoAnswer, simcard.ReadPastEnd6C}}
	for _, b := range simcard.Behaviours() {
		all[b.String()] = []simcard.Option{b}
	}
	for _, l := range simcard.Layouts() {
		all[l.String()] = []simcard.Option{l}
	}
	all["PIN"] = []simcard.Option{simcard.PIN(simcard.PIN1, secretPIN, 3), simcard.ReadCondition(simcard.PIN1, 0x6432)}
	all["no channels"] = []simcard.Option{simcard.Channels(0)}
	all["by path"] = []simcard.Option{simcard.RefuseAID, simcard.AbsolutePaths, simcard.LongLengths}
	return all
}

// files are contents of EF(LwM2M_Bootstrap), the keys in them at several
// places.
func files(t *testing.T) map[string][]byte {
	good := file126(t)
	edit := func(do func(b []byte) []byte) []byte { return do(bytes.Clone(good)) }
	long := edit(func(b []byte) []byte { // an object of our own, with a String of 600 bytes
		value := bytes.Repeat([]byte(secretKey), 32)[:600]
		resource, err := tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.ResourceInstance, ID: 7, Value: value})
		require.NoError(t, err)
		many, err := tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.MultipleResource, ID: 3, Value: resource})
		require.NoError(t, err)
		instance, err := tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.ObjectInstance, ID: 0, Value: many})
		require.NoError(t, err)
		f, err := tlv.ParseFile(b)
		require.NoError(t, err)
		f.Objects = append(f.Objects, tlv.Object{ID: 26241, Version: tlv.Version{Major: 1, Minor: 1}, Instances: instance})
		b, err = tlv.AppendFile(nil, f)
		require.NoError(t, err)
		return b
	})
	return map[string][]byte{
		"good":          good,
		"long":          long,
		"empty":         nil,
		"too large":     edit(func(b []byte) []byte { b[2], b[3] = 0x80, 0x01; return b }),
		"short":         edit(func(b []byte) []byte { b[2], b[3] = 0x10, 0x00; return b }),
		"no objects":    edit(func(b []byte) []byte { b[0], b[1] = 0, 0; return b }),
		"more objects":  edit(func(b []byte) []byte { b[1] = 9; return b }),
		"broken TLV":    edit(func(b []byte) []byte { b[9] = 0x48; return b }),
		"broken object": edit(func(b []byte) []byte { b[7] = 0xFF; return b }),
		"old content":   append(good, good...),
	}
}

func TestRedactedSessionGoesTheSameWayAndHoldsNoSecret(t *testing.T) {
	for name, opts := range cards() {
		for content, file := range files(t) {
			for _, search := range []simboot.Search{simboot.AIDFirst, simboot.DirFirst} {
				t.Run(fmt.Sprintf("%s, %s, %v", name, content, search), func(t *testing.T) {
					opts := append([]simcard.Option{simcard.BootstrapFile(file), simcard.ICCID(secretICCID)}, opts...)
					cfg := &simboot.Config{Search: search}
					transcript, _, err := recordRead(t, newCard(t, opts...), cfg)
					requireSameWay(t, transcript, err, read(t, cfg))
				})
			}
		}
	}
}

func TestRedactedSessionWhoseCardIsTakenOut(t *testing.T) {
	for _, opts := range [][]simcard.Option{nil, {simcard.T0, simcard.RefuseNoAnswer}, {simcard.DirectContent}} {
		for n := 1; n <= 14; n++ {
			card := newCard(t, append(opts, simcard.BootstrapFile(files(t)["long"]))...)
			faulty := transport.Fault(card, transport.Since(transport.At(n)), transport.Fail(apdu.ErrNoCard))
			transcript, _, err := recordRead(t, faulty, nil)
			requireSameWay(t, transcript, err, read(t, nil))
		}
	}
}

// TestRedactedSessionWithACutAnswer cuts each answer at some lengths: what is
// shown of it is what the host saw.
func TestRedactedSessionWithACutAnswer(t *testing.T) {
	for n := 2; n <= 8; n++ {
		for keep := range 40 {
			card := newCard(t, simcard.RefuseNoAnswer, simcard.BootstrapFile(file126(t)))
			transcript, _, err := recordRead(t, transport.Fault(card, transport.At(n), transport.Cut(keep)), nil)
			requireSameWay(t, transcript, err, read(t, nil))
		}
	}
}

func TestRedactedFileKeepsItsStructure(t *testing.T) {
	file := files(t)["long"]
	transcript, _, err := recordRead(t, newCard(t, simcard.BootstrapFile(file)), nil)
	require.NoError(t, err)
	got, _, err := simboot.Read(t.Context(), transport.Replay(transcript.Redacted()), nil)
	require.NoError(t, err)
	require.Len(t, got, len(file))
	outline := func(b []byte) (list []string) {
		var walk func(e tlv.Entry)
		walk = func(e tlv.Entry) {
			list = append(list, e.String())
			if e.Kind.Nested() {
				for inner, err := range e.Entries() {
					require.NoError(t, err)
					walk(inner)
				}
			}
		}
		for o, err := range tlv.Objects(b) {
			require.NoError(t, err)
			list = append(list, o.String())
			for e, err := range o.Entries() {
				require.NoError(t, err)
				walk(e)
			}
		}
		return list
	}
	require.Equal(t, outline(file), outline(got))
	require.Len(t, outline(file), 2+10+2+4)

	values := map[string]string{}
	for o := range tlv.Objects(got) {
		for inst := range o.Entries() {
			for r := range inst.Entries() {
				values[fmt.Sprintf("/%d/%d", o.ID, r.ID)] = string(r.Value)
			}
		}
	}
	delete(values, "/26241/3")
	require.Equal(t, map[string]string{
		"/0/0": strings.Repeat("X", 34), "/0/1": "\x00", "/0/2": "\x00", "/0/3": strings.Repeat("X", 20),
		"/0/5": strings.Repeat("X", 19), "/0/10": "\x01",
		"/1/0": "\x01", "/1/1": "XXXX", "/1/6": "\x01", "/1/7": "\x01",
	}, values)
}

func TestRedactedBootstrapSendsTheSameCommands(t *testing.T) {
	var b bytes.Buffer
	rec := transport.Record(newCard(t, simcard.BootstrapFile(file126(t))), &b)
	var store bootstrapper.MemStore
	_, err := simboot.Bootstrap(t.Context(), rec, &store, nil)
	require.NoError(t, err)
	transcript, err := transport.ParseTranscript(&b)
	require.NoError(t, err)
	replay := transport.Replay(transcript.Redacted())
	_, err = simboot.Bootstrap(t.Context(), replay, &bootstrapper.MemStore{}, nil)
	require.ErrorIs(t, err, bootstrapper.ErrInconsistent, "its URI is none any more")
	require.NoError(t, replay.Close())
}

// TestRedactedSessionWithEveryKindOfCommand is one of a host that looks at
// everything.
func TestRedactedSessionWithEveryKindOfCommand(t *testing.T) {
	big := bytes.Repeat([]byte(secretKey), 2000)
	session := func(card apdu.CardTransport) error {
		for _, c := range []apdu.Command{
			apdu.SelectFID(apdu.FIDICCID, apdu.ReturnFCP), apdu.ReadBinary(0, 10), apdu.ReadBinarySFI(2, 0, 10),
			apdu.ReadRecord(1, 0x1E, 0), apdu.ReadRecord(2, 0, 0), apdu.Status(0), apdu.Status(1),
			apdu.Verify(1, nil), apdu.Verify(1, append([]byte(secretPIN), 0xFF, 0xFF, 0xFF, 0xFF)),
			apdu.SelectPath(apdu.Path{0x3F00, 0x2F09}, apdu.ReturnFCP),
			apdu.ReadBinary(0, 256), apdu.ReadBinary(256, 256), apdu.ReadBinary(0, 256), apdu.ReadBinary(0x8000, 256),
			apdu.UpdateBinary(0, []byte(secretKey)), apdu.ReadBinary(0, 32),
			apdu.UpdateBinary(0x8000, []byte(secretKey)),
			apdu.SelectFID(0x2F0A, apdu.ReturnNone), apdu.ReadRecord(1, 0, 0),
			{INS: 0xB1, Data: unhex(t, "5501"+"33"), Ne: 8}, {INS: 0xCA, P1: 1, P2: 2, Data: []byte(secretKey), Ne: 256},
			{CLA: 0x0C, INS: 0xA4, Data: []byte(secretKey)[:2]}, {CLA: 0x60, INS: 0xB0, Data: []byte(secretKey)},
			{INS: 0xA4, P1: 4, Data: []byte(secretKey)}, {INS: 0xA4, Data: []byte(secretKey)}, {INS: 0xA4, P1: 9, Data: []byte(secretKey)},
			{INS: 0x88, P2: 0x81, Data: []byte(secretKey), Ne: 256, Extended: true}, {INS: 0xA4, P1: 3},
			apdu.GetResponse(20),
		} {
			b, err := c.Bytes()
			require.NoError(t, err)
			if _, err := card.Transmit(t.Context(), b); err != nil {
				return err
			}
		}
		_, err := card.Transmit(t.Context(), []byte(secretKey)[:3])
		if err == nil {
			_, err = card.Transmit(t.Context(), []byte(secretKey))
		}
		return err
	}
	for _, opts := range [][]simcard.Option{{}, {simcard.T0}, {simcard.FCPNested}} {
		open := simcard.File{Kind: apdu.StructureTransparent, FID: 0x2F09, Content: big, Update: simcard.PIN1}
		card := newCard(t, append(opts, simcard.ICCID(secretICCID), simcard.PIN(simcard.PIN1, secretPIN, 3), simcard.BootstrapFile(file126(t)),
			simcard.Files(open, simcard.RecordEF(0x2F0A, []byte(secretKey))))...)
		secret := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
			if capdu[1] == 0xCA || capdu[1] == 0x88 {
				return append([]byte(secretKey), 0x90, 0), nil
			}
			return card.Transmit(ctx, capdu)
		})
		var b bytes.Buffer
		require.NoError(t, session(transport.Record(secret, &b)))
		require.Contains(t, b.String(), "33 78 40 6D", "there is something to hide")
		transcript, err := transport.ParseTranscript(&b)
		require.NoError(t, err)
		requireSameWay(t, transcript, nil, session)
	}
}
