package transporttest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Config says what is tested, and how.
type Config struct {
	// New returns the transport under test in front of card: once for each
	// check, with t.Cleanup to close it. card may be used by one goroutine at
	// a time or by several. It obeys the context that it is given, so a
	// transport that needs no more than to hand it on does.
	New func(t *testing.T, card apdu.CardTransport) apdu.CardTransport

	// Bubble runs each check in a bubble of testing/synctest, where waiting
	// takes no time: for a transport that waits on channels and timers only.
	// One that never returns from a command makes the bubble panic besides.
	Bubble bool

	// Concurrent says that the transport is safe for concurrent use, which the
	// contract does not ask for.
	Concurrent bool

	// Patience is how long is waited for a command that should come to its
	// end; 0 stands for DefaultPatience.
	Patience time.Duration
}

// DefaultPatience is long enough for a modem that has to be brought in step
// again.
const DefaultPatience = 20 * time.Second

// abandon is the time after which the suite's own contexts end, so that a
// command is given up while the card has it.
const abandon = 300 * time.Millisecond

// Test runs each check of the contract as a test of its own. A transport that
// is an apdu.LateAnswerer is held to that as well.
func Test(t *testing.T, cfg Config) {
	for _, c := range checks {
		if c.concurrent && !cfg.Concurrent {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			cfg.inBubble(t, func(t *testing.T) {
				card := new(card)
				c.do(newBench(t, cfg, cfg.New(t, card), card))
			})
		})
	}
}

func (cfg Config) inBubble(t *testing.T, f func(t *testing.T)) {
	if cfg.Bubble {
		synctest.Test(t, f)
	} else {
		f(t)
	}
}

// check is one fact of the contract.
type check struct {
	name       string
	run        func(b *bench)
	concurrent bool // asked of some transports only
}

var checks = []check{
	{name: "StatusWordIsData", run: statusWordIsData},
	{name: "CommandArrivesUnchanged", run: commandArrivesUnchanged},
	{name: "LongestCommandAndAnswer", run: longestCommandAndAnswer},
	{name: "ClassOfEveryChannel", run: classOfEveryChannel},
	{name: "CommandIsNotWrittenTo", run: commandIsNotWrittenTo},
	{name: "CommandIsNotReadLater", run: commandIsNotReadLater},
	{name: "AnswerIsTheCallers", run: answerIsTheCallers},
	{name: "MoreDataIsNeverHalf", run: moreDataIsNeverHalf},
	{name: "WrongLeIsNeverHalf", run: wrongLeIsNeverHalf},
	{name: "ContextThatHasEnded", run: contextThatHasEnded},
	{name: "CancellationEndsACommand", run: cancellationEndsACommand},
	{name: "DeadlineEndsACommand", run: deadlineEndsACommand},
	{name: "AnswerAfterACancelledCommand", run: answerAfterACancelledCommand},
	{name: "LateAnswer", run: lateAnswer},
	{name: "CardTakenOut", run: cardTakenOut},
	{name: "CardPutBack", run: cardPutBack},
	{name: "ErrorsTellNoBytes", run: errorsTellNoBytes},
	{name: "ConcurrentCommands", run: concurrentCommands, concurrent: true},
}

// do runs the check. Whatever became of it, the card holds nothing back when
// the transport is closed.
func (c check) do(b *bench) {
	defer b.card.release()
	c.run(b)
}

// tb is what a check needs of a *testing.T. The suite's own tests have another
// one, to see a check fail.
type tb interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// bench is where a check takes place.
type bench struct {
	tb
	transport apdu.CardTransport
	card      *card // of no use with hardware
	patience  time.Duration
}

func newBench(t tb, cfg Config, transport apdu.CardTransport, card *card) *bench {
	b := &bench{tb: t, transport: transport, card: card, patience: cfg.Patience}
	if b.patience == 0 {
		b.patience = DefaultPatience
	}
	return b
}

// result is what Transmit returned.
type result struct {
	rapdu []byte
	err   error
}

// start calls Transmit on a goroutine of its own.
func (b *bench) start(ctx context.Context, capdu []byte) <-chan result {
	done := make(chan result, 1)
	go func() {
		rapdu, err := b.transport.Transmit(ctx, capdu)
		done <- result{rapdu, err}
	}()
	return done
}

// await waits for Transmit to return. If it does not, the card lets go of what
// it holds, and the check ends.
func (b *bench) await(what string, done <-chan result) result {
	b.Helper()
	patience := time.NewTimer(b.patience)
	defer patience.Stop()
	select {
	case r := <-done:
		return r
	case <-patience.C:
	}
	b.card.release()
	b.Fatalf("%s: Transmit does not return within %v", what, b.patience)
	return result{}
}

// transmit sends a command that must be answered.
func (b *bench) transmit(what string, capdu []byte) []byte {
	b.Helper()
	r := b.await(what, b.start(b.Context(), capdu))
	if r.err != nil {
		b.Fatalf("%s: %v", what, r.err)
	}
	return r.rapdu
}

// abandoned sends a command and gives it up when the card has it.
func (b *bench) abandoned(capdu []byte) error {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	holding := b.card.hold()
	done := b.start(ctx, capdu)
	select {
	case <-holding:
	case r := <-done:
		b.Fatalf("command that the card does not answer: Transmit returns %d bytes, %v", len(r.rapdu), r.err)
	case <-time.After(b.patience):
		b.Fatalf("the command does not reach the card within %v", b.patience)
	}
	cancel()
	return b.await("cancelled command", done).err
}
