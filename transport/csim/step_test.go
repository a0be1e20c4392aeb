package csim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// quietly tells s of lines that come one after the other, with silence before
// each: "r" is a result code, "s" and "a" are answers to the two probes. A "+"
// takes the silence before the next one away.
func quietly(s *step, lines string) {
	now := s.stirred
	gap := QuietTime
	for _, l := range lines {
		if l == '+' {
			gap = QuietTime - 1
			continue
		}
		now = now.Add(gap)
		gap = QuietTime
		s.stir(now, now)
		switch l {
		case 'r':
			s.sawResult()
		case 's':
			s.sawAnswer(askSetting)
		case 'a':
			s.sawAnswer(askRange)
		}
	}
}

func TestStepIsFoundByTheRightLines(t *testing.T) {
	start := time.Unix(0, 0)
	const oldLine = `AT+CSIM=10,"00C0000002"`
	for _, tt := range []struct {
		name   string
		old    []string // commands that were abandoned
		probes int
		lines  string
		found  bool
		owed   int // results, afterwards
		round  probe
	}{
		{"probe answered", []string{oldLine}, 1, "s+r", true, 0, askSetting},
		{"probe answered, its result missing", []string{oldLine}, 1, "s", true, 1, askSetting},
		{"old and probe answered at once", []string{oldLine}, 1, "r+s+r", true, 0, askSetting},
		{"copies", []string{oldLine}, 1, "s+s+r+r+r", true, 0, askSetting},
		{"silence", []string{oldLine}, 1, "", false, 2, askSetting},
		{"old answered", []string{oldLine}, 1, "r", false, 1, askSetting},
		{"old answered, with a copy", []string{oldLine}, 1, "r+r", false, 1, askSetting},
		{"answer of the other probe", []string{oldLine}, 1, "a+r", false, 1, askSetting},
		{"one of two probes answered", []string{oldLine}, 2, "s+r", false, 1, askRange},
		{"both answered at once", []string{oldLine}, 2, "s+r+s+r", false, 1, askRange},
		{"one of two answered, its result missing", []string{oldLine}, 2, "s", false, 2, askRange},
		{"probe unknown, old dropped or late", []string{oldLine}, 2, "r", false, 2, askSetting},
		{"probe unknown, counted", []string{oldLine}, 2, "rr", true, 1, askSetting},
		{"probe unknown, counted, with a copy", []string{oldLine}, 2, "r+r", false, 2, askSetting},
		{"nothing old, counted", nil, 1, "r", true, 0, askSetting},
		{"old was the probe itself", []string{"at+cmee?"}, 1, "s+r", false, 1, askRange},
		{"old was the probe itself, the other answered", []string{"AT+CMEE?"}, 1, "a+r", true, 0, askRange},
		{"old were both", []string{"AT+CMEE?", "AT+CMEE=?"}, 1, "s+r", false, 2, askSetting},
		{"old were both, and one is answered twice", []string{"AT+CMEE?", "AT+CMEE=?"}, 1, "ss", true, 1, askSetting},
		{"more than was asked", nil, 1, "rrr", true, 0, askSetting},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := step{stirred: start}
			for _, line := range tt.old {
				s.sent(line, false)
			}
			s.lose()
			for range tt.probes {
				s.sent(s.round.line(), true)
			}
			quietly(&s, tt.lines)
			require.Equal(t, tt.found, s.found())
			require.Equal(t, !tt.found, s.lost)
			require.Equal(t, tt.owed, s.results.owed)
			require.Equal(t, tt.round, s.round)
		})
	}
}

func TestModemThatKnowsAProbeIsNotFoundByCountingResults(t *testing.T) {
	var s step
	s.knows[askSetting] = true
	s.lose()
	s.sent(s.round.line(), true)
	quietly(&s, "rrrr") // somebody else's
	require.False(t, s.found())
	quietly(&s, "s+r")
	require.True(t, s.found())

	s.sent("AT+CMEE?", false)
	s.lose()
	require.Equal(t, askRange, s.round)
	for range 2 {
		s.sent(s.round.line(), true)
	}
	quietly(&s, "rr")
	require.True(t, s.found(), "this one it does not know")
}

func TestCommandThatMayNotExistIsForgottenInTheEnd(t *testing.T) {
	s := begun()
	s.sent(s.round.line(), true)
	quietly(&s, "r")
	require.False(t, s.found(), "perhaps another program's")
	s.sent(s.round.line(), true)
	quietly(&s, "r")
	require.True(t, s.found())
	require.Zero(t, s.results.owed)

	s.sent("AT+CSIM", false)
	s.lose()
	for range 2 {
		s.sent(s.round.line(), true)
		quietly(&s, "r")
	}
	require.True(t, s.found())
	require.Equal(t, 1, s.results.owed, "this one does exist")
}

func TestRoundsTakeTurnsUntilOneProbeIsEnough(t *testing.T) {
	var s step
	s.sent("AT+CSIM", false)
	s.lose()
	for range 3 {
		s.sent(s.round.line(), true)
	}
	quietly(&s, "s+r")
	require.False(t, s.found())
	require.Equal(t, askRange, s.round)

	s.sent(s.round.line(), true)
	quietly(&s, "s+rs+r") // the late ones of the first round
	require.False(t, s.found())
	quietly(&s, "a+r")
	require.True(t, s.found())
	require.Zero(t, s.results.owed)

	s.sent("AT+CSIM", false)
	s.lose()
	require.Equal(t, askSetting, s.round, "nothing of it is owed")
}

func TestWhatNobodyAskedForFindsNothing(t *testing.T) {
	var s step
	s.lose()
	quietly(&s, "rsa") // before any probe
	require.False(t, s.found())
	s.sent(s.round.line(), true)
	require.False(t, s.found())
}

func TestOwnLineShowsThatAllBeforeIsDone(t *testing.T) {
	var s step
	for range 3 {
		s.sent("AT+CMEE?", false)
	}
	s.done(true)
	require.Zero(t, s.results.owed)
	require.Zero(t, s.answers[askSetting].owed)
}

func TestResultAloneIsOneOfThoseOwed(t *testing.T) {
	var s step
	for range 3 {
		s.sent("AT", false)
	}
	s.done(false)
	require.Equal(t, 2, s.results.owed)
	s.done(false)
	require.Equal(t, 2, s.results.owed, "perhaps a copy")

	s = step{}
	s.sent("AT", false)
	s.done(false)
	s.sent("AT", false)
	s.done(false)
	require.Zero(t, s.results.owed, "no other command's")
}

func TestProbesAreKnownByTheirAnswers(t *testing.T) {
	for _, tt := range []struct {
		line string
		want probe
		ok   bool
	}{
		{"+CMEE: 0", askSetting, true},
		{"+CMEE: 1", askSetting, true},
		{"+cmee:2", askSetting, true},
		{"+CMEE: (0-2)", askRange, true},
		{"+CMEE: (0,1,2)", askRange, true},
		{"+CMEE:(0-2)", askRange, true},
		{"+CMEE: 3", 0, false},
		{"+CMEE: 11", 0, false},
		{"+CMEE:", 0, false},
		{"+CMEE: 0,1,2", 0, false},
		{"+CME ERROR: 1", 0, false},
	} {
		got, ok := probeOf(tt.line)
		require.Equal(t, tt.ok, ok, tt.line)
		require.Equal(t, tt.want, got, tt.line)
	}
}
