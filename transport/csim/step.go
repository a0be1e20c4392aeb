package csim

import (
	"strings"
	"time"
)

// QuietTime is how long a modem must have been silent before a copy of a line
// can no longer come; see [Modem]. 300 ms is what integrators of several
// makes found to be enough after an answer, as opposed to before one.
const QuietTime = 300 * time.Millisecond

// probe is a command whose answer cannot be taken for another's.
type probe int

// There are two probes: the answer to one cannot be a late answer to the other.
const (
	askSetting probe = iota // AT+CMEE?   answers +CMEE: 1
	askRange                // AT+CMEE=?  answers +CMEE: (0-2)
	probes
	none = probes // any other command
)

const probePrefix = "+CMEE:"

func (p probe) line() string { return [probes]string{"AT+CMEE?", "AT+CMEE=?"}[p] }

// probeIn is the probe that a command line is, or none.
func probeIn(line string) probe {
	for p := range probes {
		if strings.EqualFold(line, p.line()) {
			return p
		}
	}
	return none
}

// probeOf tells which probe a line answers.
func probeOf(line string) (p probe, ok bool) {
	rest, ok := cutPrefixFold(line, probePrefix)
	if !ok {
		return none, false
	}
	rest = strings.TrimSpace(rest)
	switch {
	case strings.HasPrefix(rest, "("):
		return askRange, true
	case len(rest) == 1 && rest[0] >= '0' && rest[0] <= '2':
		return askSetting, true
	}
	return none, false
}

// step knows whether commands and answers are in step, and finds the way back
// when they are not; the drawing is at [Modem.resync]. It does no I/O.
type step struct {
	lost    bool
	debts   debts
	knows   [probes]bool // the modem answered the probe once
	foreign int          // of debts, those to commands that may not exist

	past    bool // of this search, a probe was answered
	byCount bool // that is known by the count of result codes only
	open    bool // the last answer to a probe lacks its result code

	// Copies of a line come within QuietTime of each other: answers with less
	// than that between them, a burst, count as one. That counts too few at
	// times, which costs time and no safety.
	counted [probes + 1]bool // in this burst; the last is for result codes

	stirred time.Time // end of the last line that counts
	pace    pace
}

// maxForeign is how many commands another program is believed to have left
// unanswered. It matters with modems that know no probe, or not yet.
const maxForeign = 2

// begun is the state before the first command: whoever used the port before may
// have left some that are not answered.
func begun() step {
	var s step
	for range maxForeign {
		s.debts.add(none, time.Time{}, false)
	}
	s.foreign = maxForeign
	s.lose()
	return s
}

// lose tells that a command, if one was under way, may still be answered. A
// search for the way back begins.
func (s *step) lose() {
	if s.lost {
		return
	}
	s.lost, s.past, s.byCount = true, false, false
	s.pace.restart()
	for i := range s.debts.list {
		s.debts.list[i].asked = false
	}
}

// sent tells that a command goes out.
func (s *step) sent(line string, isProbe bool, now time.Time) {
	s.debts.add(probeIn(line), now, isProbe)
	if isProbe {
		s.pace.asked(now)
	}
}

// next is the probe to be sent: one that is not owed, so that its answer will
// tell; of which the setting is asked for first. If both are owed, the one that
// was sent last, until it is answered and the other one can tell.
func (s *step) next() probe {
	for p := range probes {
		if s.debts.first(p) < 0 {
			return p
		}
	}
	last := askSetting
	for _, d := range s.debts.list {
		if d.probe != none {
			last = d.probe
		}
	}
	return last
}

// due is when the next probe is to be sent.
func (s *step) due() time.Time {
	for _, d := range s.debts.list {
		if d.asked {
			return s.pace.due()
		}
	}
	return time.Time{} // at once: nothing is awaited that would help
}

// owed is how many commands may still be answered.
func (s *step) owed() int { return s.debts.owed() }

// done tells that the command under way ended with a result code that is taken
// for its own. recognised: there was a line that is certainly its own, so that
// all commands before it are done as well.
func (s *step) done(recognised bool) {
	if !recognised && s.owed() != 1 {
		s.result()
		return
	}
	if n := len(s.debts.list); n > 0 {
		s.pace.answered(s.debts.list[n-1].sent, s.stirred)
	}
	s.debts.clear()
	s.counted[none] = true // what comes now may be a copy
}

// result counts a result code, unless it may be a copy.
func (s *step) result() (done debt, ok bool) {
	if s.counted[none] {
		return debt{}, false
	}
	s.counted[none] = true
	return s.debts.result()
}

// sawAnswer tells that a line came that answers a probe, after stir.
func (s *step) sawAnswer(p probe) {
	s.knows[p] = true
	if s.counted[p] {
		return
	}
	s.counted[p], s.open = true, true
	if done, ok := s.debts.answered(p); ok {
		s.pace.answered(done.sent, s.stirred)
		s.past = s.past || done.asked
		s.byCount = s.byCount && !done.asked
	}
}

// sawResult tells that a result code came, after stir.
func (s *step) sawResult() {
	if s.open { // of the answer to a probe
		s.open, s.counted[none] = false, true
		return
	}
	done, ok := s.result()
	if !ok {
		return
	}
	s.pace.answered(done.sent, s.stirred)
	if done.asked && !s.knows[done.probe] {
		s.past, s.byCount = true, true
	}
}

// stir tells that a line of an answer came, whose bytes came from start to
// end, and whether there was silence before it: if so it begins a new burst.
func (s *step) stir(start, end time.Time) (fresh bool) {
	fresh = start.Sub(s.stirred) >= QuietTime
	if fresh {
		s.counted = [probes + 1]bool{}
	}
	s.stirred = end
	return fresh
}

// found looks, in the silence after answers, whether the modem is in step
// again. If not, more answers must come, or a probe be sent (again).
func (s *step) found() bool {
	switch {
	case !s.past:
		return false
	case len(s.debts.list) == 0:
		if s.open { // its result code was lost, or is still to come
			s.debts.add(none, s.stirred, false)
		}
	case s.byCount && !s.owesKnown():
		// By count alone. Some results may still be owed; see
		// Modem.sortOwnResult. But several that came in good order make it
		// unlikely that another program's commands are among those.
		s.debts.results += min(s.foreign, s.owed())
	default:
		return false
	}
	s.lost, s.open, s.foreign = false, false, 0
	return true
}

// owesKnown tells whether an answer is owed that will be known.
func (s *step) owesKnown() bool {
	for _, d := range s.debts.list[s.debts.results:] {
		if d.probe != none && s.knows[d.probe] {
			return true
		}
	}
	return false
}
