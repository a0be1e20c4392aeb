package scp03_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// recorded are the sessions in which every byte is tried: all lengths of keys
// and MACs, answers encrypted and not.
func recorded(t testing.TB) []vector {
	return []vector{
		named(t, "AES-128 level 33, channel 1"),
		named(t, "AES-192 level 11, random challenge"),
		named(t, "AES-256 level 13, channel 2"),
		named(t, "AES-128 S16 level 33"),
	}
}

// replaced plays a session in which one answer is another.
func (v vector) replaced(t testing.TB, at int, other []byte) outcome {
	return v.replay(t, func(i int, answer []byte) []byte {
		if i == at {
			return other
		}
		return answer
	})
}

// ended checks that nothing of a session can be used after its answer at i was
// not what the card sent.
func (o outcome) ended(t testing.TB, i int, what string) {
	t.Helper()
	require.Error(t, o.err, what)
	require.Equal(t, i, o.answered, what)
	if o.session == nil {
		return // it was never opened
	}
	require.ErrorIs(t, o.session.Err(), scp03.ErrSessionOver, what)
	_, err := o.session.Wrap(apdu.ReadBinary(0, 1))
	require.ErrorIs(t, err, scp03.ErrSessionOver, what)
	_, err = o.session.Unwrap(apdu.Response{SW: apdu.SWOK})
	require.ErrorIs(t, err, scp03.ErrSessionOver, what)
}

// TestEveryFlippedByteOfAProtectedAnswerIsAnError flips a bit of each byte of
// data and MAC, and the bytes of the status word in all 255 ways.
func TestEveryFlippedByteOfAProtectedAnswerIsAnError(t *testing.T) {
	for _, v := range recorded(t) {
		t.Run(v.name, func(t *testing.T) {
			for i, x := range v.exchanges(t) {
				n := len(x.answer) - 2
				if i < 2 || n == 0 {
					continue
				}
				for at := range x.answer {
					masks := []byte{1 << (at % 8)}
					if at >= n {
						masks = every[:]
					}
					for _, mask := range masks {
						other := bytes.Clone(x.answer)
						other[at] ^= mask
						o := v.replaced(t, i, other)
						o.ended(t, i, fmt.Sprintf("answer %d, byte %d, mask %02X", i, at, mask))
					}
				}
			}
		})
	}
}

// every is every mask that changes a byte.
var every = func() (masks [255]byte) {
	for i := range masks {
		masks[i] = byte(i + 1)
	}
	return masks
}()

// TestEveryFlippedByteOfTheOpening is an error, or else the session is the one
// that it was: where the byte takes no part, as in the diversification data of
// a host whose keys are fixed.
func TestEveryFlippedByteOfTheOpening(t *testing.T) {
	for _, v := range recorded(t) {
		t.Run(v.name, func(t *testing.T) {
			good := v.replay(t, func(_ int, answer []byte) []byte { return answer })
			require.NoError(t, good.err)
			size := len(v.bytes(t, "host"))
			for i, x := range v.exchanges(t)[:2] {
				for at := range x.answer {
					masks := every[:]
					if at < 10 || at >= 13 {
						masks = []byte{0x01, 0x80, 0xFF} // not the version, the protocol and i
					}
					for _, mask := range masks {
						what := fmt.Sprintf("answer %d, byte %d, mask %02X", i, at, mask)
						other := bytes.Clone(x.answer)
						other[at] ^= mask
						o := v.replaced(t, i, other)
						switch {
						case o.err == nil:
							require.Equal(t, good.got, o.got, what)
						case i == 0 && at >= 13 && at < 13+2*size:
							require.ErrorIs(t, o.err, scp03.ErrNotAuthenticated, what)
						}
						if i == 0 && at >= 10 && at < 12 || i == 0 && at >= 13 && at < 13+2*size {
							o.ended(t, i, what)
						}
					}
				}
			}
		})
	}
}

