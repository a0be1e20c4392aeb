package simboot_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// named are the status words that this module knows by name, and those of the
// catalogues of cards and modems.
var named = []apdu.SW{
	0x9000, 0x910B, 0x9201, 0x9240, 0x9300, 0x9400, 0x9402, 0x9404, 0x9408, 0x9802, 0x9804, 0x9808, 0x9810, 0x9840,
	0x9850, 0x9862, 0x9F10, 0x6100, 0x6110, 0x6200, 0x6281, 0x6282, 0x6283, 0x6285, 0x62F1, 0x6300, 0x6310, 0x63C0,
	0x63C3, 0x63F1, 0x6400, 0x6500, 0x6581, 0x6700, 0x6881, 0x6882, 0x6981, 0x6982, 0x6983, 0x6984, 0x6985, 0x6986,
	0x6987, 0x6988, 0x6989, 0x6A80, 0x6A81, 0x6A82, 0x6A83, 0x6A84, 0x6A86, 0x6A87, 0x6A88, 0x6B00, 0x6C00, 0x6C01,
	0x6C10, 0x6CFF, 0x6D00, 0x6E00, 0x6F00, 0x6FFF,
}

// statusWords are those, and some of every other first byte.
func statusWords() []apdu.SW {
	all := named
	for sw1 := range 0x100 {
		all = append(all, apdu.SW(sw1<<8), apdu.SW(sw1<<8|0x82))
	}
	return all
}

// TestStatusWordInPlaceOfAnAnswer answers one command with a status word alone,
// without carrying it out.
func TestStatusWordInPlaceOfAnAnswer(t *testing.T) {
	eachCommand(t, func(t *testing.T, at, last int, file []byte) {
		for _, sw := range statusWords() {
			card := newCard(t, simcard.BootstrapFile(file))
			wire := &faulty{card: card, at: at, do: func(func() []byte) ([]byte, error) {
				return apdu.Response{SW: sw}.AppendTo(nil), nil
			}}
			var store bootstrapper.MemStore
			res, err := simboot.Bootstrap(t.Context(), wire, &store, nil)
			if err == nil {
				requireHolds(t, &store, file)
			} else {
				requireEmpty(t, &store)
			}
			if sw.Err() == nil {
				continue // a lie, so that no more can be asked for
			}
			if at == last { // MANAGE CHANNEL close, which may be repeated
				require.NoError(t, err, sw)
				require.Equal(t, res.Found.CloseErr != nil, len(card.OpenChannels()) > 0, sw)
				require.Equal(t, res.Found.CloseErr != nil, errors.Is(res.Found.CloseErr, sw), sw)
				continue
			}
			require.Empty(t, card.OpenChannels(), sw)
			if err == nil || errors.Is(err, simboot.ErrNoData) && saysNothingThere(sw) {
				continue
			}
			require.NotErrorIs(t, err, simboot.ErrNoData, sw)
			require.True(t, errors.Is(err, sw) || errors.Is(err, apdu.ErrShortFile) && saysNothingThere(sw) ||
				errors.Is(err, apdu.ErrMalformed) && sw.WrongLe(), "%v: %v", sw, err)
		}
	})
}

// saysNothingThere tells the status words by which a card may say itself that
// there is no file, or, in answer to a READ BINARY at offset 0, no octet in it.
func saysNothingThere(sw apdu.SW) bool {
	return errors.Is(sw, apdu.ErrNotFound) || sw == apdu.SWWrongOffset || sw == 0x9402
}

func TestRefusalOfChannelsIsErrNoChannel(t *testing.T) {
	for _, sw := range []apdu.SW{0x6881, 0x6A81, 0x6986, 0x6D00, 0x6E00} {
		card := newCard126(t, simcard.Channels(0), simcard.ChannelRefusal(sw))
		err := requireFault(t, card, nil)
		require.ErrorIs(t, err, apdu.ErrNoChannel)
		require.ErrorIs(t, err, sw)
		require.Equal(t, 1, card.Total())
	}
	card := newCard126(t, simcard.Channels(0), simcard.ChannelRefusal(0x6F00))
	require.NotErrorIs(t, requireFault(t, card, nil), apdu.ErrNoChannel)
}

