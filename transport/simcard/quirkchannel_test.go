package simcard_test

import (
	"slices"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestChannelsThatModemsHave(t *testing.T) {
	const selectAID = "AT+CSIM=20,\"01A4040C05A000000001\"\r"
	for _, d := range []dialogue{
		with(simcard.NoChannels,
			openChannel, failed("ERROR"), "AT+CSIM=8,\"00708001\"\r", failed("ERROR"), openSession, failed("ERROR"),
			selectFile, ok(`+CSIM: 4,"9000"`)),
		with(simcard.ChannelsDead,
			openChannel, ok(`+CSIM: 6,"019000"`), selectAID, failed("ERROR"), "AT+CSIM=10,\"81F2000000\"\r", failed("ERROR"),
			"AT+CSIM=8,\"40700000\"\r", failed("ERROR"), selectFile, ok(`+CSIM: 4,"9000"`),
			"AT+CSIM=8,\"00708001\"\r", ok(`+CSIM: 4,"9000"`),
			openSession, ok("+CCHO: 21"), selectInside, ok(`+CGLA: 4,"9000"`)),
		with(simcard.SelectAIDFails,
			"AT+CSIM=20,\"00A4040C05A000000001\"\r", ok(`+CSIM: 4,"9000"`), // on the basic channel
			openChannel, ok(`+CSIM: 6,"019000"`),
			"AT+CSIM=14,\"01A4000C022F01\"\r", ok(`+CSIM: 4,"9000"`), // by FID
			selectAID, failed("+CME ERROR: 0"), "AT+CSIM=8,\"00708001\"\r", "",
			"AT+CSIM=8,\"00708001\"\r", ok(`+CSIM: 4,"9000"`), openChannel, ok(`+CSIM: 6,"019000"`), selectAID, ok(`+CSIM: 4,"9000"`)),
		{"a session is no matter to it", []simcard.ModemOption{simcard.SelectAIDFails}, []string{
			openSession, ok("+CCHO: 21"), "AT+CGLA=21,20,\"00A4040C05A000000001\"\r", ok(`+CGLA: 4,"9000"`)}},
	} {
		d.run(t)
	}
}

func TestUsesChannel1(t *testing.T) {
	for name, commands := range map[string][]string{
		"closed from the basic channel": {"AT+CSIM=8,\"00708001\"\r"},
		"closed from itself":            {"AT+CSIM=8,\"01708000\"\r"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				card := newCard(t)
				h := quiet(t, card, simcard.UsesChannel1)
				if got := card.OpenChannels(); !slices.Equal(got, []int{1}) {
					t.Fatalf("open at the start: %v", got)
				}
				h.expect(
					openChannel, ok(`+CSIM: 6,"029000"`),
					"AT+CSIM=8,\"02708000\"\r", ok(`+CSIM: 4,"9000"`),
					"AT+CSIM=8,\"00708003\"\r", ok(`+CSIM: 4,"6200"`),
					commands[0], ok(`+CSIM: 4,"9000"`),
					openChannel, failed("+CME ERROR: 13"),
					"AT+CCHO=\"A0000000871002\"\r", failed("+CME ERROR: 13"),
					"AT+CPIN?\r", ok("+CPIN: READY"),
					"AT+CFUN=0\r", done, "AT+CFUN=1\r", done, // it starts with the card again
					openChannel, ok(`+CSIM: 6,"029000"`),
				)
			})
		})
	}
	bubble(t, func(t *testing.T) { // the application is selected on it
		quiet(t, newCard(t), simcard.UsesChannel1).expect(
			"AT+CSIM=10,\"81F2000100\"\r", ok(`+CSIM: 40,"8410A0000000871002FFFFFFFF89061900009000"`))
	})
	bubble(t, func(t *testing.T) { // there is none to be had
		quiet(t, newCard(t, simcard.Channels(0)), simcard.UsesChannel1).expect(
			"AT+CSIM=8,\"00708000\"\r", ok(`+CSIM: 4,"6A86"`),
			selectFile, ok(`+CSIM: 4,"6A82"`))
	})
}
