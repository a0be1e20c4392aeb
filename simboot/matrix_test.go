package simboot_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// dialects are the ways in which modems say the same.
var dialects = []simcard.Quirk{
	simcard.LowerCaseAnswers, simcard.UpperCaseOnly, simcard.NoBlankAnswers, simcard.BlankAnswers, simcard.UnquotedAnswers,
	simcard.BareAnswers, simcard.LengthTooLarge, simcard.SessionInAnswers, simcard.QuotesRequired, simcard.CRAlone,
	simcard.LeadingNULs, simcard.EchoStays, simcard.TextErrors, simcard.BareSession, simcard.SessionHandle,
	simcard.UsesChannel1, simcard.HandsOver61xx, simcard.HandsOver6Cxx, simcard.UnsolicitedBetween, simcard.TestFormsHang,
}

// TestMatrix reads the same file in each dialect, by each way of access, from
// each kind of card: the file, by that way, with no channel left open.
func TestMatrix(t *testing.T) {
	known := &simboot.Config{File: fids(apdu.FIDMF, simcard.FIDPKCS15, 0x6432)}
	for _, way := range []struct {
		way csim.Way
		cfg *simboot.Config
	}{
		{csim.WayCSIM, nil},
		{csim.WayCGLA, nil},
		{csim.WayBasic, nil},
		{csim.WayCRSM, known}, // it cannot select an application
	} {
		least, most, runs := 1<<30, 0, 0
		for _, dialect := range dialects {
			for name, c := range quirkCards(t) {
				synctest.Test(t, func(t *testing.T) {
					card := newCard(t, append(c.opts, simcard.BootstrapFile(c.file))...)
					modem := csim.NewModem(simcard.NewModem(card, dialect), nil)
					defer modem.Close()
					access := csim.NewAccess(modem, &csim.AccessConfig{Ways: []csim.Way{way.way}})
					var store bootstrapper.MemStore
					res, err := simboot.Bootstrap(t.Context(), access, &store, way.cfg)
					require.NoError(t, err, "%v %v %v", way.way, dialect, name)
					requireHolds(t, &store, c.file)
					require.Equal(t, way.way.String(), res.Found.Access)
					require.NoError(t, res.Found.CloseErr)
					if dialect != simcard.UsesChannel1 { // which is the modem's
						require.Empty(t, card.OpenChannels(), "%v %v %v", way.way, dialect, name)
					}
					trips := modem.Stats().RoundTrips
					least, most, runs = min(least, trips), max(most, trips), runs+1
				})
			}
		}
		t.Logf("%-12v %d modems and cards, %d to %d round trips", way.way, runs, least, most)
	}
}
