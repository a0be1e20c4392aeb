package csim_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

const (
	selectApp = "A4040C0C" + pkcs15 // behind the class
	selectFCP = "A404040C" + pkcs15 + "00"
	ccho      = cchoLine
)

// overCSIM is the AT+CSIM line of a command.
func overCSIM(capdu string) string { return fmt.Sprintf(`AT+CSIM=%d,"%s"`, len(capdu), capdu) }

// in is the AT+CGLA line of a command in session 7.
func in(capdu string) string { return fmt.Sprintf(`AT+CGLA=7,%d,"%s"`, len(capdu), capdu) }

// answered is a call that OK ends.
func answered(line, answer string) call { return call{line, []string{answer}, nil} }

func failed(line, result string) call { return call{line, nil, errResult(result)} }

// step is a command and what must come of it: an answer, or the error.
type step struct {
	capdu, want string
	err         error
}

// run sends the steps to an Access whose modem expects exactly these calls.
func run(t *testing.T, config *csim.AccessConfig, steps []step, calls ...call) *csim.Access {
	t.Helper()
	a := csim.NewAccess(commands(t, calls...), config)
	for i, s := range steps {
		rapdu, err := a.Transmit(t.Context(), unhex(t, s.capdu))
		if s.err != nil {
			require.ErrorIs(t, err, s.err, "step %d", i)
			require.Nil(t, rapdu)
			continue
		}
		require.NoError(t, err, "step %d", i)
		require.Equal(t, s.want, fmt.Sprintf("%X", rapdu), "step %d", i)
	}
	return a
}

func TestSessionTakesThePlaceOfAChannel(t *testing.T) {
	a := run(t, only(csim.WayCGLA), []step{
		{open, "019000", nil},
		{"01" + selectApp, "9000", nil},
		{"01A4000C025031", "9000", nil},
		{"01B0000000", "AB9000", nil},
		{"00708001", "9000", nil},
	},
		answered(ccho, "+CCHO: 7"),
		answered(in("00A4000C025031"), `+CGLA: 4,"9000"`),
		answered(in("00B0000000"), `+CGLA: 7,6,"AB9000"`),
		answered("AT+CCHC=7", "+CCHC"))
	require.Equal(t, csim.Profile{Way: csim.WayCGLA}, a.Profile())
	require.Equal(t, "AT+CGLA", a.Way())
}

func TestClassKeepsAllButTheChannelInASession(t *testing.T) {
	steps := []step{{open, "019000", nil}, {"01" + selectApp, "9000", nil}}
	calls := []call{answered(ccho, "7")}
	for _, tt := range []struct{ sent, carried string }{
		{"05", "04"}, {"09", "08"}, {"0D", "0C"}, {"81", "80"}, {"85", "84"}, {"11", "10"}, {"1D", "1C"}, {"95", "94"},
	} {
		steps = append(steps, step{tt.sent + "B0000004", "9000", nil})
		calls = append(calls, answered(in(tt.carried+"B0000004"), `+CGLA: 4,"9000"`))
	}
	run(t, only(csim.WayCGLA), steps, calls...)
}

func TestSelectThatAsksForAnFCPIsAnsweredFromStatus(t *testing.T) {
	status := in("80F2000000")
	fcp := "6202840084009000"
	for _, tt := range []struct {
		name, want string
		calls      []call
	}{
		{"told", fcp, []call{answered(status, `+CGLA: 16,"`+fcp+`"`)}},
		{"told at the second try", fcp, []call{answered(status, `+CGLA: 4,"6C06"`), answered(in("80F2000006"), `+CGLA: 16,"`+fcp+`"`)}},
		{"to be fetched", "6106", []call{answered(status, `+CGLA: 4,"6106"`)}},
		{"not told by the card", "9000", []call{answered(status, `+CGLA: 4,"6D00"`)}},
		{"wrong for ever", "9000", []call{answered(status, `+CGLA: 4,"6C06"`), answered(in("80F2000006"), `+CGLA: 4,"6C06"`)}},
		{"not told by the modem", "9000", []call{failed(status, "ERROR"), failed(status, "ERROR")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, only(csim.WayCGLA), []step{{open, "019000", nil}, {"01" + selectFCP, tt.want, nil}},
				append([]call{answered(ccho, "7")}, tt.calls...)...)
		})
	}
	run(t, only(csim.WayCGLA), []step{{open, "019000", nil}, {"01" + selectFCP, "", apdu.ErrNoCard}},
		answered(ccho, "7"), failed(status, "+CME ERROR: 10"))
}

