package csim_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

var _ interface {
	apdu.CardTransport
	apdu.LateAnswerer
	apdu.WayTeller
} = (*csim.Access)(nil)

var _ apdu.WayTeller = (*csim.Card)(nil)

// A file of 126 bytes is one READ: n = 1.
func TestRoundTripsOfEachWay(t *testing.T) {
	place := func(fids ...apdu.FID) simboot.Config { return simboot.Config{File: fids} }
	for _, tt := range []struct {
		name   string
		search simboot.Config
		way    csim.Way
		want   int
	}{
		{"CSIM", simboot.Config{}, csim.WayCSIM, 8 + 1},
		{"CSIM, place known", place(0x3F00, 0x7F50, 0x6432), csim.WayCSIM, 3 + 1},
		{"CSIM, place in the application known", place(0x6432), csim.WayCSIM, 4 + 1},
		{"CGLA", simboot.Config{}, csim.WayCGLA, 7 + 1},
		{"CGLA, place in the application known", place(0x6432), csim.WayCGLA, 3 + 1},
		{"basic channel", simboot.Config{}, csim.WayBasic, 9 + 1}, // the application is selected before each file
		{"CRSM, place known", place(0x3F00, 0x7F50, 0x6432), csim.WayCRSM, 0 + 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			visit{config: only(tt.way), search: tt.search}.works(t, func(t *testing.T, o outcome) {
				require.Len(t, o.lines, tt.want, "%q", o.lines)
				require.Equal(t, tt.want, o.Stats().RoundTrips)
				require.Zero(t, o.Stats().Lost)
				require.Equal(t, tt.way, o.access.Profile().Way)
				require.Equal(t, tt.way.String(), o.access.Way())
			})
		})
	}
}

func TestAProfileSparesTheWayThatFails(t *testing.T) {
	profile := csim.Profile{Way: csim.WayCGLA}
	visit{config: &csim.AccessConfig{Profile: profile}}.works(t, func(t *testing.T, o outcome) {
		require.Len(t, o.lines, 8)
		require.Equal(t, profile, o.access.Profile())
	})
	// One that does not work any more costs a command, and is corrected.
	visit{config: &csim.AccessConfig{Profile: profile}, modem: modemWith(simcard.NoCCHO)}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, cchoLine, o.lines[0])
		require.Len(t, o.lines, 1+9)
		require.Equal(t, csim.Profile{Way: csim.WayCSIM}, o.access.Profile())
	})
	// One that the caller does not allow is passed over.
	visit{config: &csim.AccessConfig{Profile: csim.Profile{Way: csim.WayBasic}}}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, openLine, o.lines[0])
	})
}

// Whatever a modem and a card do, what is read is the file, or there is an
// error: visit.read sees to that. No channel is left open by a modem that can
// close.
func TestNoWayReadsAnythingElseOnAnyModem(t *testing.T) {
	ways := map[string]*csim.AccessConfig{
		"default":    nil,
		"CGLA":       only(csim.WayCGLA),
		"CGLA, CSIM": only(csim.WayCGLA, csim.WayCSIM),
		"CRSM":       only(csim.WayCRSM),
		"all":        only(csim.WayCGLA, csim.WayCSIM, csim.WayBasic, csim.WayCRSM),
	}
	for name, config := range ways {
		t.Run(name, func(t *testing.T) {
			read := 0
			for _, q := range simcard.Quirks() {
				for _, search := range []simboot.Search{simboot.AIDFirst, simboot.DirFirst} {
					visit{config: config, search: simboot.Config{Search: search}, modem: modemWith(q), times: 2}.read(t, func(t *testing.T, o outcome) {
						require.NotErrorIs(t, o.err, simboot.ErrNoData, "%v", q)
						if o.err == nil {
							read++
						}
					})
				}
			}
			require.Greater(t, read, len(simcard.Quirks()), "more than every second time")
		})
	}
}

func TestEveryCardIsReadBySession(t *testing.T) {
	for _, b := range simcard.Behaviours() {
		for _, modem := range [][]simcard.ModemOption{nil, modemWith(simcard.HandsOver61xx, simcard.HandsOver6Cxx)} {
			var byCSIM error
			visit{config: only(csim.WayCSIM), card: []simcard.Option{b}, modem: modem}.read(t, func(_ *testing.T, o outcome) { byCSIM = o.err })
			visit{config: only(csim.WayCGLA), card: []simcard.Option{b}, modem: modem}.read(t, func(t *testing.T, o outcome) {
				if byCSIM == nil && b != simcard.RefuseAID { // which AT+CCHO needs
					require.NoError(t, o.err, fmt.Sprint(b))
				}
			})
		}
	}
}

func TestChannelsAreAllClosed(t *testing.T) {
	for _, q := range simcard.Quirks() {
		if q == simcard.NoCCHC || q == simcard.UsesChannel1 {
			continue
		}
		for _, config := range []*csim.AccessConfig{nil, only(csim.WayCGLA)} {
			synctest.Test(t, func(t *testing.T) {
				card, err := simcard.New(simcard.BootstrapFile(file126(t)))
				require.NoError(t, err)
				modem := csim.NewModem(simcard.NewModem(card, q), nil)
				defer modem.Close()
				access := csim.NewAccess(modem, config)
				for range 3 {
					if _, _, err = simboot.Read(t.Context(), access, nil); err != nil {
						break
					}
				}
				if err != nil {
					return
				}
				ch, err := apdu.OpenChannel(t.Context(), card)
				require.NoError(t, err)
				require.Equal(t, 1, ch.Number(), "%v", q)
			})
		}
	}
}
