package apdu_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// An FCP of EF 6432, of another file, and of none.
const (
	fcp6432 = "6204 83026432 9000"
	fcp6433 = "6204 83026433 9000"
	fcpNone = "6203 820121 9000"
)

func TestSelectAppTriesItsFormsInOrder(t *testing.T) {
	const aid = "A000000063504B43532D3135"
	forms := []string{"01A4040C0C" + aid, "01A404040C" + aid + "00", "01A404040C" + aid, "01A404000C" + aid + "00"}
	for _, refusal := range []string{"6A86", "6B00", "6700", "6D00", "6A81", "6A87", "refused"} {
		t.Run(refusal, func(t *testing.T) {
			for n := range forms {
				var script []string
				for _, f := range forms[:n] {
					script = append(script, f+" > "+refusal)
				}
				script = append(script, forms[n]+" > 9000", forms[n]+" > 9000")
				ch := openScripted(t, script...)
				for range 2 { // what worked is tried first the second time
					_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
					require.NoError(t, err)
					require.Equal(t, apdu.AIDPKCS15, ch.App())
				}
			}
			ch := openScripted(t, forms[0]+" > "+refusal, forms[1]+" > "+refusal, forms[2]+" > "+refusal, forms[3]+" > "+refusal)
			_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
			require.Error(t, err)
			require.Empty(t, ch.App())
		})
	}
}

const (
	selectApp    = "01A4040C05A000000063 > "
	selectAppFCP = "01A4040405A00000006300 > "
	app          = apdu.AID("\xA0\x00\x00\x00\x63")
	otherApp     = apdu.AID("\xA0\x00\x00\x00\x87")
)

func TestSelectAppBelievesNotFoundTheSecondTime(t *testing.T) {
	for name, script := range map[string][]string{
		"twice":                {selectApp + "6A82", selectAppFCP + "6A82"},
		"behind other refusal": {selectApp + "6A86", selectAppFCP + "6A82"},
		"not at once":          {selectApp + "6A82", selectAppFCP + "6A86", "01A4040405A000000063 > 6A82"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openScripted(t, script...).SelectApp(t.Context(), app)
			require.ErrorIs(t, err, apdu.ErrNotFound)
		})
	}
}

func TestSelectAppStopsAtOtherFailures(t *testing.T) {
	for answer, want := range map[string]error{
		"6982": apdu.ErrSecurity, "6283": nil, "6F00": apdu.SWNoDiagnosis, "busy": apdu.ErrCardBusy,
		"6300": apdu.SW(0x6300), "6E00": apdu.SWWrongCLA, "90": apdu.ErrMalformed,
	} {
		_, err := openScripted(t, selectApp+answer).SelectApp(t.Context(), app)
		require.ErrorIs(t, err, want, answer)
		if want == nil {
			require.NoError(t, err)
		}
	}
}

func TestSelectAppReturnsWhatTheCardTold(t *testing.T) {
	for answer, want := range map[string]apdu.FCP{
		"9000":                 unknownFCP(nil),
		"62078405A000000063":   unknownFCP(func(f *apdu.FCP) { f.AID = app }),
		"6F078405A000000063":   unknownFCP(func(f *apdu.FCP) { f.AID = app }),
		"6208840600":           unknownFCP(nil), // cut: counts as none
		"AABBCC":               unknownFCP(nil),
		"62088406A00000006301": unknownFCP(func(f *apdu.FCP) { f.AID = app + "\x01" }),
		"62068404A0000000":     unknownFCP(func(f *apdu.FCP) { f.AID = app[:4] }),
	} {
		if answer != "9000" {
			answer += "9000"
		}
		fcp, err := openScripted(t, selectApp+"6A86", selectAppFCP+answer).SelectApp(t.Context(), app)
		require.NoError(t, err, answer)
		require.Equal(t, want, fcp)
	}
}

func TestSelectAppRefusesAnotherApplication(t *testing.T) {
	ch := openScripted(t,
		selectApp+"6A86",
		selectAppFCP+"62078405A000000087 9000",
		"01A4040405A000000063 > 62078405A000000087 9000",
		"01A4040005A00000006300 > 6F078405A000000087 9000")
	_, err := ch.SelectApp(t.Context(), app)
	require.ErrorIs(t, err, apdu.ErrWrongFile)
	require.Empty(t, ch.App())
}

func TestSelectAppRefusesWhatIsNoAID(t *testing.T) {
	for _, aid := range []apdu.AID{"", apdu.AIDPKCS15 + "12345"} {
		_, err := openScripted(t).SelectApp(t.Context(), aid)
		require.ErrorIs(t, err, apdu.ErrBadPath)
	}
	_, err := openScripted(t, "01A4040C10A000000063504B43532D313531323334 > 9000").SelectApp(t.Context(), apdu.AIDPKCS15+"1234")
	require.NoError(t, err)
}

