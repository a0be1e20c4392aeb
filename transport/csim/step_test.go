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
	start := time.Unix(1000, 0)
	const oldLine = `AT+CSIM=10,"00C0000002"`
	for _, tt := range []struct {
		name   string
		old    []string // commands that were abandoned
		probes int      // the setting, the range, and the range again
		lines  string
		found  bool
		owed   int   // results, afterwards
		next   probe // afterwards
	}{
		{"probe answered", []string{oldLine}, 1, "s+r", true, 0, askSetting},
		{"probe answered, its result missing", []string{oldLine}, 1, "s", true, 1, askSetting},
		{"old and probe answered at once", []string{oldLine}, 1, "r+s+r", true, 0, askSetting},
		{"copies", []string{oldLine}, 1, "s+s+r+r+r", true, 0, askSetting},
		{"silence", []string{oldLine}, 1, "", false, 2, askRange},
		{"old answered", []string{oldLine}, 1, "r", false, 1, askRange},
		{"old answered, with a copy", []string{oldLine}, 1, "r+r", false, 1, askRange},
		{"answer of the other probe", []string{oldLine}, 1, "a+r", false, 2, askRange},
		{"first of two probes answered", []string{oldLine}, 2, "s+r", false, 1, askSetting},
		{"second of two probes answered, the first was swallowed", []string{oldLine}, 2, "a+r", true, 0, askSetting},
		{"both answered at once", []string{oldLine}, 2, "s+r+a+r", true, 0, askSetting},
		{"both answered one by one", []string{oldLine}, 2, "srar", true, 0, askSetting},
		{"one of two answered, its result missing", []string{oldLine}, 2, "s", false, 1, askSetting},
		{"the result that comes is the first one's", []string{oldLine}, 2, "sr", false, 1, askSetting},
		{"second of two answered, its result missing", []string{oldLine}, 2, "a", true, 1, askSetting},
		{"three probes, the second answered", []string{oldLine}, 3, "a+r", false, 1, askSetting},
		{"three probes, the last two answered at once", []string{oldLine}, 3, "a+r+a+r", false, 1, askSetting},
		{"three probes, the last two answered", []string{oldLine}, 3, "a+ra+r", true, 0, askSetting},
		{"probe unknown, old dropped or late", []string{oldLine}, 2, "r", false, 2, askRange},
		{"probe unknown, counted", []string{oldLine}, 2, "rr", true, 1, askRange},
		{"probe unknown, counted, with a copy", []string{oldLine}, 2, "r+r", false, 2, askRange},
		{"first probe known, second not", []string{oldLine}, 2, "s+rr", true, 0, askSetting},
		{"nothing old, counted", nil, 1, "r", true, 0, askRange},
		{"old was the probe itself", []string{"at+cmee?"}, 1, "s+r", false, 1, askSetting},
		{"old was the probe itself, the other answered", []string{"AT+CMEE?"}, 1, "a+r", true, 0, askSetting},
		{"old were both", []string{"AT+CMEE?", "AT+CMEE=?"}, 1, "s+r", false, 2, askSetting},
		{"old were both, one is owed still", []string{"AT+CMEE?", "AT+CMEE=?"}, 1, "s+ra+r", false, 1, askSetting},
		{"old were both, all answered", []string{"AT+CMEE?", "AT+CMEE=?"}, 1, "s+ra+ra+r", true, 0, askSetting},
		{"more than was asked", nil, 1, "rrr", true, 0, askRange},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := step{stirred: start}
			for _, line := range tt.old {
				s.sent(line, false, start)
			}
			s.lose()
			for range tt.probes {
				s.sent(s.next().line(), true, start)
			}
			quietly(&s, tt.lines)
			require.Equal(t, tt.found, s.found())
			require.Equal(t, !tt.found, s.lost)
			require.Equal(t, tt.owed, s.owed())
			require.Equal(t, tt.next, s.next())
		})
	}
}

func probeWith(s *step) { s.sent(s.next().line(), true, s.stirred) }

func TestModemThatKnowsAProbeIsNotFoundByCountingResults(t *testing.T) {
	var s step
	s.knows[askSetting] = true
	s.lose()
	probeWith(&s)
	quietly(&s, "rrrr") // somebody else's
	require.False(t, s.found())
	quietly(&s, "s+r")
	require.True(t, s.found())

	s.sent("AT+CMEE?", false, s.stirred)
	s.lose()
	require.Equal(t, askRange, s.next())
	for range 2 {
		probeWith(&s)
	}
	quietly(&s, "rr")
	require.True(t, s.found(), "this one it does not know")
}

// The answer of a probe is looked for even if, by count, it is done: else that
// to the first would be taken for that to the next one of its kind.
func TestResultsOfOthersDoNotHideAnAnswerThatIsOwed(t *testing.T) {
	var s step
	s.knows = [probes]bool{true, true}
	s.sent("AT+CSIM", false, s.stirred)
	s.lose()
	probeWith(&s) // the setting
	quietly(&s, "rrr")
	probeWith(&s) // not the setting again
	quietly(&s, "s+r")
	require.False(t, s.found())
	quietly(&s, "a+r")
	require.True(t, s.found())
}

func TestCommandThatMayNotExistIsForgottenInTheEnd(t *testing.T) {
	s := begun()
	for range maxForeign {
		probeWith(&s)
		quietly(&s, "r")
		require.False(t, s.found(), "perhaps another program's")
	}
	probeWith(&s)
	quietly(&s, "r")
	require.True(t, s.found())
	require.Zero(t, s.owed())

	s.sent("AT+CSIM", false, s.stirred)
	s.lose()
	for range 2 {
		probeWith(&s)
		quietly(&s, "r")
	}
	require.True(t, s.found())
	require.Equal(t, 1, s.owed(), "this one does exist")
}

