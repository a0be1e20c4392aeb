package csim_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// lateModem is a Resyncer with one batch of late lines for each Resync.
type lateModem struct {
	*commander
	late [][]string
}

func (m *lateModem) Resync(context.Context) (lines []string, err error) {
	if len(m.late) == 0 {
		return nil, errors.New("not yet")
	}
	lines, m.late = m.late[0], m.late[1:]
	return lines, nil
}

func lately(t *testing.T, config *csim.AccessConfig, late [][]string, calls ...call) (*csim.Access, *lateModem) {
	m := &lateModem{commands(t, calls...), late}
	return csim.NewAccess(m, config), m
}

func gaveUp(line string) call { return call{line, nil, context.DeadlineExceeded} }

// send sends a command that must be answered so.
func send(t *testing.T, a *csim.Access, capdu, want string) {
	t.Helper()
	rapdu, err := a.Transmit(t.Context(), unhex(t, capdu))
	require.NoError(t, err)
	require.Equal(t, unhex(t, want), rapdu)
}

func sendInVain(t *testing.T, a *csim.Access, capdu string, want error) {
	t.Helper()
	rapdu, err := a.Transmit(t.Context(), unhex(t, capdu))
	require.ErrorIs(t, err, want)
	require.Nil(t, rapdu)
}

func TestSessionThatOpensTooLateIsClosed(t *testing.T) {
	for _, ask := range []bool{true, false} {
		a, _ := lately(t, only(csim.WayCGLA), [][]string{{"+CCHO: 7"}},
			gaveUp(ccho), answered("AT+CCHC=7", "+CCHC"), answered(ccho, "8"))
		send(t, a, open, "019000")
		sendInVain(t, a, "01"+selectApp, context.DeadlineExceeded)
		if ask {
			_, ok := a.LateAnswer(t.Context())
			require.False(t, ok)
		}
		send(t, a, "01"+selectApp, "9000")
	}
}

func TestChannelThatOpensTooLateIsClosedOnce(t *testing.T) {
	a, _ := lately(t, nil, [][]string{{`+CSIM: 6,"029000"`}},
		gaveUp(openLine), answered(overCSIM("00708002"), "9000"))
	_, err := apdu.OpenChannel(t.Context(), a)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	a, _ = lately(t, nil, [][]string{{`+CSIM: 4,"6881"`}}, gaveUp(openLine), answered(readLine, "9000"))
	sendInVain(t, a, open, context.DeadlineExceeded)
	_, ok := a.LateAnswer(t.Context())
	require.False(t, ok)
	send(t, a, read, "9000")
}

func TestStrayChannelIsClosedBeforeAnythingElse(t *testing.T) {
	a, m := lately(t, nil, [][]string{{"029000"}, nil},
		gaveUp(openLine),
		gaveUp(overCSIM("00708002")), // no answer to that either
		answered(overCSIM("00708002"), "6881"),
		answered(readLine, "9000"))
	sendInVain(t, a, open, context.DeadlineExceeded)
	sendInVain(t, a, read, context.DeadlineExceeded)
	late := m.late
	m.late = nil
	_, err := a.Transmit(t.Context(), unhex(t, read))
	require.Error(t, err)
	m.late = late
	send(t, a, read, "9000")
}

func TestLateAnswerInASessionIsTheCommandsOwn(t *testing.T) {
	session := []call{answered(ccho, "7")}
	begin := func(late []string, calls ...call) *csim.Access {
		a, _ := lately(t, only(csim.WayCGLA), [][]string{late}, append(session[:1:1], calls...)...)
		send(t, a, open, "019000")
		send(t, a, "01"+selectApp, "9000")
		return a
	}
	a := begin([]string{`+CGLA: 6,"AA9000"`}, gaveUp(in("00B0000001")), answered(in("00B0000101"), `+CGLA: 6,"BB9000"`))
	sendInVain(t, a, "01B0000001", context.DeadlineExceeded)
	rapdu, ok := a.LateAnswer(t.Context())
	require.True(t, ok)
	require.Equal(t, unhex(t, "AA9000"), rapdu)
	send(t, a, "01B0000101", "BB9000")

	// Without asking, it is no other command's.
	a = begin([]string{`+CGLA: 6,"AA9000"`}, gaveUp(in("00B0000001")), answered(in("00B0000101"), `+CGLA: 6,"BB9000"`))
	sendInVain(t, a, "01B0000001", context.DeadlineExceeded)
	send(t, a, "01B0000101", "BB9000")
	_, ok = a.LateAnswer(t.Context())
	require.False(t, ok)

	// An answer of another kind, or of too much, is none.
	for _, late := range []string{`+CSIM: 6,"AA9000"`, `+CGLA: 8,"AABB9000"`, "+CCHO: 1", "OK"} {
		a = begin([]string{late}, gaveUp(in("00B0000001")))
		sendInVain(t, a, "01B0000001", context.DeadlineExceeded)
		_, ok = a.LateAnswer(t.Context())
		require.False(t, ok, late)
	}

	// That of STATUS, which the caller did not send, is not the SELECT's.
	a, _ = lately(t, only(csim.WayCGLA), [][]string{{`+CGLA: 8,"62009000"`}}, answered(ccho, "7"), gaveUp(in("80F2000000")))
	send(t, a, open, "019000")
	sendInVain(t, a, "01"+selectFCP, context.DeadlineExceeded)
	_, ok = a.LateAnswer(t.Context())
	require.False(t, ok)
}