// fileForms are the forms of SELECT in their order, for a path of one and of
// two identifiers, on a channel with an application and on one without, and
// from the MF.
var fileForms = []struct {
	name  string
	app   bool
	path  apdu.Path
	forms [][]string
}{
	{"in the application", true, apdu.Path{0x6432}, [][]string{
		{"01A4000C026432"}, {"01A400040264 3200"}, {"01A4000402 6432"},
		{"01A4080C047FFF6432"}, {"01A40804047FFF643200"},
		{"01A4090C026432"}, {"01A409040264 3200"},
	}},
	{"in the application, by 7FFF", true, apdu.Path{0x7FFF, 0x6432}, [][]string{
		{"01A4000C026432"}, {"01A400040264 3200"}, {"01A4000402 6432"},
		{"01A4080C047FFF6432"}, {"01A40804047FFF643200"},
		{"01A4090C026432"}, {"01A409040264 3200"},
	}},
	{"in the MF", false, apdu.Path{0x6432}, [][]string{
		{"01A4000C026432"}, {"01A400040264 3200"}, {"01A4000402 6432"},
		{"01A4080C026432"}, {"01A408040264 3200"},
		{"01A4090C026432"}, {"01A409040264 3200"},
	}},
	{"from the MF", true, apdu.Path{0x3F00, 0x7F50, 0x6432}, [][]string{
		{"01A4080C047F506432"}, {"01A40804047F50643200"}, {"01A40804047F506432"},
		{"01A4000C023F00", "01A4000C027F50", "01A4000C026432"},
		{"01A40004023F0000", "01A40004027F5000", "01A400040264 3200"},
		{"01A40004023F00", "01A40004027F50", "01A4000402 6432"},
	}},
	{"MF", false, apdu.Path{0x3F00}, [][]string{
		{}, {}, {}, // 3F00 cannot be said as a path
		{"01A4000C023F00"}, {"01A40004023F0000"}, {"01A40004023F00"},
	}},
}

func TestSelectFileTriesItsFormsInOrder(t *testing.T) {
	for _, v := range fileForms {
		for _, refusal := range []string{"6A82", "6A86", "6B00", "6700", "6D00", "6A81", "6A87", "refused"} {
			t.Run(v.name+", "+refusal, func(t *testing.T) {
				for n := range v.forms {
					if len(v.forms[n]) == 0 {
						continue
					}
					var script []string
					if v.app {
						script = append(script, selectApp+"9000")
					}
					for _, f := range v.forms[:n] {
						if len(f) > 0 {
							script = append(script, f[0]+" > "+refusal)
						}
					}
					for range 2 { // what worked is tried first the second time
						for _, f := range v.forms[n] {
							script = append(script, f+" > 9000")
						}
					}
					ch := openScripted(t, script...)
					if v.app {
						_, err := ch.SelectApp(t.Context(), app)
						require.NoError(t, err)
					}
					for range 2 {
						_, err := ch.SelectFile(t.Context(), v.path)
						require.NoError(t, err)
					}
				}
			})
		}
	}
}

func TestSelectFileGoesOnBehindTheRememberedForm(t *testing.T) {
	ch := openScripted(t,
		"01A4000C026432 > 6A86", "01A400040264 3200 > "+fcp6432, // learnt
		"01A400040264 3300 > 6A82", // what worked first, then the others in order
		"01A4000C026433 > 6A86", "01A40004026433 > 6700", "01A4080C026433 > 9000",
		"01A4080C026432 > 9000") // learnt anew
	for _, fid := range []apdu.FID{0x6432, 0x6433, 0x6432} {
		_, err := ch.SelectFile(t.Context(), apdu.Path{fid})
		require.NoError(t, err)
	}
}

func TestSelectFileReportsTheFailureThatTellsMost(t *testing.T) {
	forms := []string{"01A4000C026432", "01A40004026432 00", "01A40004026432",
		"01A4080C026432", "01A408040264 3200", "01A4090C026432", "01A409040264 3200"}
	for _, v := range []struct {
		name    string
		answers []string
		want    error
	}{
		{"refused in all forms", []string{"6A86", "6B00", "6700", "6D00", "6A87", "6A81", "6A86"}, apdu.SWWrongP1P2},
		{"not found in one", []string{"6A86", "6700", "6A82", "6A86", "6A86", "6A86", "6A86"}, apdu.ErrNotFound},
		{"not found at first", []string{"6A82", "6700", "6A86", "6A86", "6A86", "6A86", "6A86"}, apdu.ErrNotFound},
		{"another file", []string{"6A82", fcp6433, "6A82", "6A82", "6A82", "6A82", "6A82"}, apdu.ErrWrongFile},
		{"security", []string{"6A82", "6982"}, apdu.ErrSecurity},
		{"transport", []string{"6A86", fcp6433, "busy"}, apdu.ErrCardBusy},
		{"refused by the modem", []string{"refused", "refused", "refused", "refused", "refused", "refused", "refused"}, apdu.ErrRefused},
	} {
		t.Run(v.name, func(t *testing.T) {
			var script []string
			for i, a := range v.answers {
				script = append(script, forms[i]+" > "+a)
			}
			fcp, err := openScripted(t, script...).SelectFile(t.Context(), apdu.Path{0x6432})
			require.ErrorIs(t, err, v.want)
			require.Zero(t, fcp)
			require.Contains(t, err.Error(), "6432")
		})
	}
}

