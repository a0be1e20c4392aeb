package transporttest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Exchange is a command and the answer that a card is known to give to it,
// status word and all, each time that it is asked.
type Exchange struct {
	Command, Answer []byte
}

// TestKnown checks, of a transport in front of a real card, what can be
// checked without one's own card behind it: that answers are the card's, the
// slices the caller's, that contexts are honoured, and that the answer to a
// command that was given up is not taken for another's. open is called once
// for each check. known are at least two commands with different answers that
// change nothing on the card, such as a SELECT of the MF and one of no file.
func TestKnown(t *testing.T, open func(t *testing.T) apdu.CardTransport, known ...Exchange) {
	for _, c := range knownChecks {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, Config{}, open(t), new(card))
			if !differ(known) {
				b.Fatalf("the suite needs two commands with different answers")
			}
			c.run(b, known)
		})
	}
}

func differ(known []Exchange) bool {
	for _, x := range known {
		if !bytes.Equal(x.Answer, known[0].Answer) {
			return true
		}
	}
	return false
}

var knownChecks = []struct {
	name string
	run  func(b *bench, known []Exchange)
}{
	{"KnownAnswers", knownAnswers},
	{"CommandIsNotWrittenTo", knownCommandIsNotWrittenTo},
	{"AnswerIsTheCallers", knownAnswerIsTheCallers},
	{"ContextThatHasEnded", func(b *bench, _ []Exchange) { contextThatHasEnded(b) }},
	{"AnswerAfterACancelledCommand", knownAnswerAfterACancelledCommand},
}

func knownAnswers(b *bench, known []Exchange) {
	for range 2 {
		for i, x := range known {
			if got := b.transmit("known command", bytes.Clone(x.Command)); !bytes.Equal(got, x.Answer) {
				b.Errorf("the answer to command %d, of %d bytes, is not the one that is known", i+1, len(got))
			}
		}
	}
}

func knownCommandIsNotWrittenTo(b *bench, known []Exchange) {
	for _, x := range known {
		capdu := bytes.Clone(x.Command)
		b.transmit("known command", capdu)
		if !bytes.Equal(capdu, x.Command) {
			b.Fatalf("Transmit writes into the command")
		}
	}
}

func knownAnswerIsTheCallers(b *bench, known []Exchange) {
	var last, copied []byte
	for _, x := range append(known, known...) {
		got := b.transmit("known command", bytes.Clone(x.Command))
		if !bytes.Equal(last, copied) {
			b.Fatalf("an answer changes with a later command")
		}
		last, copied = got, bytes.Clone(got)
	}
}

// knownAnswerAfterACancelledCommand gives commands up after more and more
// time.
func knownAnswerAfterACancelledCommand(b *bench, known []Exchange) {
	for after := time.Millisecond; after < abandon; after *= 3 {
		for i, first := range known {
			second := known[(i+1)%len(known)]
			ctx, cancel := context.WithTimeout(b.Context(), after)
			r := b.await("command with a deadline", b.start(ctx, bytes.Clone(first.Command)))
			cancel()
			if r.err == nil && !bytes.Equal(r.rapdu, first.Answer) {
				b.Fatalf("command with a deadline: the answer is not its own")
			}
			ctx, cancel = context.WithTimeout(b.Context(), b.patience/2)
			r = b.await("command behind it", b.start(ctx, bytes.Clone(second.Command)))
			cancel()
			switch {
			case r.err != nil && !mayRefuse(r.err):
				b.Errorf("command behind one that was given up: %v", r.err)
			case r.err == nil && !bytes.Equal(r.rapdu, second.Answer):
				b.Fatalf("command behind one that was given up: the answer is not its own")
			}
		}
	}
}