func TestSecondApplicationIsSelectedInTheSession(t *testing.T) {
	const other = "A4040C07A0000000871002"
	steps := []step{{open, "019000", nil}, {"01" + selectApp, "9000", nil}, {"01" + other, "9000", nil}, {"01B0000001", "9000", nil}}
	run(t, only(csim.WayCGLA), steps,
		answered(ccho, "7"),
		answered(in("00"+other), `+CGLA: 4,"9000"`),
		answered(in("00B0000001"), `+CGLA: 4,"9000"`))

	// Where the modem does not let SELECT by AID pass, in a new one.
	run(t, only(csim.WayCGLA), steps,
		answered(ccho, "6"),
		failed(`AT+CGLA=6,24,"00`+other+`"`, "ERROR"),
		failed(`AT+CGLA=6,24,"00`+other+`"`, "ERROR"),
		failed("AT+CCHC=6", "ERROR"),
		answered(`AT+CCHO="A0000000871002"`, "7"),
		answered(in("00B0000001"), `+CGLA: 4,"9000"`))

	steps[2] = step{"01" + other, "", apdu.ErrCardBusy}
	run(t, only(csim.WayCGLA), steps[:3], answered(ccho, "7"), failed(in("00"+other), "+CME ERROR: 14"))
	run(t, only(csim.WayCGLA), steps[:3], answered(ccho, "7"),
		failed(in("00"+other), "ERROR"), failed(in("00"+other), "ERROR"), failed("AT+CCHC=7", "+CME ERROR: 14"))
}

func TestNoFaultMakesAChannelChange(t *testing.T) {
	for result, want := range map[string]error{
		"+CME ERROR: 10": apdu.ErrNoCard, "+CME ERROR: 11": apdu.ErrCardPIN, "+CME ERROR: 12": apdu.ErrCardLocked,
		"+CME ERROR: 13": apdu.ErrCardFault, "+CME ERROR: SIM busy": apdu.ErrCardBusy, "+CMS ERROR: 310": apdu.ErrNoCard,
		"+CME ERROR: 17": csim.CMEError{Code: 17, Text: "SIM PIN2 required"}, "ABORTED": errResult("ABORTED"),
	} {
		run(t, nil, []step{{open, "", want}}, failed(openLine, result))
		run(t, nil, []step{{open, "019000", nil}, {"01" + selectApp, "", want}},
			answered(openLine, "019000"), failed(overCSIM("01"+selectApp), result))
		run(t, only(csim.WayCGLA, csim.WayCSIM), []step{{open, "019000", nil}, {"01" + selectApp, "", want}}, failed(ccho, result))
	}
	for _, err := range []error{context.DeadlineExceeded, apdu.ErrLostStep} {
		run(t, nil, []step{{open, "", err}}, call{openLine, nil, err})
	}
}

func TestRefusalsThatMakeAChannelChange(t *testing.T) {
	for _, result := range []string{"ERROR", "COMMAND NOT SUPPORT", "+CME ERROR: 3", "+CME ERROR: 4", "+CME ERROR: 50", "+CME ERROR: 0", "+CME ERROR: 100", "+CME ERROR: Parameters error", "+CME ERROR: what?", "+CMS ERROR: 302", "+CMS ERROR: 500"} {
		run(t, nil, []step{{open, "019000", nil}, {"01" + selectApp, "9000", nil}},
			failed(openLine, result), answered(ccho, "7"))
	}
	for _, sw := range []string{"6881", "6A81", "6D00", "6E00", "6986"} {
		run(t, nil, []step{{open, "019000", nil}}, answered(openLine, sw))
		run(t, only(csim.WayCSIM), []step{{open, sw, nil}}, answered(openLine, sw))
	}
	run(t, nil, []step{{open, "6F00", nil}}, answered(openLine, "6F00"))
	run(t, only(csim.WayCSIM), []step{{open, "", apdu.ErrRefused}}, failed(openLine, "ERROR"))
	run(t, only(csim.WayCSIM), []step{{open, "", apdu.ErrMalformed}}, answered(openLine, "9000"))
	run(t, only(csim.WayCSIM), []step{{open, "029000", nil}}, answered(openLine, "6C01"), answered(openLine, "029000"))
	run(t, only(csim.WayCSIM), []step{{open, "", apdu.ErrNoCard}}, answered(openLine, "6C01"), failed(openLine, "+CME ERROR: 10"))
}

