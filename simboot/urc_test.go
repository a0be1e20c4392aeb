package simboot_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// smallCard has short files, so that a session is short.
func smallCard(t *testing.T) *simcard.Card {
	t.Helper()
	return fileCard(t, file126(t))
}

// spoken is everything that the modem says in a session.
func spoken(t *testing.T) (session []byte) {
	t.Helper()
	var all []byte
	synctest.Test(t, func(t *testing.T) {
		wire, _ := overModem(t, smallCard(t), func(_ simcard.Exchange, out []simcard.Chunk) []simcard.Chunk {
			for _, c := range out {
				all = append(all, c.Bytes...)
			}
			return out
		})
		_, err := bootstrapOnce(t, t.Context(), wire, file126(t))
		require.NoError(t, err)
		session = slices.Clone(all) // without what it says when it is closed
	})
	return session
}

// injectAt puts octets before the octet at offset of all that the modem says.
func injectAt(offset int, octets string) simcard.Filter {
	said := 0
	return func(x simcard.Exchange, out []simcard.Chunk) []simcard.Chunk {
		start := said
		for _, c := range out {
			said += len(c.Bytes)
		}
		if offset < start || offset >= said {
			return out
		}
		return simcard.Inject(offset-start, octets)(x, out)
	}
}

// betweenLines tells whether offset is not inside a line.
func betweenLines(all []byte, offset int) bool {
	return offset == 0 || bytes.ContainsAny(all[offset-1:offset], "\r\n") || bytes.ContainsAny(all[offset:offset+1], "\r\n")
}

// TestUnsolicitedLineAtEachOctet puts a line before each octet of a session.
// Between lines it does no harm; inside a line the bootstrap may fail, and
// then leaves the store as it was.
func TestUnsolicitedLineAtEachOctet(t *testing.T) {
	all := spoken(t)
	failed := 0
	for offset := range all {
		synctest.Test(t, func(t *testing.T) {
			card := smallCard(t)
			wire, _ := overModem(t, card, injectAt(offset, "\r\n+QIND: \"csq\",20,99\r\n"))
			res, err := bootstrapOnce(t, t.Context(), wire, file126(t))
			if betweenLines(all, offset) {
				require.NoError(t, err, offset)
				require.NoError(t, res.Found.CloseErr)
				require.Empty(t, card.OpenChannels())
			}
			if err != nil {
				failed++
				require.NotErrorIs(t, err, simboot.ErrNoData, offset)
			}
			synctest.Wait() // what the modem said behind the last answer is read
			_, err = bootstrapOnce(t, t.Context(), wire, file126(t))
			require.NoError(t, err, offset)
		})
	}
	require.Positive(t, failed, "nothing was cut: the test tests nothing")
}

// TestMisleadingLineAtEachOctet says, out of turn, what could be taken for an
// answer. Even then nothing wrong gets into the store.
func TestMisleadingLineAtEachOctet(t *testing.T) {
	all := spoken(t)
	for _, octets := range []string{
		"\r\n+CSIM: 4,\"9000\"\r\n",
		"\r\n+CSIM: 6,\"029000\"\r\n",
		"\r\n9000\r\n",
		"\r\nOK\r\n",
		"\r\nERROR\r\n",
		"\r\n+CME ERROR: 13\r\n",
		"\r\nNO CARRIER\r\n",
		"\r\nRDY\r\n",
		"\r\n+CMEE: 1\r\n",
		"\x00",
		"\r",
	} {
		t.Run(fmt.Sprintf("%q", octets), func(t *testing.T) {
			for offset := range all {
				if !betweenLines(all, offset) && offset%7 != 0 {
					continue
				}
				synctest.Test(t, func(t *testing.T) {
					wire, _ := overModem(t, smallCard(t), injectAt(offset, octets))
					_, err := bootstrapOnce(t, t.Context(), wire, file126(t))
					if err != nil {
						require.NotErrorIs(t, err, simboot.ErrNoData, offset)
					}
					synctest.Wait()
					_, err = bootstrapOnce(t, t.Context(), wire, file126(t))
					require.NoError(t, err, offset)
				})
			}
		})
	}
}

// TestWholeAnswerOutOfTurn says a whole answer that nobody asked for, which
// cannot be told from the one that is due.
func TestWholeAnswerOutOfTurn(t *testing.T) {
	all := spoken(t)
	for offset := range all {
		if !betweenLines(all, offset) {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			wire, _ := overModem(t, smallCard(t), injectAt(offset, "\r\n+CSIM: 4,\"9000\"\r\n\r\nOK\r\n"))
			_, _ = bootstrapOnce(t, t.Context(), wire, file126(t))
		})
	}
}

// TestSharedFilePointerIsLeftNoRoom has a modem that looks for its own files on
// the basic channel between our commands, on a card that has one file pointer
// for all channels: what is read is ours, or an error.
func TestSharedFilePointerIsLeftNoRoom(t *testing.T) {
	file := fileOf(t, 513)
	for at := 1; at <= sessionOf(t, file); at++ {
		card := newCard(t, simcard.BootstrapFile(file), simcard.SharedFilePointer)
		modem := apdu.BasicChannel(card)
		n := 0
		wire := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
			if n++; n == at && capdu[1] != apdu.INSReadBinary {
				_, err := modem.SelectFile(ctx, fids(0x3F00, 0x2FE2))
				require.NoError(t, err)
			}
			return card.Transmit(ctx, capdu)
		})
		var store bootstrapper.MemStore
		if _, err := simboot.Bootstrap(t.Context(), wire, &store, nil); err != nil {
			requireEmpty(t, &store)
			continue
		}
		requireHolds(t, &store, file)
	}
}

// TestCharactersLostOnTheLine loses some characters at each place of a session,
// as a UART does whose buffer runs over.
func TestCharactersLostOnTheLine(t *testing.T) {
	all := spoken(t)
	failed := 0
	for offset := range all {
		for _, lost := range []int{1, 2, 6} {
			synctest.Test(t, func(t *testing.T) {
				wire, _ := overModem(t, smallCard(t), loseAt(offset, min(lost, len(all)-offset)))
				if _, err := bootstrapOnce(t, t.Context(), wire, file126(t)); err != nil {
					failed++
				}
				synctest.Wait()
				_, err := bootstrapOnce(t, t.Context(), wire, file126(t))
				require.NoError(t, err, offset)
			})
		}
	}
	require.Positive(t, failed)
}

// loseAt leaves out octets from offset on of all that the modem says.
func loseAt(offset, lost int) simcard.Filter {
	said := 0
	return func(_ simcard.Exchange, out []simcard.Chunk) []simcard.Chunk {
		for i, c := range out {
			var left []byte
			for _, b := range c.Bytes {
				if said < offset || said >= offset+lost {
					left = append(left, b)
				}
				said++
			}
			out[i].Bytes = left
		}
		return out
	}
}
