package simboot_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

var bothOrders = []simboot.Search{simboot.AIDFirst, simboot.DirFirst}

// efDir is an EF(DIR) of those records.
func efDir(t testing.TB, records ...string) simcard.Option {
	t.Helper()
	var rows [][]byte
	longest := 48
	for _, r := range records {
		rows = append(rows, unhex(t, r))
		longest = max(longest, len(rows[len(rows)-1]))
	}
	for i, row := range rows {
		rows[i] = append(row, bytes.Repeat([]byte{0xFF}, longest-len(row))...)
	}
	return simcard.Files(simcard.RecordEF(apdu.FIDDir, rows...))
}

// dirEntry is a record of EF(DIR), with an AID and a path in hex, "" for none.
func dirEntry(aid apdu.AID, path string) string {
	body := fmt.Sprintf("4F%02X%v", len(aid), aid)
	if path != "" {
		body += fmt.Sprintf("51%02X%s", len(path)/2, path)
	}
	return fmt.Sprintf("61%02X%s", len(body)/2, body)
}

// headers are the commands that a card got, four octets each, but for READ and
// MANAGE CHANNEL; SELECTs by AID are marked.
func headers(card *simcard.Card) *[]string {
	seen := new([]string)
	card.Observe(func(cmd apdu.Command, _ apdu.SW) {
		switch {
		case cmd.INS == apdu.INSSelect && cmd.P1 == apdu.SelectByAID:
			*seen = append(*seen, "AID "+apdu.AID(cmd.Data).String())
		case cmd.INS == apdu.INSSelect:
			*seen = append(*seen, fmt.Sprintf("SELECT %X", cmd.Data))
		case cmd.INS == apdu.INSReadRecord:
			*seen = append(*seen, fmt.Sprintf("RECORD %d", cmd.P1))
		}
	})
	return seen
}

func TestDirFirstIsTheLetterOfG21(t *testing.T) {
	card := newCard126(t)
	seen := headers(card)
	_, found, err := simboot.Read(t.Context(), card, &simboot.Config{Search: simboot.DirFirst})
	require.NoError(t, err)
	require.Equal(t, simboot.ByDir, found.Way)
	require.Equal(t, []string{
		"SELECT 2F00", "RECORD 1", "RECORD 2", "RECORD 3", "RECORD 4", // USIM, PKCS#15, unused, none
		"AID " + apdu.AIDPKCS15.String(),
		"SELECT 5031", "SELECT 6430", "SELECT 6432",
	}, *seen)
	require.Equal(t, 9+5, found.Stats.RoundTrips, "five more than by the AID at once")
}

func TestDirFirstSelectsNothingThatEFDirDoesNotName(t *testing.T) {
	card := newCard126(t, simcard.DirWithoutPKCS15)
	seen := headers(card)
	_, _, err := simboot.Read(t.Context(), card, &simboot.Config{Search: simboot.DirFirst})
	require.ErrorIs(t, err, simboot.ErrNoData)
	require.Equal(t, []string{"SELECT 2F00", "RECORD 1", "RECORD 2", "RECORD 3"}, *seen)
}

