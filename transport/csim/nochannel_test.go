package csim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// noChannels are cards and modems behind which neither MANAGE CHANNEL nor
// AT+CCHO opens a channel.
var noChannels = map[string]visit{
	"a card without channels":        {card: []simcard.Option{simcard.Channels(0)}},
	"a modem that opens none":        {modem: modemWith(simcard.NoChannels)},
	"a modem that passes none on":    {modem: modemWith(simcard.ReplaysSelects)},
	"a modem that tries AT+CCHO":     {card: []simcard.Option{simcard.Channels(0)}, modem: modemWith(simcard.HandsOver61xx)},
	"one whose profile says AT+CGLA": {card: []simcard.Option{simcard.Channels(0)}, config: &csim.AccessConfig{Profile: csim.Profile{Way: csim.WayCGLA}}},
}

func TestNoWayToAChannelIsErrNoChannel(t *testing.T) {
	for name, v := range noChannels {
		for _, search := range []simboot.Search{simboot.AIDFirst, simboot.DirFirst} {
			t.Run(name, func(t *testing.T) {
				v.search = simboot.Config{Search: search}
				v.read(t, func(t *testing.T, o outcome) {
					require.ErrorIs(t, o.err, apdu.ErrNoChannel)
					require.ErrorIs(t, o.err, apdu.ErrRefused)
					require.NotErrorIs(t, o.err, simboot.ErrNoData)
					require.Contains(t, o.err.Error(), "AT+CCHO", "what was tried")
					require.Equal(t, 1, strings.Count(o.err.Error(), "MANAGE CHANNEL open"), o.err)
				})
			})
		}
	}
}

func TestBasicChannelWhereThereIsNoOther(t *testing.T) {
	for name, v := range noChannels {
		for _, search := range []simboot.Search{simboot.AIDFirst, simboot.DirFirst} {
			t.Run(name, func(t *testing.T) {
				v.search = simboot.Config{Search: search, Channel: simboot.LogicalOrBasic}
				v.works(t, func(t *testing.T, o outcome) {
					require.Zero(t, o.found.Channel)
					require.Equal(t, csim.WayBasic.String(), o.found.Access)
					commands := o.count("AT+CSIM")
					require.Positive(t, commands)
					if search == simboot.AIDFirst { // MANAGE CHANNEL, and what AT+CCHO and AT+CRSM stand for
						require.GreaterOrEqual(t, o.found.Stats.RoundTrips, commands)
					}
				})
			})
		}
	}
}

// The application may be missing; where a channel could be opened, that is no
// lack of channels.
func TestMissingApplicationIsNoLackOfChannels(t *testing.T) {
	for _, config := range []*csim.AccessConfig{nil, only(csim.WayCGLA, csim.WayCSIM)} {
		v := visit{search: simboot.Config{AID: "\xA0\x00\x00\x01\x51"}, config: config}
		v.read(t, func(t *testing.T, o outcome) {
			require.Error(t, o.err)
			require.NotErrorIs(t, o.err, apdu.ErrNoChannel)
		})
	}
}
