package csim

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestResultCodesStandForErrors(t *testing.T) {
	for _, tt := range []struct {
		line string
		want error // nil: OK
		is   error // of package apdu, or nil
	}{
		{"OK", nil, nil},
		{" ok ", nil, nil},
		{"+CME ERROR: 0", CMEError{0, "phone failure"}, nil},
		{"+CME ERROR: 3", CMEError{3, "operation not allowed"}, apdu.ErrRefused},
		{"+CME ERROR: 4", CMEError{4, "operation not supported"}, apdu.ErrRefused},
		{"+CME ERROR: 10", CMEError{10, "SIM not inserted"}, apdu.ErrNoCard},
		{"+CME ERROR: 11", CMEError{11, "SIM PIN required"}, apdu.ErrCardPIN},
		{"+CME ERROR: 12", CMEError{12, "SIM PUK required"}, apdu.ErrCardLocked},
		{"+CME ERROR: 13", CMEError{13, "SIM failure"}, apdu.ErrCardFault},
		{"+CME ERROR: 14", CMEError{14, "SIM busy"}, apdu.ErrCardBusy},
		{"+CME ERROR: 15", CMEError{15, "SIM wrong"}, apdu.ErrCardFault},
		{"+CME ERROR: 50", CMEError{50, "incorrect parameters"}, apdu.ErrRefused},
		{"+CME ERROR: 100", CMEError{100, "unknown"}, nil},
		{"+CME ERROR: 4711", CMEError{4711, ""}, nil},
		{"+CME ERROR:13", CMEError{13, "SIM failure"}, apdu.ErrCardFault},
		{"+cme error: 13", CMEError{13, "SIM failure"}, apdu.ErrCardFault},
		{"+CME ERROR 13", CMEError{13, "SIM failure"}, apdu.ErrCardFault},
		{"+CME ERROR: SIM busy", CMEError{14, "SIM busy"}, apdu.ErrCardBusy},
		{"+CME ERROR: SIM NOT INSERTED", CMEError{10, "SIM not inserted"}, apdu.ErrNoCard},
		{"+CME ERROR: (U)SIM PIN required", CMEError{11, "SIM PIN required"}, apdu.ErrCardPIN},
		{"+CME ERROR: Parameters error", CMEError{50, "incorrect parameters"}, apdu.ErrRefused},
		{"+CME ERROR: unknown error", CMEError{100, "unknown"}, nil},
		{"+CME Error:PACM(AP),UNREGISTED", CMEError{-1, "PACM(AP),UNREGISTED"}, nil},
		{"+CME ERROR: 99999", CMEError{-1, "99999"}, nil},
		{"+CME ERROR: -1", CMEError{-1, "-1"}, nil},
		{"+CME ERROR", CMEError{-1, ""}, nil},
		{"+CMS ERROR: 310", CMSError{310, "(U)SIM not inserted"}, apdu.ErrNoCard},
		{"+CMS ERROR: 311", CMSError{311, "(U)SIM PIN required"}, apdu.ErrCardPIN},
		{"+CMS ERROR: 313", CMSError{313, "(U)SIM failure"}, apdu.ErrCardFault},
		{"+CMS ERROR: SIM busy", CMSError{314, "(U)SIM busy"}, apdu.ErrCardBusy},
		{"+CMS ERROR: 316", CMSError{316, "(U)SIM PUK required"}, apdu.ErrCardLocked},
		{"+CMS ERROR: 302", CMSError{302, "operation not allowed"}, apdu.ErrRefused},
		{"+CMS ERROR: 500", CMSError{500, "unknown error"}, nil},
		{"ERROR", resultWords["ERROR"], apdu.ErrRefused},
		{"error", resultWords["ERROR"], apdu.ErrRefused},
		{"COMMAND NOT SUPPORT", resultWords["COMMAND NOT SUPPORT"], apdu.ErrRefused},
		{"ABORTED", resultWords["ABORTED"], nil},
		{"NO CARRIER", resultWords["NO CARRIER"], nil},
	} {
		t.Run(tt.line, func(t *testing.T) {
			final, err := ParseResult(tt.line)
			require.True(t, final)
			require.Equal(t, tt.want, err)
			for _, sentinel := range []error{
				apdu.ErrNoCard, apdu.ErrCardPIN, apdu.ErrCardLocked, apdu.ErrCardFault, apdu.ErrCardBusy, apdu.ErrRefused, apdu.ErrLostStep,
			} {
				require.Equal(t, sentinel == tt.is, errors.Is(err, sentinel), sentinel)
			}
		})
	}
}

func TestOtherLinesAreNoResultCodes(t *testing.T) {
	for _, line := range []string{"", "OKAY", "+CSIM: 4,\"9000\"", "+CME", "RDY", "AT", "RING", "> ", "NO"} {
		final, err := ParseResult(line)
		require.False(t, final, line)
		require.NoError(t, err)
	}
}

func TestErrorTextsNameTheCodeAndItsMeaning(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"+CME ERROR: 13", "+CME ERROR: 13: SIM failure"},
		{"+CME ERROR: 4711", "+CME ERROR: 4711"},
		{"+CME ERROR: odd", "+CME ERROR: odd"},
		{"+CMS ERROR: 310", "+CMS ERROR: 310: (U)SIM not inserted"},
		{"no carrier", "NO CARRIER"},
	} {
		_, err := ParseResult(tt.line)
		require.EqualError(t, err, tt.want)
	}
}

func TestErrorTextOfAModemIsOneShortLineOfASCII(t *testing.T) {
	_, err := ParseResult("+CME ERROR: \x1b[2J\xff\x7f" + strings.Repeat("x", 1000))
	require.LessOrEqual(t, len(err.Error()), len("+CME ERROR: ")+maxErrorText)
	for _, r := range err.Error() {
		require.True(t, r >= ' ' && r <= '~', "%q", r)
	}
}