func TestTruncatedAnswerIsAnError(t *testing.T) {
	for _, v := range recorded(t) {
		t.Run(v.name, func(t *testing.T) {
			for i, x := range v.exchanges(t) {
				for n := range x.answer {
					o := v.replaced(t, i, x.answer[:n])
					if n == 2 && o.err == nil { // looks like an error status word, and is one for the caller
						sw := apdu.SW(x.answer[0])<<8 | apdu.SW(x.answer[1])
						require.Error(t, sw.Err(), "answer %d", i)
						continue
					}
					require.Error(t, o.err, "answer %d, %d bytes", i, n)
					require.Equal(t, i, o.answered)
				}
			}
		})
	}
}

func TestAnswerWithoutStatusWordEndsTheSession(t *testing.T) {
	v := named(t, "AES-128 level 33, channel 1")
	for n := range 2 {
		o := v.replaced(t, 4, make([]byte, n))
		o.ended(t, 4, "")
		require.ErrorIs(t, o.err, apdu.ErrMalformed)
	}
}

func TestDoubledAnswerIsAnError(t *testing.T) {
	for _, v := range recorded(t) {
		t.Run(v.name, func(t *testing.T) {
			for i, x := range v.exchanges(t) {
				n := len(x.answer) - 2
				if n == 0 {
					continue
				}
				data, sw := x.answer[:n:n], x.answer[n:]
				o := v.replaced(t, i, append(bytes.Clone(x.answer), x.answer...))
				o.ended(t, i, "doubled with its status word")
				o = v.replaced(t, i, append(append(data, data...), sw...))
				o.ended(t, i, "data doubled")
			}
		})
	}
}

// TestSwappedAnswerIsAnError hands over each answer in place of each other.
func TestSwappedAnswerIsAnError(t *testing.T) {
	for _, v := range recorded(t) {
		t.Run(v.name, func(t *testing.T) {
			list := v.exchanges(t)
			for i, x := range list {
				for j, y := range list {
					if i == j || len(y.answer) == 2 || bytes.Equal(x.answer, y.answer) {
						continue
					}
					o := v.replaced(t, i, y.answer)
					o.ended(t, i, fmt.Sprintf("%d in place of %d", j, i))
				}
			}
		})
	}
}

// TestWrongMACIsErrMAC tells it from the other errors.
func TestWrongMACIsErrMAC(t *testing.T) {
	for _, v := range recorded(t) {
		x := v.exchanges(t)[3]
		x.answer[0] ^= 1
		o := v.replaced(t, 3, x.answer)
		o.ended(t, 3, v.name)
		require.ErrorIs(t, o.err, scp03.ErrMAC)
		require.NotErrorIs(t, o.err, scp03.ErrNotAuthenticated)
		require.ErrorIs(t, o.session.Err(), scp03.ErrMAC, "the reason")
	}
}

// TestErrorWithDataIsNotBelieved: an error status word has no MAC, and so no
// data.
func TestErrorWithDataIsNotBelieved(t *testing.T) {
	v := named(t, "AES-128 level 33, channel 1")
	o := v.replaced(t, 4, []byte{1, 2, 3, 4, 5, 6, 7, 8, 0x6B, 0})
	o.ended(t, 4, "")
	require.ErrorIs(t, o.err, scp03.ErrMAC)
}

// TestSuccessWithoutMACIsNotBelieved: neither a plain success nor a warning,
// nor one of a proactive command.
func TestSuccessWithoutMACIsNotBelieved(t *testing.T) {
	v := named(t, "AES-128 level 33, channel 1")
	for _, sw := range []string{"9000", "9110", "9201", "63C2", "6300"} {
		o := v.replaced(t, 4, unhex(t, sw))
		o.ended(t, 4, sw)
		if sw != "6300" { // behind which GET RESPONSE is tried
			require.ErrorIs(t, o.err, scp03.ErrMAC, sw)
		}
	}
}

// TestBareErrorComesThrough and the session goes on, with the answers to the
// other commands.
func TestBareErrorComesThrough(t *testing.T) {
	for _, v := range recorded(t) {
		o := v.replaced(t, 4, unhex(t, "6A82"))
		require.NoError(t, o.err)
		require.NoError(t, o.session.Err())
		require.Equal(t, len(v.steps)+2, o.answered)
		require.Contains(t, upperHex(o.got), "6A82")
	}
}
