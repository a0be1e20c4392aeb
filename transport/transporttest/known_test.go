package transporttest

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// TestEachBrokenTransportFailsItsKnownCheckAndNoOther puts transports with one
// fault in front of a card that answers after some time.
func TestEachBrokenTransportFailsItsKnownCheckAndNoOther(t *testing.T) {
	known := []Exchange{
		{Command: read(1), Answer: ownAnswer(read(1))},
		{Command: read(2), Answer: ownAnswer(read(2))},
		{Command: read(3), Answer: []byte{0x6A, 0x82}},
	}
	slow := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
		capdu = bytes.Clone(capdu)
		time.Sleep(10 * time.Millisecond)
		for _, x := range known {
			if bytes.Equal(capdu, x.Command) {
				return bytes.Clone(x.Answer), nil
			}
		}
		return nil, errBroken
	})
	found := map[string]bool{}
	for _, v := range []struct {
		name, check string
		new         wrap
	}{
		{"the SW of another", "KnownAnswers", around(func(card apdu.CardTransport, ctx context.Context, capdu []byte) ([]byte, error) {
			rapdu, err := card.Transmit(ctx, capdu)
			if _, hurry := ctx.Deadline(); err == nil && !hurry && len(rapdu) == 2 {
				rapdu = []byte{0x6A, 0x83}
			}
			return rapdu, err
		})},
		{"the command is cleared", "CommandIsNotWrittenTo", after(func(capdu, rapdu []byte) ([]byte, error) {
			clear(capdu)
			return rapdu, nil
		})},
		{"one buffer for all answers", "AnswerIsTheCallers", oneBuffer},
		{"a context that has ended does not matter", "ContextThatHasEnded", after(func(_, rapdu []byte) ([]byte, error) { return rapdu, nil })},
		{"the late answer is the next command's", "AnswerAfterACancelledCommand", func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
			return newQueue(t, card, true, true)
		}},
		{"an error of its own behind one that was given up", "AnswerAfterACancelledCommand", func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
			q := newQueue(t, card, true, false)
			begun, lost := time.Now(), false // ContextThatHasEnded takes no time
			return apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
				if lost {
					return nil, errBroken
				}
				rapdu, err := q.Transmit(ctx, capdu)
				lost = err == context.DeadlineExceeded && time.Now().After(begun)
				return rapdu, err
			})
		}},
		{"no fault", "", func(t *testing.T, card apdu.CardTransport) apdu.CardTransport { return newQueue(t, card, true, false) }},
	} {
		t.Run(v.name, func(t *testing.T) {
			var names []string
			for _, c := range knownChecks {
				synctest.Test(t, func(t *testing.T) {
					w := &witness{T: t}
					front := apdu.CardTransport(slow)
					if v.check != "ContextThatHasEnded" {
						front = newQueue(t, slow, true, false)
					}
					var check sync.WaitGroup
					check.Go(func() { c.run(newBench(w, Config{}, v.new(t, front), new(card)), known) })
					check.Wait()
					time.Sleep(time.Hour)
					if len(w.failed) > 0 {
						names = append(names, c.name)
					}
				})
			}
			if v.check == "" {
				require.Empty(t, names)
			} else {
				require.Equal(t, []string{v.check}, names)
			}
		})
		found[v.check] = true
	}
	for _, c := range knownChecks {
		require.True(t, found[c.name], "%s has found nothing", c.name)
	}
}

func TestKnownExchangesMustDiffer(t *testing.T) {
	a, b := Exchange{Command: read(1), Answer: ownAnswer(read(1))}, Exchange{Command: read(2), Answer: ownAnswer(read(2))}
	require.True(t, differ([]Exchange{a, b}))
	require.False(t, differ([]Exchange{a, {Command: read(2), Answer: a.Answer}}))
	require.False(t, differ([]Exchange{a}))
	require.False(t, differ(nil))
}
