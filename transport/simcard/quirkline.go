package simcard

import (
	"context"
	"time"
)

// The line between the modem and the host.
const (
	// UnsolicitedBetween says lines that nobody asked for ahead of the echo,
	// between echo and answer, and between answer and OK, with each command:
	// +QIND: "csq",20,99, +CPIN: READY, ^boot.rom (all makes).
	UnsolicitedBetween Quirk = iota + NeedsECSIMSLEEP + 1

	// UnsolicitedInside says one in the middle of an answer's line, at the
	// fifth of the card's commands.
	UnsolicitedInside

	// Garbage says octets that are no text ahead of each answer, on a line of
	// their own.
	Garbage

	// HalfLine breaks off in the middle of the answer to the fifth of the
	// card's commands.
	HalfLine

	// AnswerLost says nothing to the fifth.
	AnswerLost

	// AnswerLate answers the fifth after 12 seconds, which is after most hosts
	// have given it up, and what comes in the meantime after that.
	AnswerLate

	// EmptyAnswerHangs says nothing, not even a final result, where the card
	// does not answer (EigenComm EC616, EC618).
	EmptyAnswerHangs

	// SecondReader is a port that another program reads too: the octets of the
	// modem go to one or the other, eight at a time.
	SecondReader

	// SecondProgram is a port on which another program asks for the tries left
	// of a PIN, as ModemManager does: the answer comes ahead of that to the
	// fifth of the card's commands.
	SecondProgram

	// Sleeps is a UART that is off after 9.2 seconds without a character from
	// the host, and at the start. What comes within 20 ms from the first one on
	// is lost (u-blox; other times with others).
	Sleeps
)

// filtersInTheMiddle passes the answer to the faultAt-th of the card's commands
// through f.
func filtersInTheMiddle(f Filter) func(m *Modem) {
	return func(m *Modem) {
		n, at := 0, 0
		m.around(func(ctx context.Context, command string, next Handler) Reply {
			if isForCard(command) {
				if n++; n == faultAt {
					at = m.served
				}
			}
			return next(ctx, command)
		})
		m.filters = append(m.filters, func(x Exchange, out []Chunk) []Chunk {
			if x.N != at {
				return out
			}
			return f(x, out)
		})
	}
}

// always passes everything through f.
func always(f Filter) func(m *Modem) {
	return func(m *Modem) { m.filters = append(m.filters, f) }
}

// ahead says octets ahead of each chunk, the next ones of lines in turn.
func ahead(lines ...string) Filter {
	return func(_ Exchange, out []Chunk) []Chunk {
		var all []Chunk
		for i, c := range out {
			all = append(all, Chunk{Kind: Unsolicited, After: c.After, Bytes: framed(lines[i%len(lines)])})
			c.After = 0
			all = append(all, c)
		}
		return all
	}
}

// aheadOfAnswer says octets between the echo and the rest.
func aheadOfAnswer(octets string) Filter {
	return func(_ Exchange, out []Chunk) []Chunk {
		var all []Chunk
		done := false
		for _, c := range out {
			if c.Kind != Echo && !done {
				all, done = append(all, Chunk{Kind: Unsolicited, Bytes: []byte(octets)}), true
			}
			all = append(all, c)
		}
		return all
	}
}

// middleOf is the offset of the middle of the first line of information, or of
// what there is.
func middleOf(out []Chunk) int {
	offset := 0
	for _, c := range out {
		if c.Kind == Line {
			return offset + len(c.Bytes)/2
		}
		offset += len(c.Bytes)
	}
	return offset / 2
}

func insideLine(x Exchange, out []Chunk) []Chunk {
	return Inject(middleOf(out), "\r\n+CREG: 1\r\n")(x, out)
}

func halfLine(x Exchange, out []Chunk) []Chunk { return Truncate(middleOf(out))(x, out) }

// answerLateTime is longer than the 10 seconds that hosts wait.
const answerLateTime = 12 * time.Second

func emptyAnswerHangs(m *Modem) {
	failed := false
	next := m.transmit
	m.transmit = func(ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := next(ctx, capdu)
		failed = failed || err != nil
		return rapdu, err
	}
	m.aroundCard(func(carryOut func() Reply) Reply {
		failed = false
		if reply := carryOut(); !failed {
			return reply
		}
		return Reply{Result: Silence}
	})
}

// secondReader takes every other piece of what the modem says.
func secondReader(m *Modem) {
	const piece = 8
	n := 0
	m.says = append(m.says, func(p []byte) []byte {
		var ours []byte
		for _, c := range p {
			if n++; (n-1)/piece%2 == 0 {
				ours = append(ours, c)
			}
		}
		return ours
	})
}

// What a UART that sleeps is like.
const (
	sleepsAfter = 9200 * time.Millisecond
	wakesIn     = 20 * time.Millisecond
)

func sleeps(m *Modem) {
	var heard, awake time.Time // the last octet; when it hears again
	m.hears = append(m.hears, func(p []byte) []byte {
		now := time.Now()
		if now.Sub(heard) > sleepsAfter {
			awake = now.Add(wakesIn)
		}
		heard = now
		if now.Before(awake) {
			return nil
		}
		return p
	})
}