func TestChannelGoesBackToTheWayThatCanDoMore(t *testing.T) {
	selected := overCSIM("01" + selectApp)
	a := run(t, nil, []step{
		{open, "019000", nil},
		{"01" + selectApp, "", apdu.ErrRefused},
		{"01" + selectApp, "", apdu.ErrRefused}, // and it is not tried again elsewhere
		{"01A4080C022F00", "9000", nil},
		{"00708001", "9000", nil},
	},
		answered(openLine, "019000"), failed(selected, "+CME ERROR: 4"), answered(overCSIM("00708001"), "9000"),
		failed(ccho, "+CME ERROR: 0"),
		answered(openLine, "029000"), // another number of the card's is the same to the caller
		failed(overCSIM("02"+selectApp), "+CME ERROR: 4"),
		answered(overCSIM("02A4080C022F00"), "9000"),
		answered(overCSIM("00708002"), "9000"))
	require.Equal(t, csim.Profile{Way: csim.WayCSIM}, a.Profile())

	// The way that can do more may be the last one: the channel stays there.
	run(t, only(csim.WayCGLA, csim.WayCSIM), []step{{open, "019000", nil}, {"01" + selectApp, "", apdu.ErrRefused}, {"01" + selectApp, "", apdu.ErrRefused}, {"01A4080C022F00", "9000", nil}},
		failed(ccho, "ERROR"), answered(openLine, "039000"), failed(overCSIM("03"+selectApp), "ERROR"),
		failed(overCSIM("03"+selectApp), "ERROR"), answered(overCSIM("03A4080C022F00"), "9000"))

	// A modem that has no channel to give any more: EF(DIR) can still be read.
	run(t, nil, []step{{open, "019000", nil}, {"01" + selectApp, "", apdu.ErrRefused}, {"01B0000001", "6986", nil}, {"00708001", "9000", nil}},
		answered(openLine, "019000"), failed(selected, "ERROR"), answered(overCSIM("00708001"), "9000"),
		failed(ccho, "ERROR"), answered(openLine, "6A81"))
	run(t, nil, []step{{open, "019000", nil}, {"01" + selectApp, "", apdu.ErrCardBusy}},
		answered(openLine, "019000"), failed(selected, "ERROR"), answered(overCSIM("00708001"), "9000"),
		failed(ccho, "ERROR"), failed(openLine, "+CME ERROR: 14"))
	run(t, nil, []step{{open, "019000", nil}, {"01" + selectApp, "", apdu.ErrCardBusy}, {"00708001", "9000", nil}},
		answered(openLine, "019000"), failed(selected, "ERROR"), answered(overCSIM("00708001"), "9000"),
		failed(ccho, "+CME ERROR: 14"))
	run(t, nil, []step{{open, "019000", nil}, {"01" + selectApp, "", apdu.ErrCardBusy}},
		answered(openLine, "019000"), failed(selected, "ERROR"), failed(overCSIM("00708001"), "+CME ERROR: 14"))
}

func TestFirstCommandInAWayThatIsRefusedIsCarriedOutInTheNext(t *testing.T) {
	// The session opens, AT+CGLA does not work: the application is selected anew.
	odf := "A4000C025031"
	steps := []step{{open, "019000", nil}, {"01" + selectApp, "9000", nil}, {"01" + odf, "9000", nil}, {"01B0000001", "", apdu.ErrRefused}}
	a := run(t, only(csim.WayCGLA, csim.WayCSIM), steps,
		answered(ccho, "7"), failed(in("00"+odf), "ERROR"), failed(in("00"+odf), "ERROR"), answered("AT+CCHC=7", "+CCHC"),
		answered(openLine, "039000"), answered(overCSIM("03"+selectApp), "9000"), answered(overCSIM("03"+odf), "9000"),
		failed(overCSIM("03B0000001"), "ERROR")) // too late to change again
	require.Equal(t, csim.Profile{Way: csim.WayCSIM}, a.Profile())

	// An application that is there in one way only is no answer to the SELECT of a file.
	for _, sw := range []string{"6A82", "6985"} {
		run(t, only(csim.WayCGLA, csim.WayCSIM), []step{steps[0], steps[1], {"01" + odf, "", apdu.ErrRefused}, {"01" + odf, "", apdu.ErrRefused}},
			answered(ccho, "7"), failed(in("00"+odf), "ERROR"), failed(in("00"+odf), "ERROR"), answered("AT+CCHC=7", "+CCHC"),
			answered(openLine, "039000"), answered(overCSIM("03"+selectApp), sw), // home: AT+CSIM carries any command
			answered(overCSIM("00708003"), "9000"), answered(openLine, "039000"), answered(overCSIM("03"+selectApp), sw),
			failed(overCSIM("03"+odf), "ERROR"))
	}

	// Nor one that the other way does not select.
	run(t, only(csim.WayCGLA, csim.WayCSIM), []step{steps[0], steps[1], {"01" + odf, "", apdu.ErrRefused}},
		answered(ccho, "7"), failed(in("00"+odf), "ERROR"), failed(in("00"+odf), "ERROR"), answered("AT+CCHC=7", "+CCHC"),
		answered(openLine, "039000"), failed(overCSIM("03"+selectApp), "ERROR"),
		answered(overCSIM("00708003"), "9000"), answered(openLine, "039000"), failed(overCSIM("03"+selectApp), "ERROR"))
	run(t, only(csim.WayCGLA, csim.WayCSIM), []step{steps[0], steps[1], {"01" + odf, "", apdu.ErrCardBusy}},
		answered(ccho, "7"), failed(in("00"+odf), "ERROR"), failed(in("00"+odf), "ERROR"), answered("AT+CCHC=7", "+CCHC"),
		answered(openLine, "039000"), failed(overCSIM("03"+selectApp), "ERROR"), failed(overCSIM("00708003"), "+CME ERROR: 14"))

	// A PIN is never sent again, nor what secure messaging counts.
	for _, capdu := range []string{"002000010831323334FFFFFFFF", "04B0000001", "00D6000001AA", "00B2000201", "00A4040E02A000"} {
		ours := "01" + capdu[2:]
		if capdu[1] == '4' {
			ours = "05" + capdu[2:]
		}
		run(t, only(csim.WayCGLA, csim.WayCSIM), []step{steps[0], steps[1], {ours, "", apdu.ErrRefused}},
			answered(ccho, "7"), failed(in(capdu), "ERROR"))
	}
}