// The AID in EF(DIR) and what the card knows the application by.
func TestAIDsInEFDir(t *testing.T) {
	const pkcs = apdu.AIDPKCS15
	for _, tt := range []struct {
		name  string
		named apdu.AID
		card  []simcard.Option
		want  apdu.AID
	}{
		{"twelve octets", pkcs, nil, pkcs},
		{"its left part", pkcs, []simcard.Option{simcard.AIDAppended}, pkcs},
		{"longer", longAID, []simcard.Option{simcard.AIDAppended, simcard.RefusePartialAID}, longAID},
		{"filled with 00", pkcs + "\x00\x00\x00\x00", nil, pkcs},
		{"filled with one 00", pkcs + "\x00", nil, pkcs},
		{"filled with FF", pkcs + "\xFF\xFF\xFF\xFF", nil, pkcs},
		{"filled with FF and 00", pkcs + "\xFF\xFF\x00\x00", nil, pkcs},
		{"longer, filled with 00", longAID[:15] + "\x00", []simcard.Option{simcard.AIDAppended}, pkcs + "\x01"},
		{"longer than the card's own", pkcs + "\x07", nil, pkcs},
	} {
		t.Run(tt.name, func(t *testing.T) {
			card := newCard126(t, append(tt.card, efDir(t, dirEntry(tt.named, "")))...)
			content, found, err := simboot.Read(t.Context(), card, &simboot.Config{Search: simboot.DirFirst})
			require.NoError(t, err)
			require.Equal(t, pkcs15.Octets(file126(t)), content)
			require.Equal(t, simboot.ByDir, found.Way)
			require.Equal(t, tt.want, found.AID)
		})
	}
}

func TestFFInATemplateOfEFDir(t *testing.T) {
	for _, r := range []string{
		"61 12 FF FF 4F0C " + aidHex + " FF FF",
		"61 16 4F0C " + aidHex + " FF 50 02 4C57 FF FF FF",
		"FF FF 61 0E 4F0C " + aidHex,
		"61 81 0E 4F0C " + aidHex,
		"61 11 50 01 41 4F0C " + aidHex,
		"4F0C " + aidHex,
	} {
		_, found, err := simboot.Read(t.Context(), newCard126(t, efDir(t, usim, r)), &simboot.Config{Search: simboot.DirFirst})
		require.NoError(t, err, r)
		require.Equal(t, apdu.AIDPKCS15, found.AID)
	}
}

// keeper is a modem that keeps PKCS#15 to itself: it refuses SELECT by its AID
// by ERROR, or by a status word.
type keeper struct {
	*simcard.Card
	sw apdu.SW // 0: ERROR
}

// Transmit implements apdu.CardTransport.
func (k keeper) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	c, err := apdu.ParseCommand(capdu)
	if err != nil || c.INS != apdu.INSSelect || c.P1 != apdu.SelectByAID {
		return k.Card.Transmit(ctx, capdu)
	}
	if k.sw == 0 {
		return nil, fmt.Errorf("modem: ERROR: %w", apdu.ErrRefused)
	}
	return apdu.Response{SW: k.sw}.AppendTo(nil), nil
}

// refusedBy are the ways in which an application is not selected.
var refusedBy = []apdu.SW{0, apdu.SWFileNotFound, apdu.SWConditions, apdu.SWSecurity, apdu.SWNotSupported, apdu.SWWrongP1P2, apdu.SWNoDiagnosis, 0x6999}

func TestPathServesWhereTheAIDIsRefused(t *testing.T) {
	for _, sw := range refusedBy {
		for _, paths := range []simcard.Option{simcard.T0, simcard.ApplicationPaths, simcard.AbsolutePaths, simcard.RefusePath7F50} {
			for _, order := range bothOrders {
				name := fmt.Sprintf("%04X, %v, order %d", uint16(sw), paths, order)
				card := newCard126(t, paths)
				content, found, err := simboot.Read(t.Context(), keeper{card, sw}, &simboot.Config{Search: order})
				require.NoError(t, err, name)
				require.Equal(t, pkcs15.Octets(file126(t)), content, name)
				require.Equal(t, simboot.ByPath, found.Way, name)
				require.Empty(t, card.OpenChannels(), name)
			}
		}
	}
}

