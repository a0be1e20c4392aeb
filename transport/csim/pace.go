package csim

import "time"

// How long a silent modem is waited for before it is probed again: at first
// little, because one that slept loses what woke it; then more, because one
// that is busy answers each probe in the end, and the answers to all but the
// last are waited for as well.
const (
	firstProbeWait = 1 * time.Second
	nextProbeWait  = 4 * time.Second
	maxProbeWait   = 8 * time.Second
)

// pace knows how fast a modem answers, and tells from it when to probe it
// again. Without it, one that takes 2 s for each answer would be asked again
// each second, and never be done with answering.
type pace struct {
	took time.Duration // the last answer, from when the modem was free for it
	last time.Time     // the last answer

	wait time.Duration // after the last probe
	sent time.Time     // the last probe
}

// restart begins a search.
func (p *pace) restart() { p.wait = 0 }

// answered tells that what was sent at a time was answered at another.
func (p *pace) answered(sent, now time.Time) {
	switch {
	case sent.IsZero():
		sent = now // another program's
	case sent.Before(p.last):
		sent = p.last
	}
	p.took, p.last = now.Sub(sent), now
	p.wait = 0
}

// asked tells that a probe goes out.
func (p *pace) asked(now time.Time) {
	switch {
	case p.wait == 0:
		p.wait = max(firstProbeWait, p.patience()+firstProbeWait/2)
	case p.wait < nextProbeWait:
		p.wait = nextProbeWait
	default:
		p.wait = maxProbeWait
	}
	p.wait, p.sent = min(p.wait, maxProbeWait), now
}

// patience is how long the next answer may take: not much longer than the last
// one, and of that a part, if it took very long.
func (p *pace) patience() time.Duration { return min(p.took, nextProbeWait) * 5 / 4 }

// due is when a probe that was sent is to be followed by another. If answers
// came after it, the next one should come in the same time.
func (p *pace) due() time.Time {
	if p.wait == 0 {
		return p.last.Add(p.patience())
	}
	return p.sent.Add(p.wait)
}