func TestNothingIsReadBehindAStepThatWasLost(t *testing.T) {
	for _, lines := range [][]string{
		{`+CGLA: 6,"AA9000"`, `+CGLA: 6,"BB9000"`}, {"OK"}, {`+CGLA: 8,"AABB9000"`}, {`+CGLA: 6,"AA90`}, {`+CSIM: 6,"AA9000"`},
	} {
		a := csim.NewAccess(commands(t, answered(ccho, "7"),
			call{in("00B0000001"), lines, nil},
			call{"AT", nil, context.DeadlineExceeded},
			call{"AT", nil, nil},
			answered(in("00B0000001"), `+CGLA: 6,"CC9000"`)), only(csim.WayCGLA))
		send(t, a, open, "019000")
		send(t, a, "01"+selectApp, "9000")
		_, err := a.Transmit(t.Context(), unhex(t, "01B0000001"))
		require.Error(t, err, "%q", lines)
		sendInVain(t, a, "01B0000001", apdu.ErrLostStep)
		send(t, a, "01B0000001", "CC9000")
	}
}

func TestCloseWithoutAnAnswerIsRepeatedBeforeTheNextCommand(t *testing.T) {
	a, _ := lately(t, only(csim.WayCGLA), [][]string{nil}, answered(ccho, "7"), gaveUp("AT+CCHC=7"), answered("AT+CCHC=7", "+CCHC"), answered(ccho, "8"))
	send(t, a, open, "019000")
	send(t, a, "01"+selectApp, "9000")
	sendInVain(t, a, "00708001", context.DeadlineExceeded)
	send(t, a, open, "019000")
	send(t, a, "01"+selectApp, "9000")
}

func TestCardThatIsGoneHasNoChannelToClose(t *testing.T) {
	for _, gone := range []error{apdu.ErrCardReset, apdu.ErrNoCard} {
		a, _ := lately(t, only(csim.WayCGLA), [][]string{nil, nil}, answered(ccho, "7"), call{"AT+CCHC=7", nil, gone}, answered(ccho, "8"))
		send(t, a, open, "019000")
		send(t, a, "01"+selectApp, "9000")
		sendInVain(t, a, "00708001", gone)
		send(t, a, open, "019000")
		send(t, a, "01"+selectApp, "9000")

		// Nor is one that opened too late.
		a, _ = lately(t, nil, [][]string{{"029000"}, nil}, gaveUp(openLine), call{overCSIM("00708002"), nil, gone}, answered(readLine, "9000"))
		sendInVain(t, a, open, context.DeadlineExceeded)
		send(t, a, read, "9000")
	}
}

func TestErrorAmongTheLinesOfACloseIsOne(t *testing.T) {
	a := csim.NewAccess(commands(t, answered(ccho, "7"), call{"AT+CCHC=7", []string{"+CME ERROR: 3", "OK"}, nil}), only(csim.WayCGLA))
	send(t, a, open, "019000")
	send(t, a, "01"+selectApp, "9000")
	_, err := a.Transmit(t.Context(), unhex(t, "00708001"))
	require.ErrorContains(t, err, "may stay open")
}

func TestNothingIsSentWithAContextThatEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := csim.NewAccess(commands(t), nil)
	_, err := a.Transmit(ctx, unhex(t, open))
	require.ErrorIs(t, err, context.Canceled)
	_, ok := a.LateAnswer(t.Context())
	require.False(t, ok)
}

func TestErrorsOfAnAccessShowNoDataOfTheCommand(t *testing.T) {
	verify := "002000010831323334FFFFFFFF"
	for _, answer := range []call{{lines: nil}, {lines: []string{"31323334", "9000"}}, {lines: []string{`+CGLA: 8,"31323334`}}, failed("", "ERROR")} {
		answer.want = in(verify)
		a := csim.NewAccess(commands(t, answered(ccho, "7"), answer), only(csim.WayCGLA))
		send(t, a, open, "019000")
		send(t, a, "01"+selectApp, "9000")
		_, err := a.Transmit(t.Context(), unhex(t, "01"+verify[2:]))
		require.Error(t, err)
		require.NotContains(t, err.Error(), "3132")
	}
	a := csim.NewAccess(commands(t), only(csim.WayCRSM))
	send(t, a, open, "019000")
	_, err := a.Transmit(t.Context(), unhex(t, "01"+verify[2:]))
	require.ErrorIs(t, err, apdu.ErrRefused)
	require.NotContains(t, err.Error(), "3132")
}
