package apdu_test

import (
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// fcpHex reads hex with spaces.
func fcpHex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

// unknownFCP is what an empty answer to SELECT tells.
func unknownFCP(change func(*apdu.FCP)) apdu.FCP {
	f := apdu.FCP{
		Size: apdu.Unknown, TotalSize: apdu.Unknown,
		RecordLength: apdu.Unknown, Records: apdu.Unknown,
		SFI: apdu.SFINone,
	}
	if change != nil {
		change(&f)
	}
	return f
}

// Templates of real cards, but for the first two, which are made up in the
// same form.
var fcpSamples = []struct {
	name, hex string
	want      func(*apdu.FCP)
}{
	{"EF", "621B 82024121 83026432 A503C00140 8A0105 8B036F0604 80020200 8800", func(f *apdu.FCP) {
		f.Structure, f.Shareable = apdu.StructureTransparent, true
		f.FID, f.HasFID = 0x6432, true
		f.LifeCycle = 5
		f.ARR = []apdu.ARRRef{{FID: 0x6F06, SEID: 1, Record: 4}}
		f.Size = 512
	}},
	{"ADF", "621A 82027821 840CA000000063504B43532D3135 8A0105 C603900100", func(f *apdu.FCP) {
		f.Structure, f.Shareable = apdu.StructureDF, true
		f.AID = apdu.AIDPKCS15
		f.LifeCycle = 5
	}},
	{"EF(DIR)", "6222 82054221002605 83022F00 A506C00100DE0100 8A0105 8B032F0604 800200BE 8801F0", func(f *apdu.FCP) {
		f.Structure, f.Shareable = apdu.StructureLinearFixed, true
		f.RecordLength, f.Records = 38, 5
		f.FID, f.HasFID = apdu.FIDDir, true
		f.LifeCycle = 5
		f.ARR = []apdu.ARRRef{{FID: 0x2F06, SEID: 1, Record: 4}}
		f.Size, f.SFI = 190, 0x1E
	}},
	{"DF with 83 nested in A5", "6227 82027821 83027F50 A50683040004C1DC 8A0105 8B062F0601160014 C606900100830101 8102FFFF", func(f *apdu.FCP) {
		f.Structure, f.Shareable = apdu.StructureDF, true
		f.FID, f.HasFID = 0x7F50, true
		f.LifeCycle = 5
		f.ARR = []apdu.ARRRef{{FID: 0x2F06, SEID: 1, Record: 0x16}, {FID: 0x2F06, SEID: 0, Record: 0x14}}
		f.PINs = []apdu.PINStatus{{Reference: 1}}
		f.TotalSize = 65535
	}},
}

func TestParseFCPSamples(t *testing.T) {
	for _, tt := range fcpSamples {
		t.Run(tt.name, func(t *testing.T) {
			b := fcpHex(t, tt.hex)
			want := unknownFCP(tt.want)
			got, err := apdu.ParseFCP(b)
			require.NoError(t, err)
			require.Equal(t, want, got)

			got, err = apdu.ParseFCP(append(b, 0x90, 0xFF))
			require.NoError(t, err, "octets behind the template")
			require.Equal(t, want, got)

			for n := 1; n < len(b); n++ {
				_, err := apdu.ParseFCP(b[:n:n])
				require.Error(t, err, "cut to %d bytes", n)
			}
		})
	}
}

func TestParseFCPElements(t *testing.T) {
	tests := []struct {
		name, hex string // inside 62
		want      func(*apdu.FCP)
	}{
		{"nothing", "", nil},
		{"unknown elements", "C7 01 55 DF 21 01 55 A1 02 8B 00 8E 01 00", nil},
		{"size of one octet", "80 01 10", func(f *apdu.FCP) { f.Size = 16 }},
		{"size of four octets", "80 04 00 00 80 04", func(f *apdu.FCP) { f.Size = 32772 }},
		{"size that 31 bits cannot hold", "80 04 80 00 00 00", func(f *apdu.FCP) { f.Size = math.MaxInt32 }},
		{"total size beside size", "81 02 00 22 80 02 00 10", func(f *apdu.FCP) { f.Size, f.TotalSize = 16, 34 }},
		{"80, 82 and 83 nested in A5 ahead of the real ones",
			"A5 0B 80 01 63 82 02 78 21 83 02 00 00 80 01 10 82 02 01 21 83 02 64 20", func(f *apdu.FCP) {
				f.Size, f.Structure = 16, apdu.StructureTransparent
				f.FID, f.HasFID = 0x6420, true
			}},

		{"SFI 1", "88 01 08", func(f *apdu.FCP) { f.SFI = 1 }},
		{"SFI 30", "88 01 F0", func(f *apdu.FCP) { f.SFI = 30 }},
		{"SFI 31 is none", "88 01 F8", nil},
		{"SFI 0 is none", "88 01 00", nil},
		{"SFI from the FID", "82 02 41 21 83 02 6F 07", func(f *apdu.FCP) {
			f.Structure, f.Shareable, f.FID, f.HasFID, f.SFI = apdu.StructureTransparent, true, 0x6F07, true, 7
		}},
		{"no SFI from a FID ending in 31", "83 02 6F 3F", func(f *apdu.FCP) { f.FID, f.HasFID = 0x6F3F, true }},
		{"no SFI from the FID when the card says none", "83 02 6F 07 88 00", func(f *apdu.FCP) {
			f.FID, f.HasFID = 0x6F07, true
		}},
		{"no SFI for a DF", "82 02 78 21 83 02 7F 10", func(f *apdu.FCP) {
			f.Structure, f.Shareable, f.FID, f.HasFID = apdu.StructureDF, true, 0x7F10, true
		}},

		{"transparent, not shareable", "82 02 01 21", func(f *apdu.FCP) { f.Structure = apdu.StructureTransparent }},
		{"descriptor of one octet", "82 01 41", func(f *apdu.FCP) {
			f.Structure, f.Shareable = apdu.StructureTransparent, true
		}},
		{"record length of one octet", "82 03 42 21 1C", func(f *apdu.FCP) {
			f.Structure, f.Shareable, f.RecordLength = apdu.StructureLinearFixed, true, 28
		}},
		{"record length without count", "82 04 03 21 01 1C", func(f *apdu.FCP) {
			f.Structure, f.RecordLength = apdu.StructureLinearFixed, 284
		}},
		{"records counted by two octets", "82 06 06 21 00 1C 01 02", func(f *apdu.FCP) {
			f.Structure, f.RecordLength, f.Records = apdu.StructureCyclic, 28, 258
		}},
		{"cyclic of TLV", "82 05 07 21 00 1C 02", func(f *apdu.FCP) {
			f.Structure, f.RecordLength, f.Records = apdu.StructureCyclic, 28, 2
		}},
		{"linear variable", "82 02 04 21", func(f *apdu.FCP) { f.Structure = apdu.StructureLinearVariable }},
		{"linear variable of TLV", "82 02 05 21", func(f *apdu.FCP) { f.Structure = apdu.StructureLinearVariable }},
		{"BER-TLV", "82 02 79 21", func(f *apdu.FCP) { f.Structure, f.Shareable = apdu.StructureBERTLV, true }},
		{"no structure told", "82 02 00 21", nil},
		{"lengths mean nothing for a DF", "82 05 78 21 00 1C 02", func(f *apdu.FCP) {
			f.Structure, f.Shareable = apdu.StructureDF, true
		}},

		{"record of the EF(ARR) here", "8B 01 07", func(f *apdu.FCP) { f.ARR = []apdu.ARRRef{{SEID: 1, Record: 7}} }},
		{"EF(ARR) by one pair", "8B 04 2F 06 01 02", func(f *apdu.FCP) {
			f.ARR = []apdu.ARRRef{{FID: 0x2F06, SEID: 1, Record: 2}}
		}},

		{"PINs, enabled by the bits from the top", "C6 0C 90 01 A0 83 01 01 83 01 81 83 01 0A", func(f *apdu.FCP) {
			f.PINs = []apdu.PINStatus{{Reference: 1, Enabled: true}, {Reference: 0x81}, {Reference: 0x0A, Enabled: true}}
		}},
		{"PIN beyond the bits", "C6 03 83 01 01", func(f *apdu.FCP) { f.PINs = []apdu.PINStatus{{Reference: 1}} }},
		{"ninth PIN takes the second octet",
			"C6 1F 90 02 00 80 83 01 01 83 01 02 83 01 03 83 01 04 83 01 05 83 01 06 83 01 07 83 01 08 83 01 81", func(f *apdu.FCP) {
				for ref := range apdu.KeyReference(8) {
					f.PINs = append(f.PINs, apdu.PINStatus{Reference: ref + 1})
				}
				f.PINs = append(f.PINs, apdu.PINStatus{Reference: 0x81, Enabled: true})
			}},
		{"universal PIN in use", "C6 0C 90 01 C0 95 01 08 83 01 11 83 01 01", func(f *apdu.FCP) {
			f.PINs = []apdu.PINStatus{{Reference: 0x11, Enabled: true, Universal: true}, {Reference: 1, Enabled: true}}
		}},
		{"universal PIN not in use", "C6 09 90 01 80 95 01 00 83 01 11", func(f *apdu.FCP) {
			f.PINs = []apdu.PINStatus{{Reference: 0x11, Enabled: true}}
		}},
		{"universal PIN without a usage", "C6 06 90 01 80 83 01 11", func(f *apdu.FCP) {
			f.PINs = []apdu.PINStatus{{Reference: 0x11, Enabled: true}}
		}},
		{"a usage is of the next key reference alone", "C6 0C 90 01 C0 95 01 08 83 01 01 83 01 11", func(f *apdu.FCP) {
			f.PINs = []apdu.PINStatus{{Reference: 1, Enabled: true}, {Reference: 0x11, Enabled: true}}
		}},
		{"second PIN template counts its own bits", "C6 06 90 01 00 83 01 01 C6 06 90 01 80 83 01 81", func(f *apdu.FCP) {
			f.PINs = []apdu.PINStatus{{Reference: 1}, {Reference: 0x81, Enabled: true}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inner := fcpHex(t, tt.hex)
			want := unknownFCP(tt.want)
			got, err := apdu.ParseFCP(append([]byte{0x62, byte(len(inner))}, inner...))
			require.NoError(t, err)
			require.Equal(t, want, got)

			got, err = apdu.ParseFCP(append([]byte{0x6F, byte(len(inner) + 2), 0x62, byte(len(inner))}, inner...))
			require.NoError(t, err, "wrapped in an FCI")
			require.Equal(t, want, got)
		})
	}
}

func TestParseFCPOfAnEmptyAnswerKnowsNothing(t *testing.T) {
	got, err := apdu.ParseFCP(nil)
	require.NoError(t, err)
	require.Equal(t, unknownFCP(nil), got)
}

func TestParseFCPReadsAnFCI(t *testing.T) {
	got, err := apdu.ParseFCP(fcpHex(t, "6F 11 84 08 A000000151000000 A5 05 9F6501FF 00"))
	require.NoError(t, err)
	require.Equal(t, unknownFCP(func(f *apdu.FCP) { f.AID = "\xA0\x00\x00\x01\x51\x00\x00\x00" }), got)
}

func TestParseFCPRefusesImpossibleElements(t *testing.T) {
	tests := []struct {
		name, hex, where string
	}{
		{"no template", "90 00", "offset 0"},
		{"not BER-TLV", "62 80", "offset 0"},
		{"element beyond the template", "62 04 8A 01 05 83", "offset 5"},
		{"size of no octets", "62 02 80 00", "offset 2"},
		{"size of five octets", "62 07 80 05 00 00 00 00 01", "offset 2"},
		{"total size of no octets", "62 05 8A 01 05 81 00", "offset 5"},
		{"FID of one octet", "62 03 83 01 3F", "offset 2"},
		{"FID of three octets", "62 05 83 03 3F 00 00", "offset 2"},
		{"AID of seventeen octets", "62 13 84 11 A000000063504B43532D31350000000000", "offset 2"},
		{"SFI of two octets", "62 04 88 02 F0 00", "offset 2"},
		{"life cycle of no octets", "62 02 8A 00", "offset 2"},
		{"life cycle of two octets", "62 04 8A 02 05 05", "offset 2"},
		{"descriptor of no octets", "62 02 82 00", "offset 2"},
		{"descriptor of seven octets", "62 09 82 07 42 21 00 26 00 05 00", "offset 2"},
		{"descriptor with the reserved bit", "62 04 82 02 C1 21", "offset 2"},
		{"EF(ARR) of no octets", "62 02 8B 00", "offset 2"},
		{"EF(ARR) without a record", "62 04 8B 02 2F 06", "offset 2"},
		{"EF(ARR) with half a pair", "62 07 8B 05 2F 06 01 02 00", "offset 2"},
		{"usage of no octets", "62 04 C6 02 95 00", "offset 2"},
		{"key reference of two octets", "62 06 C6 04 83 02 01 01", "offset 2"},
		{"PIN template cut short", "62 04 C6 02 83 01", "offset 2"},
		{"inside a wrapped FCP", "6F 04 62 02 80 00", "offset 4"},
		{"wrapped FCP cut short", "6F 03 62 02 80", "offset 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := apdu.ParseFCP(fcpHex(t, tt.hex))
			require.ErrorContains(t, err, "apdu: FCP: "+tt.where+":")
		})
	}
}

func TestAnFCPInsideAnFCPIsNotRead(t *testing.T) {
	got, err := apdu.ParseFCP(fcpHex(t, "62 08 80 01 10 62 03 80 01 20"))
	require.NoError(t, err)
	require.Equal(t, 16, got.Size)
}

func TestStructureNames(t *testing.T) {
	require.Equal(t, "transparent", apdu.StructureTransparent.String())
	require.Equal(t, "linear fixed", apdu.StructureLinearFixed.String())
	require.Equal(t, "DF", apdu.StructureDF.String())
	require.Equal(t, "unknown", apdu.StructureUnknown.String())
	require.Equal(t, "unknown", apdu.Structure(200).String())
}

// FuzzParseFCP holds, for any input: numbers are within what their octets can
// say or Unknown, lists are no longer than the input has room for, a template
// reads the same when an FCI wraps it, and what stands behind it is ignored.
func FuzzParseFCP(f *testing.F) {
	for _, s := range fcpSamples {
		f.Add(fcpHex(f, s.hex))
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := apdu.ParseFCP(b)
		for _, n := range []int{got.Size, got.TotalSize, got.RecordLength, got.Records} {
			if n < apdu.Unknown || n > math.MaxInt32 {
				t.Fatalf("number %d", n)
			}
		}
		if got.SFI > 30 || len(got.AID) > 16 || got.RecordLength > 0xFFFF || got.Records > 0xFFFF {
			t.Fatalf("%+v", got)
		}
		if 3*len(got.PINs) > len(b) || len(got.ARR) > len(b) {
			t.Fatalf("%d PINs and %d records of EF(ARR) in %d bytes", len(got.PINs), len(got.ARR), len(b))
		}
		if !got.HasFID && got.FID != 0 {
			t.Fatalf("FID %v, but none was told", got.FID)
		}
		if err != nil || len(b) == 0 {
			return
		}
		r := ber.NewReader(b)
		var template ber.Element
		if !r.Next(&template) {
			t.Fatalf("no error, but %v", r.Err())
		}
		for name, same := range map[string][]byte{
			"without what stands behind it": b[:template.End()],
			"written again":                 ber.Append(nil, template.Tag, template.Value),
			"with more behind it":           append(b[:template.End():template.End()], 0xFF),
		} {
			again, err := apdu.ParseFCP(same)
			require.NoError(t, err, name)
			require.Equal(t, got, again, name)
		}
		if template.Tag == 0x62 {
			again, err := apdu.ParseFCP(ber.Append(nil, 0x6F, b[:template.End()]))
			require.NoError(t, err, "wrapped")
			require.Equal(t, got, again, "wrapped")
		}
	})
}