func TestCommandsThatAreNotOursPassAsTheyAre(t *testing.T) {
	a := run(t, only(csim.WayCGLA), []step{
		{"00A40004023F00", "9000", nil},
		{"02B0000001", "AA9000", nil},
		{"A0A40000023F00", "9F16", nil},
		{"0070", "", apdu.ErrMalformed},
	},
		answered(overCSIM("00A40004023F00"), "9000"),
		answered(overCSIM("02B0000001"), "AA9000"),
		answered(overCSIM("A0A40000023F00"), "9F16"))
	require.Equal(t, "AT+CSIM on the basic channel", a.Way())
	require.Zero(t, a.Profile())
}

func TestEachChangeOfTheWayIsTold(t *testing.T) {
	told := func(steps []step, calls ...call) (changes []string) {
		run(t, &csim.AccessConfig{OnChange: func(from, to csim.Way, why error) {
			require.Error(t, why)
			changes = append(changes, from.String()+" to "+to.String())
		}}, steps, calls...)
		return changes
	}
	require.Equal(t, []string{"AT+CSIM to AT+CGLA"}, told([]step{{open, "019000", nil}}, failed(openLine, "ERROR")))
	require.Equal(t, []string{"AT+CSIM to AT+CGLA"}, told([]step{{open, "019000", nil}}, answered(openLine, "6A81")))
	require.Equal(t, []string{"AT+CSIM to AT+CGLA", "AT+CGLA to AT+CSIM"}, told(
		[]step{{open, "019000", nil}, {"01" + selectApp, "", apdu.ErrRefused}},
		answered(openLine, "019000"), failed(overCSIM("01"+selectApp), "ERROR"), answered(overCSIM("00708001"), "9000"),
		failed(ccho, "ERROR"), answered(openLine, "019000")))
	require.Empty(t, told([]step{{open, "", apdu.ErrNoCard}}, failed(openLine, "+CME ERROR: 10")))
}

// INITIALIZE UPDATE begins anew: where a modem lets nothing pass in a session,
// it goes another way as a plain command does.
func TestSecureChannelMayBeginInAnotherWay(t *testing.T) {
	const begin = "50000008" + "0102030405060708" // without Le, which is tried in two forms
	run(t, only(csim.WayCGLA, csim.WayCSIM), []step{{open, "019000", nil}, {"01" + selectApp, "9000", nil}, {"81" + begin, "9000", nil}},
		answered(ccho, "7"), failed(in("80"+begin), "ERROR"), failed(in("80"+begin), "ERROR"), answered("AT+CCHC=7", "+CCHC"),
		answered(openLine, `+CSIM: 6,"039000"`), answered(overCSIM("03"+selectApp), `+CSIM: 4,"9000"`), answered(overCSIM("83"+begin), `+CSIM: 4,"9000"`))
}
