package simcard

import (
	"slices"
	"strings"
	"time"
)

// Kind says what a chunk of a modem's output is.
type Kind uint8

// The kinds.
const (
	Echo        Kind = iota // the command line, sent back
	Line                    // a line of information
	Final                   // the final result code
	Unsolicited             // what a filter put in
)

// Chunk is a piece of a modem's output: the echo, or one line with its CR LF
// around it, as the modem makes them; anything, as filters do.
type Chunk struct {
	Kind  Kind
	After time.Duration // waited before Bytes go out
	Bytes []byte
}

// Exchange is what a filter is told of the command line that is answered.
type Exchange struct {
	N    int    // counts the command lines from 1
	Line string // as received, from AT on, without CR
}

// Filter changes what the modem says to one command line: it may rewrite,
// split, delay, drop and add chunks. It owns out. Filters run in order, one
// at a time, after the command was carried out.
type Filter func(x Exchange, out []Chunk) []Chunk

// Nth applies f to the answer to the n-th command line, counted from 1.
func Nth(n int, f Filter) Filter {
	return func(x Exchange, out []Chunk) []Chunk {
		if x.N != n {
			return out
		}
		return f(x, out)
	}
}

// On applies f to answers to command lines that begin with prefix, such as
// "AT+CSIM"; case is not looked at.
func On(prefix string, f Filter) Filter {
	return func(x Exchange, out []Chunk) []Chunk {
		if len(x.Line) < len(prefix) || !strings.EqualFold(x.Line[:len(prefix)], prefix) {
			return out
		}
		return f(x, out)
	}
}

// Delay holds the answer back, the echo not. Until then the modem answers
// nothing else: when the host has given up in the meantime, the answer comes
// late, ahead of the next one.
func Delay(d time.Duration) Filter {
	return func(_ Exchange, out []Chunk) []Chunk {
		for i := range out {
			if out[i].Kind != Echo {
				out[i].After += d
				break
			}
		}
		return out
	}
}

// Drop leaves out all chunks of the given kinds: Drop(Line, Final) is a modem
// that does not answer, Drop(Final) one that never ends its answer.
func Drop(kinds ...Kind) Filter {
	return func(_ Exchange, out []Chunk) []Chunk {
		return slices.DeleteFunc(out, func(c Chunk) bool { return slices.Contains(kinds, c.Kind) })
	}
}

// Double says all chunks of the given kinds twice.
func Double(kinds ...Kind) Filter {
	return func(_ Exchange, out []Chunk) []Chunk {
		var twice []Chunk
		for _, c := range out {
			twice = append(twice, c)
			if slices.Contains(kinds, c.Kind) {
				twice = append(twice, Chunk{Kind: c.Kind, Bytes: c.Bytes})
			}
		}
		return twice
	}
}

// Inject puts octets into the output, before the octet at offset: an
// unsolicited result code, or dirt on the line. An offset beyond the end adds
// them there; a negative one counts from the end.
func Inject(offset int, octets string) Filter {
	return func(_ Exchange, out []Chunk) []Chunk {
		before, behind := cut(out, offset)
		return slices.Concat(before, []Chunk{{Kind: Unsolicited, Bytes: []byte(octets)}}, behind)
	}
}

// Truncate leaves out everything from offset on; see [Inject].
func Truncate(offset int) Filter {
	return func(_ Exchange, out []Chunk) []Chunk {
		before, _ := cut(out, offset)
		return before
	}
}

// Pieces says everything in pieces of up to size octets, size being at least
// 1, with a pause before each but the first of a chunk.
func Pieces(size int, pause time.Duration) Filter {
	size = max(1, size)
	return func(_ Exchange, out []Chunk) []Chunk {
		var pieces []Chunk
		for _, c := range out {
			for len(c.Bytes) > size {
				pieces = append(pieces, Chunk{Kind: c.Kind, After: c.After, Bytes: c.Bytes[:size]})
				c.Bytes, c.After = c.Bytes[size:], pause
			}
			pieces = append(pieces, c)
		}
		return pieces
	}
}

// cut parts the output before the octet at offset.
func cut(out []Chunk, offset int) (before, behind []Chunk) {
	if offset < 0 {
		for _, c := range out {
			offset += len(c.Bytes)
		}
		offset = max(0, offset)
	}
	for i, c := range out {
		if offset < len(c.Bytes) {
			if offset > 0 {
				before = append(before, Chunk{Kind: c.Kind, After: c.After, Bytes: c.Bytes[:offset]})
				c.Bytes, c.After = c.Bytes[offset:], 0
			}
			return before, append([]Chunk{c}, out[i+1:]...)
		}
		before = append(before, c)
		offset -= len(c.Bytes)
	}
	return before, nil
}
