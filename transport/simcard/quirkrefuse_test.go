package simcard_test

import (
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

const pkcs15AID = "A000000063504B43532D3135"

func TestWhatModemsRefuse(t *testing.T) {
	for _, d := range []dialogue{
		with(simcard.UpperCaseOnly,
			selectFile, ok(`+CSIM: 4,"9000"`),
			"AT+CSIM=14,\"00a4000c022f01\"\r", failed("ERROR"),
			"at+csim=14,\"00A4000C022F01\"\r", ok(`+CSIM: 4,"9000"`), // the name may be
			"AT+CCHO=\"a000000001\"\r", failed("ERROR"),
			"AT+CRSM=176,12033,0,0,2,,\"7f50\"\r", failed("ERROR")),
		with(simcard.QuotesRequired,
			"AT+CCHO=A000000001\r", failed("ERROR"), openSession, ok("+CCHO: 21"),
			"AT+CGLA=21,14,00A4000C026F11\r", failed("ERROR"), selectInside, ok(`+CGLA: 4,"9000"`),
			"AT+CRSM=214,12033,0,0,2,0000\r", failed("ERROR"),
			"AT+CRSM=176,12033,0,0,2,,7F10\r", failed("ERROR"),
			"AT+CRSM=176,12033,0,0,2\r", ok(`+CRSM: 144,0,"6D66"`),
			"AT+CRSM=176,12033,0,0,2,,\"\"\r", ok(`+CRSM: 144,0,"6D66"`),
			"AT+CCHC=21\r", done),
		with(simcard.FiveOctetsAtLeast,
			openChannel, ok(`+CSIM: 6,"019000"`),
			"AT+CSIM=8,\"00708001\"\r", failed("ERROR"),
			"AT+CSIM=10,\"0070800100\"\r", ok(`+CSIM: 4,"9000"`),
			openSession, ok("+CCHO: 21"), "AT+CGLA=21,8,\"00708002\"\r", failed("ERROR")),
		with(simcard.LengthFrom10,
			"AT+CSIM=8,\"00708001\"\r", failed("+CME ERROR: 3"),
			"AT+CSIM=6,\"007080\"\r", failed("+CME ERROR: 50"), // as without
			"AT+CSIM=10,\"0070800100\"\r", ok(`+CSIM: 4,"6200"`)),
		with(simcard.RefusesInstructions,
			selectFile, ok(`+CSIM: 4,"9000"`), readFile, ok(fileContent), openChannel, ok(`+CSIM: 6,"019000"`),
			"AT+CSIM=10,\"00C0000000\"\r", failed("+CME ERROR: 3"),
			"AT+CSIM=10,\"0020000100\"\r", failed("+CME ERROR: 3"),
			"AT+CSIM=12,\"00D6000001AA\"\r", failed("+CME ERROR: 3"),
			"AT+CSIM=12,\"00DC010401AA\"\r", failed("+CME ERROR: 3"),
			"AT+CSIM=8,\"00FA0000\"\r", failed("+CME ERROR: 3")),
		with(simcard.RefusesLeInCase4,
			selectFile, ok(`+CSIM: 4,"9000"`),
			"AT+CSIM=16,\"00A40004022F0100\"\r", failed("+CME ERROR: 3"),
			"AT+CSIM=16,\"00A4000C032F0100\"\r", ok(`+CSIM: 4,"6700"`), // three octets of data
			openChannel, ok(`+CSIM: 6,"019000"`)),
		with(simcard.RefusesPKCS15,
			"AT+CSIM=34,\"00A4040C0C"+pkcs15AID+"\"\r", failed("+CME ERROR: 4"),
			"AT+CSIM=36,\"00A404040D"+pkcs15AID+"01\"\r", failed("+CME ERROR: 4"),
			"AT+CCHO=\""+pkcs15AID+"\"\r", failed("+CME ERROR: 4"),
			"AT+CSIM=20,\"00A4040C05A000000001\"\r", ok(`+CSIM: 4,"9000"`),
			"AT+CSIM=10,\"00A4040C00\"\r", ok(`+CSIM: 4,"6700"`),
			"AT+CSIM=14,\"00A4000C027F50\"\r", ok(`+CSIM: 4,"6A82"`)),
		with(simcard.RefusesThenOK,
			selectFile, ok("+CME Error:PACM(AP),UNREGISTED"),
			openSession, ok("+CME Error:PACM(AP),UNREGISTED"),
			"AT+CSIM=?\r", done),
		with(simcard.TextErrors,
			"AT+CSIM=10\r", failed("+CME ERROR: Incorrect parameters"),
			"AT+CMEE=0\r", done,
			"AT+CCHO=\"A0000000FF\"\r", failed("+CME ERROR: not found"),
			"AT+NONE\r", failed("ERROR")),
		{"combined: the later is asked first", []simcard.ModemOption{simcard.LengthFrom10, simcard.FiveOctetsAtLeast}, []string{
			"AT+CSIM=8,\"00708001\"\r", failed("ERROR")}},
	} {
		d.run(t)
	}
}

func TestCommandsThatNoQuirkLooksInto(t *testing.T) {
	for _, q := range []simcard.Quirk{simcard.FiveOctetsAtLeast, simcard.RefusesInstructions, simcard.RefusesLeInCase4,
		simcard.RefusesPKCS15, simcard.QuotesRequired, simcard.NoChannels, simcard.ChannelsDead, simcard.SelectAIDFails} {
		for _, command := range []string{`+CSIM=`, `+CSIM=4,"00A4"`, `+CSIM=9,"00A4000C0"`} {
			with(q, "AT"+command+"\r", failed("+CME ERROR: 50")).run(t)
		}
	}
}