// That a modem or card refuses an AID does not mean that there is no data.
func TestRefusedAIDIsNotNoData(t *testing.T) {
	for _, sw := range refusedBy {
		for name, with := range map[string]simcard.Option{
			"no path":           simcard.DirWithoutPath,
			"a path to nowhere": efDir(t, dirEntry(apdu.AIDPKCS15, "3F007F77")),
			"no record":         simcard.DirWithoutPKCS15,
		} {
			card := newCard126(t, with)
			_, found, err := simboot.Read(t.Context(), keeper{card, sw}, nil)
			require.Zero(t, found.Way)
			require.Empty(t, card.OpenChannels())
			switch {
			case name == "no record" && sw == apdu.SWFileNotFound:
				require.ErrorIs(t, err, simboot.ErrNoData)
			case sw == 0:
				require.ErrorIs(t, err, apdu.ErrRefused)
				require.NotErrorIs(t, err, simboot.ErrNoData)
			default:
				require.ErrorIs(t, err, sw)
				require.NotErrorIs(t, err, simboot.ErrNoData)
			}
		}
	}
}

func TestSecondApplicationIsTakenWhenTheFirstIsRefused(t *testing.T) {
	const first = apdu.AIDPKCS15 + "\x01"
	const second = apdu.AIDPKCS15 + "\x02"
	app := simcard.ADF(second,
		simcard.EF(fidODF, odf(t, fidDODF)),
		simcard.EF(fidDODF, lwm2mEntry(t, ref(fidFile))),
		simcard.EF(fidFile, file126(t)))
	for _, sw := range refusedBy {
		for _, order := range bothOrders {
			card := newCard(t, simcard.Files(app), simcard.RefusePartialAID, efDir(t, usim, dirEntry(first, ""), dirEntry(first, ""), dirEntry(second, "")))
			tries := 0
			transport := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
				if c, err := apdu.ParseCommand(capdu); err == nil && c.P1 == apdu.SelectByAID && string(c.Data) == string(first) {
					tries++
					return keeper{card, sw}.Transmit(ctx, capdu)
				}
				return card.Transmit(ctx, capdu)
			})
			_, found, err := simboot.Read(t.Context(), transport, &simboot.Config{Search: order})
			require.NoError(t, err)
			require.Equal(t, second, found.AID)
			require.Equal(t, simboot.ByDir, found.Way)
			require.LessOrEqual(t, tries, 4, "each form once, though it is named twice")
		}
	}
}

func TestTransportErrorEndsTheSearchForAnApplication(t *testing.T) {
	for _, at := range []string{"A4 04", "A4 08"} { // SELECT by AID, EF(DIR) or the DF
		head := unhex(t, at)
		for _, order := range bothOrders {
			card := newCard126(t, simcard.RefuseAID)
			sent := 0
			_, _, err := simboot.Read(t.Context(), apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
				if bytes.Equal(capdu[1:3], head) {
					sent++
					return nil, apdu.ErrCardBusy
				}
				return card.Transmit(ctx, capdu)
			}), &simboot.Config{Search: order})
			require.ErrorIs(t, err, apdu.ErrCardBusy)
			require.Equal(t, 1, sent)
		}
	}
}

// A failure between EF(DIR) and the application's DF is one, too.
func TestTransportErrorAtTheDFEndsTheSearch(t *testing.T) {
	card := newCard126(t, simcard.RefuseAID)
	_, _, err := simboot.Read(t.Context(), apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		if c, err := apdu.ParseCommand(capdu); err == nil && bytes.Equal(c.Data, []byte{0x7F, 0x50}) {
			return nil, apdu.ErrCardBusy
		}
		return card.Transmit(ctx, capdu)
	}), nil)
	require.ErrorIs(t, err, apdu.ErrCardBusy)
}

func TestGarbageInEFDir(t *testing.T) {
	garbage := []string{
		"00", "FF", "61", "6100", "61FF", "6180", "618400000000", "4F", "4F00", "61024F00",
		"61024F7F", "6105 4F03A00000", "6113 4F11 " + strings.Repeat("A0", 17), "7F4900", "DEADBEEF", "61 04 5102 7F50",
		"61 0C 4F0C " + aidHex, "62 0E 4F0C " + aidHex, "61 0E 84 0C " + aidHex,
	}
	for _, order := range bothOrders {
		_, _, err := simboot.Read(t.Context(), newCard126(t, simcard.RefuseAID, efDir(t, garbage...)), &simboot.Config{Search: order})
		require.ErrorIs(t, err, simboot.ErrNoData)

		_, found, err := simboot.Read(t.Context(), newCard126(t, simcard.RefuseAID, efDir(t, append(garbage, at7F50)...)), &simboot.Config{Search: order})
		require.NoError(t, err)
		require.Equal(t, simboot.ByPath, found.Way)
	}
}