func TestSelectFileTakesTheAnswersThatAreASuccess(t *testing.T) {
	for _, answer := range []string{"9000", "910B", "6283", "6285", "6200", "9204"} {
		_, err := openScripted(t, "01A4000C026432 > "+answer).SelectFile(t.Context(), apdu.Path{0x6432})
		require.NoError(t, err, answer)
	}
	for _, answer := range []string{"6300", "63C1", "63F1", "6400", "6581", "6985", "6986", "6F00", "9300", "9240", "9404"} {
		_, err := openScripted(t, "01A4000C026432 > "+answer).SelectFile(t.Context(), apdu.Path{0x6432})
		require.Error(t, err, answer)
	}
}

func TestSelectFileTakesAnFCPBehind6310(t *testing.T) {
	fcp, err := openScripted(t,
		"01A4000C026432 > 6A86", "01A40004026432 00 > 6310", "01C0000000 > "+fcp6432,
	).SelectFile(t.Context(), apdu.Path{0x6432})
	require.NoError(t, err)
	require.Equal(t, apdu.FID(0x6432), fcp.FID)
}

func TestSelectFileChecksTheFileThatTheFCPNames(t *testing.T) {
	for answer, ok := range map[string]bool{
		fcp6432: true, fcpNone: true, "9000": true, "6205 83 9000": true, fcp6433: false,
		"6207 8301 64 83026433 9000": true, // malformed: counts as none
	} {
		script := []string{"01A4000C026432 > 6A86", "01A40004026432 00 > " + answer}
		if !ok {
			script = append(script, "01A40004026432 > "+answer, "01A4080C026432 > 9000")
		}
		fcp, err := openScripted(t, script...).SelectFile(t.Context(), apdu.Path{0x6432})
		require.NoError(t, err, answer)
		require.Equal(t, answer == fcp6432, fcp.HasFID)
	}
}

func TestSelectFileChecksEachStepOfAWalk(t *testing.T) {
	ch := openScripted(t,
		"01A4080C045F3B4F20 > 6A86", "01A40804045F3B4F2000 > 6A86", "01A40804045F3B4F20 > 6A86", "01A4000C023F00 > 6A86",
		"01A40004023F0000 > 620483023F00 9000",
		"01A40004025F3B00 > 620483025F40 9000", // another DF: its 4F20 is not ours
		"01A40004023F00 > 9000", "01A40004025F3B > 9000", "01A40004024F20 > 9000")
	_, err := ch.SelectFile(t.Context(), apdu.Path{0x3F00, 0x5F3B, 0x4F20})
	require.NoError(t, err)
}

func TestSelectFileRefusesPathsThatNameNone(t *testing.T) {
	for name, path := range map[string]apdu.Path{
		"nil":                             nil,
		"7FFF alone":                      {0x7FFF},
		"7FFF without an application":     {0x7FFF, 0x6432},
		"nine identifiers":                {1, 2, 3, 4, 5, 6, 7, 8, 9},
		"nine identifiers, 3F00 included": {0x3F00, 2, 3, 4, 5, 6, 7, 8, 9},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openScripted(t).SelectFile(t.Context(), path)
			require.ErrorIs(t, err, apdu.ErrBadPath)
		})
	}
	eight := apdu.Path{0x3F00, 2, 3, 4, 5, 6, 7, 8}
	_, err := openScripted(t, "01A4080C0E 0002000300040005000600070008 > 9000").SelectFile(t.Context(), eight)
	require.NoError(t, err)
}

func TestSelectFileDoesNotChangeThePath(t *testing.T) {
	path := append(make(apdu.Path, 0, 8), 0x3F00, 0x7F50, 0x6432)
	_, err := openScripted(t, "01A4080C047F506432 > 9000").SelectFile(t.Context(), path)
	require.NoError(t, err)
	require.Equal(t, apdu.Path{0x3F00, 0x7F50, 0x6432}, path)
}

func TestSelectFileStopsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	card := apdu.TransportFunc(func(context.Context, []byte) ([]byte, error) {
		if n++; n == 3 {
			cancel()
		}
		return []byte{0x6A, 0x82}, nil
	})
	_, err := apdu.BasicChannel(card).SelectFile(ctx, apdu.Path{0x3F00, 0x6432})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 3, n)
}
