package csim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestBasicChannelIsLedBackToTheApplicationBeforeEachFile(t *testing.T) {
	app := answered(overCSIM("00"+selectApp), "9000")
	begin := []step{{open, "019000", nil}, {"01" + selectApp, "9000", nil}}
	for _, tt := range []struct {
		capdu string
		again bool
	}{
		{"A4000C025031", true},
		{"A4090C025031", true},
		{"A4080C047FFF5031", true},
		{"A4000C023F00", false},
		{"A4080C047F505031", false},
		{"A4030C", false},
		{"B0000001", false},
	} {
		calls := []call{app}
		if tt.again {
			calls = append(calls, app)
		}
		run(t, only(csim.WayBasic), append(begin[:2:2], step{"01" + tt.capdu, "9000", nil}), append(calls, answered(overCSIM("00"+tt.capdu), "9000"))...)
	}
	// What kept it from being led back is what became of the command.
	run(t, only(csim.WayBasic), append(begin[:2:2], step{"01A4000C025031", "6A82", nil}), app, answered(overCSIM("00"+selectApp), "6A82"))
	run(t, only(csim.WayBasic), append(begin[:2:2], step{"01A4000C025031", "", apdu.ErrNoCard}), app, failed(overCSIM("00"+selectApp), "+CME ERROR: 10"))
	// Without an application there is nothing to lead back to.
	run(t, only(csim.WayBasic), []step{begin[0], {"01A4000C025031", "9000", nil}, {"00708001", "9000", nil}}, answered(overCSIM("00A4000C025031"), "9000"))
}

func TestBasicChannelThatTheModemMoves(t *testing.T) {
	visit{config: only(csim.WayBasic), modem: modemWith(simcard.ReplaysSelects)}.works(t, func(t *testing.T, o outcome) {
		require.Zero(t, o.count(`AT+CSIM=10,"0070`), "no channel is opened")
	})
	visit{config: only(csim.WayBasic), modem: modemWith(simcard.SelectsOwnFile)}.read(t, func(t *testing.T, o outcome) {
		require.Error(t, o.err, "the modem has another file selected before each READ")
	})
}
