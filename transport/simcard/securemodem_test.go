package simcard_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// throughModem reads the bootstrap file of n octets over a modem, all but the
// opening through the secure channel.
func throughModem(ctx context.Context, modem *simcard.Modem, way csim.Way, keys scp03.Keys, n int) (content []byte, err error) {
	m := csim.NewModem(modem, nil)
	defer m.Close()
	ch, err := apdu.OpenChannel(ctx, csim.NewAccess(m, &csim.AccessConfig{Ways: []csim.Way{way}}))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, ch.Close(ctx)) }()
	if _, err := ch.SelectApp(ctx, apdu.AIDPKCS15); err != nil {
		return nil, err
	}
	if _, err := scp03.Open(ctx, ch, hostOf(keys)); err != nil {
		return nil, err
	}
	for object, err := range pkcs15.Find(ctx, ch, pkcs15.OIDLwM2M) {
		if err != nil {
			return nil, err
		}
		return ch.ReadFile(ctx, object.Ref, func([]byte) (int, error) { return n, nil })
	}
	return nil, errors.New("no object")
}

// Over AT+CSIM and AT+CGLA, on the channels 1, 3, 4 and 19, behind modems that
// run GET RESPONSE and those that do not.
func TestSecureChannelThroughAModem(t *testing.T) {
	content := letters(700)
	modems := map[string][]simcard.ModemOption{
		"joining":      nil,
		"handing over": {simcard.HandsOver61(), simcard.HandsOver6C(), simcard.NoEcho()},
	}
	for name, opts := range modems {
		for _, way := range []csim.Way{csim.WayCSIM, csim.WayCGLA} {
			for _, channel := range []int{1, 3, 4, 19} {
				for _, t0 := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s, %v, channel %d, T0 %t", name, way, channel, t0), func(t *testing.T) {
						bubble(t, func(t *testing.T) {
							card := demanding(t, content, t0Option(t0)...)
							for n := 1; n < channel; n++ {
								play(t, card, "007000"+hexByte(n)+" > 9000")
							}
							got, err := throughModem(t.Context(), simcard.NewModem(card, opts...), way, keys16(t), len(content))
							require.NoError(t, err)
							require.Equal(t, content, got)
							require.Len(t, card.OpenChannels(), channel-1)
							require.Equal(t, card.Commands(apdu.INSReadBinary), card.WrappedCommands(apdu.INSReadBinary))
						})
					})
				}
			}
		}
	}
}

func t0Option(t0 bool) []simcard.Option {
	if t0 {
		return []simcard.Option{simcard.T0}
	}
	return nil
}

// The class byte of what AT+CGLA carries keeps its secure messaging on the
// session's channel.
func TestClassInSessions(t *testing.T) {
	for channel, want := range map[byte]map[byte]byte{
		1:  {0x00: 0x01, 0x80: 0x81, 0x04: 0x05, 0x84: 0x85},
		4:  {0x00: 0x40, 0x80: 0xC0, 0x04: 0x60, 0x84: 0xE0},
		19: {0x00: 0x4F, 0x80: 0xCF, 0x04: 0x6F, 0x84: 0xEF, 0x0C: 0x6F, 0x40: 0x4F},
	} {
		for cla, want := range want {
			bubble(t, func(t *testing.T) {
				var got byte
				card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
					if capdu[1] == apdu.INSManageChannel {
						return []byte{channel, 0x90, 0x00}, nil
					}
					got = capdu[0]
					return []byte{0x90, 0x00}, nil
				})
				h := newHost(t, card, simcard.NoEcho())
				h.say("AT+CCHO=\"A0000000\"\r")
				h.expect(fmt.Sprintf("AT+CGLA=21,8,\"%02XB00000\"\r", cla), "\r\n+CGLA: 4,\"9000\"\r\n\r\nOK\r\n")
				require.Equal(t, want, got, "%02X on channel %d", cla, channel)
			})
		}
	}
}

// A card of each behaviour is read through the secure channel as it is without.
func TestBehavioursThroughTheSecureChannel(t *testing.T) {
	content := letters(700)
	for _, b := range simcard.Behaviours() {
		for _, opts := range [][]simcard.Option{{b}, {b, simcard.T0}} {
			bubble(t, func(t *testing.T) {
				card := demanding(t, content, opts...)
				got, err := throughModem(t.Context(), simcard.NewModem(card), csim.WayCSIM, keys16(t), len(content))
				switch b {
				case simcard.RefuseAID:
					require.ErrorIs(t, err, apdu.ErrNotFound)
				case simcard.ReadOnlyAtZero:
					require.ErrorIs(t, err, apdu.ErrShortFile)
				case simcard.GetResponseEmpty:
					require.ErrorIs(t, err, apdu.ErrEndless)
				case simcard.MoreData6310: // a warning: whether that is a success is the host's business
					if err == nil {
						require.Equal(t, content, got)
					}
				default:
					require.NoError(t, err, "%v", b)
					require.Equal(t, content, got)
				}
				require.Empty(t, card.OpenChannels())
			})
		}
	}
}

// Every fault, over the whole way: an error, and no other content.
func TestSecureFaultsThroughAModem(t *testing.T) {
	content := letters(700)
	for _, f := range simcard.SecureFaults() {
		for n := 1; n <= 8; n++ {
			if f == simcard.CounterLost && n != 1 {
				continue // no MAC tells
			}
			bubble(t, func(t *testing.T) {
				card := demanding(t, content, f.At(n), simcard.T0)
				got, err := throughModem(t.Context(), simcard.NewModem(card), csim.WayCSIM, keys16(t), len(content))
				struck := n == 1 || f > simcard.RefusesHost
				if f == simcard.ReplayedAnswer && n == 1 {
					struck = false // there is none before
				}
				if struck {
					require.Error(t, err, "%v at %d", f, n)
					require.Nil(t, got)
				} else {
					require.NoError(t, err, "%v at %d", f, n)
					require.Equal(t, content, got)
				}
			})
		}
	}
}