// Of a modem with two commands of another program, and slow. Found by
// TestNoAnswerIsEverGivenToAnotherCommand, as modem 84 of its seeds.
func TestCountThatWasWrongDoesNotHideTheAnswersThatAreOwed(t *testing.T) {
	s := begun()
	for range 4 { // the setting, and three times the range
		probeWith(&s)
	}
	quietly(&s, "rrr") // the other program's
	require.True(t, s.found(), "by count")
	s.sent("ATE0", false, s.stirred)
	s.lose()
	probeWith(&s)
	quietly(&s, "s+r") // to the very first probe
	require.False(t, s.found())
	quietly(&s, "a+ra+ra+r")
	require.False(t, s.found(), "one is owed")
	quietly(&s, "ra+r")
	require.True(t, s.found())
}

func TestProbesTakeTurnsUntilNothingIsOwed(t *testing.T) {
	var s step
	s.sent("AT+CSIM", false, s.stirred)
	s.lose()
	for range 4 { // the setting, and three times the range
		probeWith(&s)
	}
	quietly(&s, "s+r")
	require.False(t, s.found())
	quietly(&s, "a+ra+r")
	require.False(t, s.found())
	require.Equal(t, askSetting, s.next())
	probeWith(&s)
	quietly(&s, "a+r") // the last of the three
	require.False(t, s.found())
	quietly(&s, "s+r")
	require.True(t, s.found())
	require.Zero(t, s.owed())
}

func TestSwallowedProbesAreOutlivedByTheOtherOne(t *testing.T) {
	var s step
	s.sent("AT+CSIM", false, s.stirred)
	s.lose()
	for range 5 { // of which the last one alone is heard
		probeWith(&s)
	}
	quietly(&s, "a+r") // it could be the second's
	require.False(t, s.found())
	require.Equal(t, askSetting, s.next())
	probeWith(&s)
	quietly(&s, "s+r")
	require.True(t, s.found())
}

func TestWhatNobodyAskedForFindsNothing(t *testing.T) {
	var s step
	s.lose()
	quietly(&s, "rsa") // before any probe
	require.False(t, s.found())
	probeWith(&s)
	require.False(t, s.found())
}

func TestOwnLineShowsThatAllBeforeIsDone(t *testing.T) {
	var s step
	for range 3 {
		s.sent("AT+CMEE?", false, s.stirred)
	}
	s.done(true)
	require.Zero(t, s.owed())
	require.Equal(t, askSetting, s.next())
}

func TestResultAloneIsOneOfThoseOwed(t *testing.T) {
	var s step
	for range 3 {
		s.sent("AT", false, s.stirred)
	}
	s.done(false)
	require.Equal(t, 2, s.owed())
	s.done(false)
	require.Equal(t, 2, s.owed(), "perhaps a copy")

	s = step{}
	s.sent("AT", false, s.stirred)
	s.done(false)
	s.sent("AT", false, s.stirred)
	s.done(false)
	require.Zero(t, s.owed(), "no other command's")
}

// Found by TestNoAnswerIsEverGivenToAnotherCommand, as modem 619 of its seeds:
// one that knows no probe, and sends lines twice.
func TestCopyOfAResultIsNotThatOfTheCommandSentMeanwhile(t *testing.T) {
	for _, recognised := range []bool{true, false} {
		var s step
		s.sent("AT+CSIM", false, s.stirred)
		s.stir(time.Unix(1000, 0), time.Unix(1000, 0))
		s.done(recognised)
		s.sent("AT+CSIM", false, s.stirred)
		s.lose() // its context ended at once
		s.stir(s.stirred.Add(QuietTime-1), s.stirred.Add(QuietTime-1))
		s.sawResult()
		require.Equal(t, 1, s.owed())
	}
}

func TestDebtsAreBounded(t *testing.T) {
	var d debts
	for i := range maxDebts + 10 {
		d.add(none, time.Unix(int64(i), 0), false)
		if i == maxDebts/2 {
			d.result()
		}
	}
	require.Len(t, d.list, maxDebts)
	require.Equal(t, int64(maxDebts+9), d.list[maxDebts-1].sent.Unix(), "the oldest are forgotten")
	d.clear()
	_, ok := d.result()
	require.False(t, ok)
}

func TestPaceIsThatOfTheLastAnswer(t *testing.T) {
	at := func(seconds float64) time.Time { return time.Unix(1000, int64(seconds*1e9)) }
	var p pace
	var waits []float64
	for range 4 {
		p.asked(at(0))
		waits = append(waits, p.due().Sub(at(0)).Seconds())
	}
	require.Equal(t, []float64{1, 4, 8, 8}, waits, "a silent modem")

	p.answered(at(0), at(4))
	require.Equal(t, at(9), p.due(), "the next answer should take 4 s, too")
	p.answered(at(1), at(6))
	require.Equal(t, at(8.5), p.due(), "it was free for this one from 4 on")
	p.restart()
	p.asked(at(20))
	require.Equal(t, at(23), p.due())
	p.answered(time.Time{}, at(21))
	require.Equal(t, at(21), p.due(), "of another program's command nothing is known")
	p.answered(at(22), at(60))
	require.Equal(t, at(65), p.due(), "no longer than this")

	p = pace{}
	p.answered(time.Time{}, at(5))
	require.Zero(t, p.took, "another program's command: nothing is known of it")
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
		{"+CMEE: 3", none, false},
		{"+CMEE: 11", none, false},
		{"+CMEE:", none, false},
		{"+CMEE: 0,1,2", none, false},
		{"+CME ERROR: 1", none, false},
	} {
		got, ok := probeOf(tt.line)
		require.Equal(t, tt.ok, ok, tt.line)
		require.Equal(t, tt.want, got, tt.line)
	}
}
