package simboot_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// tampering alters the n-th answer of each session with a card, counted from
// the opening of a channel; the closing is left alone.
type tampering struct {
	card  apdu.CardTransport
	n     int // from 0; -1: none
	alter func(answers [][]byte) []byte

	at      int
	answers [][]byte // of the session, as the card gave them
	sealed  []bool   // whether the answer has an R-MAC
}

func (w *tampering) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	c, err := apdu.ParseCommand(capdu)
	if err != nil {
		return nil, err
	}
	rapdu, err := w.card.Transmit(ctx, capdu)
	switch {
	case err != nil || c.INS == apdu.INSManageChannel && c.P1 != 0:
		return rapdu, err
	case c.INS == apdu.INSManageChannel:
		w.at, w.answers, w.sealed = 0, nil, nil
	}
	const externalAuthenticate = 0x82
	w.answers = append(w.answers, bytes.Clone(rapdu))
	w.sealed = append(w.sealed, scp03.Wrapped(c) && c.INS != externalAuthenticate && len(rapdu) > 2)
	if w.at++; w.at-1 == w.n {
		return w.alter(slices.Clone(w.answers)), nil
	}
	return rapdu, nil
}

// securedSession counts the answers of an undisturbed one, and tells their lengths.
func securedSession(t *testing.T, opts ...simcard.Option) *tampering {
	t.Helper()
	w := &tampering{card: securedCard(t, file126(t), opts...), n: -1}
	_, _, err := simboot.Read(t.Context(), w, through(simboot.SecureRequired, secureKeys(t, 0x10)))
	require.NoError(t, err)
	return w
}

// requireSame: an altered answer makes an error, with the store as it was, or
// changes nothing.
func requireSame(t *testing.T, err error, store *counting) (same bool) {
	t.Helper()
	if err != nil {
		requireEmpty(t, store)
		require.Zero(t, store.replaced)
		return false
	}
	requireHolds(t, store, file126(t))
	return true
}

// Where the answer to INITIALIZE UPDATE stands, and what in it.
const (
	initializeUpdate = 2 // behind MANAGE CHANNEL and SELECT
	challenge        = 10 + 3
	endOfCryptogram  = challenge + 8 + 8
)

func TestNoAlteredByteOfASessionGetsIntoTheStore(t *testing.T) {
	for _, opts := range [][]simcard.Option{nil, {simcard.T0}} {
		plain := securedSession(t, opts...)
		flips, harmless := 0, 0
		for n, answer := range plain.answers {
			for i := range answer {
				for _, mask := range []byte{0x01, 0x80} {
					store := new(counting)
					wire := &tampering{card: securedCard(t, file126(t), opts...), n: n, alter: func(answers [][]byte) []byte {
						b := answers[n]
						b[i] ^= mask
						return b
					}}
					_, err := simboot.Bootstrap(t.Context(), wire, store, through(simboot.SecureRequired, secureKeys(t, 0x10)))
					flips++
					if !requireSame(t, err, store) {
						continue
					}
					harmless++
					require.False(t, plain.sealed[n], "answer %d, byte %d: what the R-MAC covers", n, i)
					require.False(t, n == initializeUpdate && i >= challenge && i < endOfCryptogram, "byte %d of the challenge or cryptogram", i)
				}
			}
		}
		require.Greater(t, flips, 800)
		t.Logf("%d flips, %d of them without effect", flips, harmless)
	}
}

func TestAnswersCutDoubledAndSwapped(t *testing.T) {
	plain := securedSession(t)
	for n := range plain.answers {
		for name, alter := range map[string]func(answers [][]byte) []byte{
			"one byte short":          func(a [][]byte) []byte { return a[n][:len(a[n])-1] },
			"without its last data":   func(a [][]byte) []byte { return append(a[n][:max(0, len(a[n])-3)], a[n][len(a[n])-2:]...) },
			"nothing but 9000":        func([][]byte) []byte { return []byte{0x90, 0x00} },
			"a byte more":             func(a [][]byte) []byte { return append([]byte{0}, a[n]...) },
			"doubled":                 func(a [][]byte) []byte { return append(a[n][:len(a[n]):len(a[n])], a[n]...) },
			"the one before":          func(a [][]byte) []byte { return a[max(0, n-1)] },
			"the first wrapped one":   func(a [][]byte) []byte { return a[min(n, 4)] },
			"not found":               func([][]byte) []byte { return []byte{0x6A, 0x82} },
			"security not satisfied":  func([][]byte) []byte { return []byte{0x69, 0x82} },
			"no such record":          func([][]byte) []byte { return []byte{0x6A, 0x83} },
			"wrong Le":                func([][]byte) []byte { return []byte{0x6C, 0x10} },
			"more data":               func([][]byte) []byte { return []byte{0x61, 0x10} },
			"a warning and no more":   func([][]byte) []byte { return []byte{0x62, 0x82} },
			"an answer of two octets": func([][]byte) []byte { return []byte{0xFF, 0xFF, 0x90, 0x00} },
		} {
			store := new(counting)
			wire := &tampering{card: securedCard(t, file126(t)), n: n, alter: alter}
			_, err := simboot.Bootstrap(t.Context(), wire, store, through(simboot.SecureRequired, secureKeys(t, 0x10)))
			if requireSame(t, err, store) {
				altered := alter(wire.answers[:n+1])
				bare, err := apdu.ParseResponse(altered)
				refusal := err == nil && len(bare.Data) == 0 && bare.SW.Err() != nil // behind which another way led to the file
				require.True(t, refusal || bytes.Equal(altered, wire.answers[n]) || !plain.sealed[n], "answer %d, %s", n, name)
			}
		}
	}
}