func TestLastRecordOf254(t *testing.T) {
	records := append(slices.Repeat([]string{usim}, apdu.MaxRecords-1), dirEntry(longAID, ""))
	card := newCard126(t, simcard.AIDAppended, efDir(t, records...))
	_, found, err := simboot.Read(t.Context(), card, &simboot.Config{Search: simboot.DirFirst})
	require.NoError(t, err)
	require.Equal(t, longAID, found.AID)
	require.Equal(t, apdu.MaxRecords, card.Commands(apdu.INSReadRecord))
}

// An EF(DIR) may name as many applications as it likes; eight are asked for.
func TestManyApplicationsInEFDirAreBounded(t *testing.T) {
	var records []string
	for i := range apdu.MaxRecords {
		aid := apdu.AIDPKCS15 + apdu.AID([]byte{byte(i), byte(i), 0, 0})
		records = append(records, dirEntry(aid, fmt.Sprintf("3F007F%02X7F017F027F037F047F05", 0x60+i%16)))
	}
	for _, order := range bothOrders {
		card := newCard126(t, simcard.RefuseAID, efDir(t, records...))
		seen := headers(card)
		_, _, err := simboot.Read(t.Context(), card, &simboot.Config{Search: order})
		require.ErrorIs(t, err, apdu.ErrNotFound)
		asked := map[string]bool{}
		for _, s := range *seen {
			if strings.HasPrefix(s, "AID ") {
				asked[s] = true
			}
		}
		require.LessOrEqual(t, len(asked), 8*2+1)
		require.LessOrEqual(t, len(*seen), apdu.MaxRecords+150)
	}
}

// A path that leads to no application's DF is passed over; the next serves.
func TestNonsensePathsInEFDir(t *testing.T) {
	for name, path := range map[string]string{
		"an EF":                     "3F002FE2",
		"an EF in the application":  "3F007F506432",
		"nowhere":                   "7F77",
		"below nowhere":             "3F007F777F50",
		"the MF alone":              "3F00",
		"the MF twice":              "3F003F00",
		"the current application":   "7FFF",
		"deeper than any card":      "3F007F507F507F507F507F507F507F50",
		"erased":                    "FFFF",
		"of no octets, seven times": "00000000000000",
	} {
		for _, order := range bothOrders {
			bad := dirEntry(apdu.AIDPKCS15, path)
			card := newCard126(t, simcard.RefuseAID, efDir(t, bad, at7F50))
			_, found, err := simboot.Read(t.Context(), card, &simboot.Config{Search: order})
			require.NoError(t, err, name)
			require.Equal(t, simboot.ByPath, found.Way, name)

			_, _, err = simboot.Read(t.Context(), newCard126(t, simcard.RefuseAID, efDir(t, bad)), &simboot.Config{Search: order})
			require.Error(t, err, name)
		}
	}
}

// A path is of no matter where the AID does.
func TestNonsensePathIsNotFollowedWhenTheAIDServes(t *testing.T) {
	for _, path := range []string{"3F002FE2", "7F77", "FFFF", "7FFF"} {
		card := newCard126(t, efDir(t, dirEntry(apdu.AIDPKCS15, path)))
		_, found, err := simboot.Read(t.Context(), card, &simboot.Config{Search: simboot.DirFirst})
		require.NoError(t, err)
		require.Equal(t, simboot.ByDir, found.Way)
	}
}
