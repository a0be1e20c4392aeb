package scp03

import (
	"crypto/aes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// again is a session at level 33 in which the same command can be wrapped, and
// the same answer be unwrapped, as often as wanted.
type again struct {
	*Session
	kept    sealing
	command apdu.Command
	answer  apdu.Response
}

// newAgain makes one for 239 bytes each way, which are 240 encrypted.
func newAgain(t testing.TB) *again {
	keys, err := NewKeys(0, make([]byte, 16), make([]byte, 16), nil)
	require.NoError(t, err)
	sealed, err := seal(keys, make([]byte, 8), make([]byte, 8))
	require.NoError(t, err)
	sealed.level = Level33
	a := &again{Session: &Session{sealing: *sealed}, kept: *sealed}
	nc, ne := a.Limits()
	a.command = apdu.Command{INS: apdu.INSUpdateBinary, Data: make([]byte, nc), Ne: ne}
	c, err := a.Wrap(a.command)
	require.NoError(t, err)

	card, err := seal(keys, make([]byte, 8), make([]byte, 8))
	require.NoError(t, err)
	card.level = Level33
	cs := &CardSession{sealing: *card, open: true}
	_, err = cs.Unwrap(c)
	require.NoError(t, err)
	a.answer = cs.Wrap(apdu.Response{Data: make([]byte, ne), SW: apdu.SWOK})
	return a
}

// run wraps and unwraps once.
func (a *again) run() error {
	a.chain, a.counter = a.kept.chain, a.kept.counter
	if _, err := a.Wrap(a.command); err != nil {
		return err
	}
	_, err := a.Unwrap(a.answer)
	return err
}

// bare is the AES work of run: blocks of encryption and decryption.
//
//	wrap    ICV 1, CBC 15, CMAC of 16 + 5 + 240 bytes 17
//	unwrap  ICV 1, CBC 15, CMAC of 16 + 240 + 2 bytes 17
func bare(t testing.TB) func() {
	block, err := aes.NewCipher(make([]byte, 16))
	require.NoError(t, err)
	b := make([]byte, aes.BlockSize)
	return func() {
		for range 1 + 15 + 17 + 1 + 17 {
			block.Encrypt(b, b)
		}
		for range 15 {
			block.Decrypt(b, b)
		}
	}
}

func TestWrapAndUnwrapAllocateAtMostTwice(t *testing.T) {
	a := newAgain(t)
	allocs := testing.AllocsPerRun(200, func() {
		if err := a.run(); err != nil {
			t.Fatal(err)
		}
	})
	require.LessOrEqual(t, allocs, 2.0)
}

// fastest is the shortest time that 200 calls of f took, in many tries.
func fastest(f func()) time.Duration {
	least := time.Hour
	for range 50 {
		start := time.Now()
		for range 200 {
			f()
		}
		least = min(least, time.Since(start))
	}
	return least
}

func ratio(t testing.TB, a *again) float64 {
	work := func() {
		if err := a.run(); err != nil {
			t.Fatal(err)
		}
	}
	return float64(fastest(work)) / float64(fastest(bare(t)))
}

func BenchmarkWrapUnwrap(b *testing.B) {
	a := newAgain(b)
	times := ratio(b, a)
	b.ReportAllocs()
	b.SetBytes(2 * int64(len(a.command.Data)))
	for b.Loop() {
		if err := a.run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(times, "times-AES")
}

func BenchmarkBareAES(b *testing.B) {
	work := bare(b)
	for b.Loop() {
		work()
	}
}