// Who sits on the line makes Check lose nothing: an error is no word of the
// card's, however often it comes.
func TestCheckDrawsNoConclusionFromWhatIsNotAuthenticated(t *testing.T) {
	plain := securedSession(t)
	for n := range plain.answers {
		for _, answer := range []string{"6A82", "6A83", "6982", "6D00", "6900", "6B00", "9402", "6C00", "6282", "9000"} {
			synctest.Test(t, func(t *testing.T) {
				store := holding(t, file126(t))
				before := load(t, store)
				wire := &tampering{card: securedCard(t, fileOf(t, 200)), n: n, alter: func([][]byte) []byte { return unhex(t, answer) }}
				res, err := simboot.Check(t.Context(), wire, store, through(simboot.SecureRequired, secureKeys(t, 0x10)))
				after := load(t, store)
				if err == nil {
					require.True(t, treeOf(t, fileOf(t, 200)).Equal(after.Source(bootstrapper.Smartcard)), "answer %d is %s: %v", n, answer, res.Problem)
					return
				}
				require.True(t, before.Equal(after), "answer %d is %s: %v", n, answer, err)
			})
		}
	}
}

// What the card says through the channel counts: a file that was emptied.
func TestCheckBelievesWhatIsAuthenticated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := holding(t, file126(t))
		cfg := through(simboot.SecureRequired, secureKeys(t, 0x10))
		card := securedCard(t, file126(t))
		res, err := simboot.Check(t.Context(), card, store, cfg)
		require.NoError(t, err)
		require.Equal(t, simboot.Unchanged, res.Change)

		require.NoError(t, card.SetBootstrapFile([]byte{0, 0, 0, 0}))
		res, err = simboot.Check(t.Context(), card, store, cfg)
		require.NoError(t, err)
		require.ErrorIs(t, res.Problem, simboot.ErrNoData)
		require.Zero(t, load(t, store).Source(bootstrapper.Smartcard).Len())

		require.NoError(t, card.SetBootstrapFile(fileOf(t, 300)))
		res, err = simboot.Check(t.Context(), card, store, cfg)
		require.NoError(t, err)
		require.Equal(t, simboot.Changed, res.Change)
		card.Remove()
		res, err = simboot.Check(t.Context(), card, store, cfg)
		require.NoError(t, err)
		require.Equal(t, simboot.Removed, res.Change)
	})
}

// The table in docs/secure-channel.md.
func TestRoundTripsOfTheSecureChannel(t *testing.T) {
	type cost struct{ commands, octets int }
	of := func(s apdu.Stats) cost { return cost{s.RoundTrips, s.Sent + s.Received} }
	for _, tt := range []struct {
		size           int
		plain, through cost
		unchanged      int
	}{
		{126, cost{9, 657}, cost{11, 952}, 7},
		{600, cost{11, 1015}, cost{13, 1368}, 9},
		{32772, cost{137, 34070}, cost{148, 36912}, 144},
	} {
		file := fileOf(t, tt.size)
		store := new(counting)
		card := securedCard(t, file)
		cfg := required(t)
		res, err := simboot.Check(t.Context(), card, store, cfg)
		require.NoError(t, err)
		require.Equal(t, tt.through, of(res.Stats))
		res, err = simboot.Check(t.Context(), card, store, cfg)
		require.NoError(t, err)
		require.Equal(t, simboot.ByMemory, res.Found.Way)
		require.Equal(t, tt.unchanged, res.Stats.RoundTrips)

		card = newCard(t, simcard.BootstrapFile(file))
		_, found, err := simboot.Read(t.Context(), card, nil)
		require.NoError(t, err)
		require.Equal(t, tt.plain, of(found.Stats))
	}
}
