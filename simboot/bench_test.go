package simboot_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// transcript is a session over a modem: a csim.Commander that answers what was
// answered before, allocates nothing, and so leaves our own side to be measured.
type transcript struct {
	commands []string
	answers  [][]string
	next     int
}

// record is the session of a bootstrap from a card with that file.
func record(t testing.TB, file []byte) *transcript {
	t.Helper()
	card := newCard(t, simcard.BootstrapFile(file))
	modem := csim.NewModem(simcard.NewModem(card), nil)
	defer modem.Close()
	r := &recorder{modem: modem}
	_, _, err := simboot.Read(context.Background(), csim.New(r), nil)
	require.NoError(t, err)
	return &r.transcript
}

type recorder struct {
	transcript
	modem csim.Commander
}

func (r *recorder) Command(ctx context.Context, line string) ([]string, error) {
	answer, err := r.modem.Command(ctx, line)
	r.commands = append(r.commands, line)
	r.answers = append(r.answers, answer)
	return answer, err
}

// Command implements csim.Commander.
func (s *transcript) Command(_ context.Context, line string) ([]string, error) {
	if s.next == len(s.commands) {
		s.next = 0 // the session begins anew
	}
	i := s.next
	if line != s.commands[i] {
		return nil, fmt.Errorf("command %d is not that of the transcript", i)
	}
	s.next++
	return s.answers[i], nil
}

// bench bootstraps into a new store.
func bench(ctx context.Context, tb testing.TB, card apdu.CardTransport) {
	var store bootstrapper.MemStore
	res, err := simboot.Bootstrap(ctx, card, &store, nil)
	if err != nil || !res.Changed {
		tb.Fatalf("changed: %v, error: %v", res.Changed, err)
	}
}

func BenchmarkBootstrap(b *testing.B) {
	for _, size := range []int{126, 32 << 10} {
		b.Run(fmt.Sprintf("%d octets", size), func(b *testing.B) {
			s := record(b, fileOf(b, size))
			ctx := b.Context()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				bench(ctx, b, csim.New(s))
			}
		})
	}
}

// TestMemoryOfABootstrap bounds what a bootstrap allocates altogether.
func TestMemoryOfABootstrap(t *testing.T) {
	const runs = 20
	for _, tt := range []struct{ size, limit int }{
		{126, 16 << 10},
		{32 << 10, 256 << 10},
	} {
		t.Run(fmt.Sprintf("%d octets", tt.size), func(t *testing.T) {
			s := record(t, fileOf(t, tt.size))
			ctx := t.Context()
			bench(ctx, t, csim.New(s)) // what is made once is not counted
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range runs {
				bench(ctx, t, csim.New(s))
			}
			runtime.ReadMemStats(&after)
			perRun := int(after.TotalAlloc-before.TotalAlloc) / runs
			require.LessOrEqual(t, perRun, tt.limit+instrumentation)
			t.Logf("%d bytes, %d allocations", perRun, (after.Mallocs-before.Mallocs)/runs)
		})
	}
}

// TestTranscriptIsThatOfTheModem keeps the benchmark honest.
func TestTranscriptIsThatOfTheModem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := record(t, file126(t))
		require.Len(t, s.commands, commandsBesideReads+1)
		bootstrap126(t, csim.New(s))
		require.Equal(t, len(s.commands), s.next)
	})
}
