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
	return session(t, file, func(card apdu.CardTransport) error {
		_, _, err := simboot.Read(context.Background(), card, nil)
		return err
	})
}

// session is what run says to a card with that file.
func session(t testing.TB, file []byte, run func(apdu.CardTransport) error) *transcript {
	t.Helper()
	card := newCard(t, simcard.BootstrapFile(file))
	modem := csim.NewModem(simcard.NewModem(card), nil)
	defer modem.Close()
	r := &recorder{modem: modem}
	require.NoError(t, run(csim.New(r)))
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

// unchanged is a store that holds the file, and the session of a Check of a
// card that has it too.
func unchanged(t testing.TB, file []byte) (bootstrapper.Store, *transcript) {
	store := holding(t, file)
	return store, session(t, file, func(card apdu.CardTransport) error {
		_, err := simboot.Check(context.Background(), card, store, nil)
		return err
	})
}

func benchCheck(ctx context.Context, tb testing.TB, card apdu.CardTransport, store bootstrapper.Store) {
	res, err := simboot.Check(ctx, card, store, nil)
	if err != nil || res.Change != simboot.Unchanged || res.Found.Way != simboot.ByMemory {
		tb.Fatalf("%v by %v, error: %v", res.Change, res.Found.Way, err)
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, size := range []int{126, 32 << 10} {
		b.Run(fmt.Sprintf("%d octets", size), func(b *testing.B) {
			store, s := unchanged(b, fileOf(b, size))
			ctx := b.Context()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				benchCheck(ctx, b, csim.New(s), store)
			}
			b.ReportMetric(float64(len(s.commands)), "roundtrips/op")
		})
	}
}

// TestMemoryOfACheck bounds what a Check of an unchanged card allocates.
func TestMemoryOfACheck(t *testing.T) {
	for _, tt := range []struct{ size, roundTrips, limit int }{
		{126, 5, 8 << 10},
		{32 << 10, 132, 128 << 10},
	} {
		store, s := unchanged(t, fileOf(t, tt.size))
		require.Len(t, s.commands, tt.roundTrips)
		measure(t, tt.size, tt.limit, func() { benchCheck(t.Context(), t, csim.New(s), store) })
	}
}

// measure bounds what run allocates altogether.
func measure(t *testing.T, size, limit int, run func()) {
	const runs = 20
	run() // what is made once is not counted
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		run()
	}
	runtime.ReadMemStats(&after)
	perRun := int(after.TotalAlloc-before.TotalAlloc) / runs
	require.LessOrEqual(t, perRun, limit+instrumentation)
	t.Logf("%d octets: %d bytes, %d allocations", size, perRun, (after.Mallocs-before.Mallocs)/runs)
}

// TestMemoryOfABootstrap bounds what a bootstrap allocates altogether.
func TestMemoryOfABootstrap(t *testing.T) {
	for _, tt := range []struct{ size, limit int }{
		{126, 16 << 10},
		{32 << 10, 256 << 10},
	} {
		s := record(t, fileOf(t, tt.size))
		measure(t, tt.size, tt.limit, func() { bench(t.Context(), t, csim.New(s)) })
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
