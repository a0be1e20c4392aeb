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

// There are two probes, which take turns: the answer to one cannot be a late
// answer to the other.
const (
	askSetting probe = iota // AT+CMEE?   answers +CMEE: 1
	askRange                // AT+CMEE=?  answers +CMEE: (0-2)
	probes
)

const probePrefix = "+CMEE:"

func (p probe) line() string { return [probes]string{"AT+CMEE?", "AT+CMEE=?"}[p] }

// probeOf tells which probe a line answers.
func probeOf(line string) (p probe, ok bool) {
	rest, ok := cutPrefixFold(line, probePrefix)
	if !ok {
		return 0, false
	}
	rest = strings.TrimSpace(rest)
	switch {
	case strings.HasPrefix(rest, "("):
		return askRange, true
	case len(rest) == 1 && rest[0] >= '0' && rest[0] <= '2':
		return askSetting, true
	}
	return 0, false
}

// tally counts answers of one sort that are still to come.
//
// The modem answers in order and at most once, so of k commands that were sent
// and not answered, at most k answers can still come, and once more answers
// came than were due for the old commands, a new one has been answered and
// the old ones never will be. Copies of a line come within QuietTime of each
// other: answers with less than that between them are counted as one. That
// counts too few at times, which costs time and no safety.
type tally struct {
	owed    int  // answers that may still come
	ahead   int  // of these, answers to commands from before the round
	past    bool // a command of this round was answered
	counted bool // the burst under way has been counted
}

func (t *tally) sent() { t.owed++ }

func (t *tally) saw() {
	if t.counted {
		return
	}
	t.counted = true
	switch {
	case t.owed == 0: // nobody asked
	case t.ahead > 0:
		t.owed--
		t.ahead--
	default:
		t.owed--
		t.past = true
	}
}

// round begins to count the answers to commands that are sent from now on.
func (t *tally) round() { t.ahead, t.past = t.owed, false }

// step knows whether commands and answers are in step, and finds the way back
// when they are not; the drawing is at [Modem.resync]. It does no I/O.
type step struct {
	lost    bool
	results tally         // final result codes, of commands of any kind
	answers [probes]tally // information lines of the probes
	knows   [probes]bool  // the modem answered the probe once
	foreign int           // of results.owed, those to commands that may not exist

	round probe // the probe of this round
	asked int   // how often it was sent in this round
	open  bool  // the last answer to a probe lacks its result code

	stirred time.Time // end of the last line that counts
}

// begun is the state before the first command: whoever used the port before may
// have left one that is not answered.
func begun() step {
	var s step
	s.results.sent()
	s.foreign = 1
	s.lose()
	return s
}

// lose tells that a command, if one was under way, may still be answered.
func (s *step) lose() {
	if !s.lost {
		s.lost = true
		s.begin()
	}
}

// begin begins a round, with the probe that is least owed.
func (s *step) begin() {
	s.round = askSetting
	if s.answers[askRange].owed < s.answers[askSetting].owed {
		s.round = askRange
	}
	s.asked = 0
	s.results.round()
	for p := range s.answers {
		s.answers[p].round()
	}
}

// sent tells that a command goes out.
func (s *step) sent(line string, isProbe bool) {
	s.results.sent()
	for p := range probes {
		if strings.EqualFold(line, p.line()) {
			s.answers[p].sent()
		}
	}
	if isProbe {
		s.asked++
	}
}

// done tells that the command under way ended with a result code that is taken
// for its own. recognised: there was a line that is certainly its own, so that
// all commands before it are done as well.
func (s *step) done(recognised bool) {
	only := s.results.owed == 1
	s.results.saw()
	if recognised || only {
		s.clear()
	}
}

// clear tells that no answer is to come.
func (s *step) clear() {
	s.results.owed, s.results.ahead = 0, 0
	for p := range s.answers {
		s.answers[p].owed, s.answers[p].ahead = 0, 0
	}
}

// sawAnswer tells that a line came that answers a probe, after stir.
func (s *step) sawAnswer(p probe) {
	s.knows[p] = true
	s.answers[p].saw()
	s.open = true
}

// sawResult tells that a result code came, after stir.
func (s *step) sawResult() {
	s.results.saw()
	s.open = false
}

// stir tells that a line of an answer came, whose bytes came from start to
// end, and whether there was silence before it: if so it begins a new burst.
func (s *step) stir(start, end time.Time) (fresh bool) {
	fresh = start.Sub(s.stirred) >= QuietTime
	if fresh {
		s.results.counted = false
		for p := range s.answers {
			s.answers[p].counted = false
		}
	}
	s.stirred = end
	return fresh
}

// found looks, in the silence after a probe, at what came, and tells whether
// the modem is in step again. If not, a probe must be sent (again).
func (s *step) found() bool {
	answer, others := &s.answers[s.round], s.asked-1
	switch {
	case answer.past:
		// One of the probes of this round was answered. Nothing is due from
		// before it, but perhaps the answers to the others: it is not known
		// which one it was. If there are any, a round of the other probe tells.
		s.clear()
		answer.owed, s.results.owed = others, others
		if s.open {
			s.results.owed++
		}
		if others > 0 {
			s.begin()
			return false
		}
	case s.results.past && !s.knows[s.round]:
		// By count alone. Some results may still be owed; see
		// Modem.sortOwnResult. But two that came in good order make it unlikely
		// that another program's command is among those.
		s.results.owed = max(0, s.results.owed-s.foreign)
	default:
		return false
	}
	s.lost, s.foreign = false, 0
	return true
}
