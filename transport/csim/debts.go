package csim

import "time"

// debt is a command that was sent and whose answer may still come.
type debt struct {
	probe probe     // that the command line is; none for others
	sent  time.Time // when it went out
	asked bool      // by resynchronisation, in the search under way
}

// maxDebts is how many answers a modem can owe. Its buffer for commands is
// finite: a thousand probes are 10 kB, and of those that it lost the oldest can
// be forgotten.
const maxDebts = 1024

// debts are the commands whose answers may still come, in the order in which
// they were sent. The modem answers in that order, each at most once. So
//
//   - an answer by which a probe is known shows that all commands before that
//     probe are done. Of several of the same kind it may be the first's: that
//     is what is assumed, and the others stay.
//
//   - the k-th result code belongs to the k-th command or a later one, so that
//     the first k are done. Which of the probes it was is not known, though:
//     an answer by which a probe is known is still looked for among all.
//
//     list   [ AT+CSIM  AT+CMEE?  AT+CMEE=?  AT+CMEE=? ]
//     └ results ┘└──── owed by count ────────┘
//
// Both err to the side of too many debts: that costs time and no safety.
type debts struct {
	list    []debt
	results int // of list, those that are done by the count of result codes
}

func (d *debts) add(p probe, now time.Time, asked bool) {
	if len(d.list) == maxDebts {
		d.drop(1)
	}
	d.list = append(d.list, debt{p, now, asked})
}

// drop forgets the first n.
func (d *debts) drop(n int) {
	d.list = append(d.list[:0], d.list[n:]...)
	d.results = max(0, d.results-n)
}

func (d *debts) clear() { d.list, d.results = d.list[:0], 0 }

// owed is how many result codes may still come.
func (d *debts) owed() int { return len(d.list) - d.results }

// first is the index of the first probe of a kind, or -1.
func (d *debts) first(p probe) int {
	for i, one := range d.list {
		if one.probe == p {
			return i
		}
	}
	return -1
}

// answered takes an answer by which a probe is known.
func (d *debts) answered(p probe) (done debt, ok bool) {
	i := d.first(p)
	if i < 0 {
		return debt{}, false
	}
	done = d.list[i]
	for _, later := range d.list[i:] {
		if later.probe == p {
			done.sent = later.sent // how fast it was: at best
		}
	}
	d.drop(i + 1)
	return done, true
}

// result takes a result code that is none of an answer taken before.
func (d *debts) result() (done debt, ok bool) {
	if d.owed() == 0 {
		return debt{}, false
	}
	done = d.list[d.results]
	d.results++
	for d.results > 0 && d.list[0].probe == none {
		d.drop(1) // no answer is known to be that one's
	}
	return done, true
}