// spoiled answers command at with what spoil makes of the card's answer.
func spoiled(card *simcard.Card, at int, spoil func(rapdu []byte) []byte) *faulty {
	return &faulty{card: card, at: at, do: func(carry func() []byte) ([]byte, error) { return spoil(carry()), nil }}
}

func TestAnswerWithoutAStatusWordIsMalformed(t *testing.T) {
	eachCommand(t, func(t *testing.T, at, last int, file []byte) {
		for length := range 2 {
			card := newCard(t, simcard.BootstrapFile(file))
			wire := spoiled(card, at, func(rapdu []byte) []byte { return rapdu[:length] })
			res, err := bootstrapFaulty(t, wire, file)
			if at == last {
				err = res.Found.CloseErr
			}
			require.ErrorIs(t, err, apdu.ErrMalformed)
			if at > 1 { // the number of a channel that was told in this answer is not known
				require.Empty(t, card.OpenChannels())
			}
		}
	})
}

// TestAnswerCutShort cuts the data of each answer at every length. The card
// gives an FCP with each SELECT.
func TestAnswerCutShort(t *testing.T) {
	for _, file := range [][]byte{file126(t), fileOf(t, 513)} {
		opts := []simcard.Option{simcard.RefuseNoAnswer, simcard.BootstrapFile(file)}
		whole := newCard(t, opts...)
		var lengths []int
		var reads []bool
		_, _, err := simboot.Read(t.Context(), apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
			rapdu, err := whole.Transmit(ctx, capdu)
			lengths = append(lengths, len(rapdu)-2)
			reads = append(reads, capdu[1] == apdu.INSReadBinary)
			return rapdu, err
		}), nil)
		require.NoError(t, err)

		for i, length := range lengths {
			for n := range length {
				card := newCard(t, opts...)
				wire := spoiled(card, i+1, func(rapdu []byte) []byte {
					return append(rapdu[:n:n], rapdu[length:]...)
				})
				var store bootstrapper.MemStore
				_, err := simboot.Bootstrap(t.Context(), wire, &store, nil)
				switch {
				case i == 0: // no channel number
					require.ErrorIs(t, err, apdu.ErrMalformed)
					requireEmpty(t, &store)
					continue
				case n == 0 && reads[i] && err != nil: // the file looks empty, or cut
					requireEmpty(t, &store)
					require.True(t, errors.Is(err, simboot.ErrNoData) || errors.Is(err, apdu.ErrShortFile), err)
				default: // the rest is read, or was not needed
					require.NoError(t, err, "answer %d cut to %d of %d", i+1, n, length)
					requireHolds(t, &store, file)
				}
				require.Empty(t, card.OpenChannels())
			}
		}
	}
}

// TestAnswerOneOctetTooLong appends an octet to the data of each answer.
func TestAnswerOneOctetTooLong(t *testing.T) {
	eachCommand(t, func(t *testing.T, at, last int, file []byte) {
		for _, octet := range []byte{0x00, 0x30, 0xA1, 0xFF} {
			card := newCard(t, simcard.BootstrapFile(file))
			wire := spoiled(card, at, func(rapdu []byte) []byte {
				data, sw := rapdu[:len(rapdu)-2], rapdu[len(rapdu)-2:]
				return append(append(append([]byte{}, data...), octet), sw...)
			})
			_, err := bootstrapFaulty(t, wire, file)
			if err != nil && at > 1 {
				require.Empty(t, card.OpenChannels())
			}
			if at == 1 || at > 7 && at < last {
				require.ErrorIs(t, err, apdu.ErrMalformed)
			}
		}
	})
}

// TestCardThatAlwaysSaysNotFound answers 6A82 to everything from one command
// on, but for MANAGE CHANNEL.
func TestCardThatAlwaysSaysNotFound(t *testing.T) {
	for at := 2; at <= 8; at++ {
		card := newCard126(t)
		n := 0
		wire := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
			if n++; n >= at && capdu[1] != apdu.INSManageChannel {
				return []byte{0x6A, 0x82}, nil
			}
			return card.Transmit(ctx, capdu)
		})
		_, err := simboot.Bootstrap(t.Context(), wire, &untouchable{t: t}, nil)
		require.Equal(t, at < 7, errors.Is(err, simboot.ErrNoData), "an entry without its file is a fault: %v", err)
		require.Empty(t, card.OpenChannels())
	}
}
