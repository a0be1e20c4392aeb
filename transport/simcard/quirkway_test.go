package simcard_test

import (
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestWaysThatModemsHave(t *testing.T) {
	const readRestricted = "AT+CRSM=176,12033,0,0,2\r"
	restricted := ok(`+CRSM: 144,0,"6D66"`)
	for _, d := range []dialogue{
		with(simcard.NoCSIM,
			selectFile, failed("ERROR"), "AT+CSIM=?\r", failed("ERROR"), "AT+CSIM\r", failed("ERROR"),
			openSession, ok("+CCHO: 21"), selectInside, ok(`+CGLA: 4,"9000"`), readRestricted, restricted),
		with(simcard.NoCCHO,
			openSession, failed("ERROR"), selectInside, failed("ERROR"), "AT+CCHC=21\r", failed("ERROR"), "AT+CCHO=?\r", failed("ERROR"),
			selectFile, ok(`+CSIM: 4,"9000"`), readRestricted, restricted),
		with(simcard.NoCRSM,
			readRestricted, failed("+CME ERROR: 3"), "AT+CRSM=?\r", failed("+CME ERROR: 3"), selectFile, ok(`+CSIM: 4,"9000"`)),
		with(simcard.NoCCHC,
			openSession, ok("+CCHO: 21"), "AT+CCHC=21\r", failed("+CME ERROR: Parameters error"),
			"AT+CSIM=8,\"00708001\"\r", ok(`+CSIM: 4,"9000"`)),
		with(simcard.TestFormsFail,
			"AT+CSIM=?\r", failed("ERROR"), "AT+CCHO=?\r", failed("ERROR"), "AT+CGLA=?\r", failed("ERROR"),
			"AT+CCHC=?\r", failed("ERROR"), "AT+CRSM=?\r", failed("ERROR"),
			"AT+CFUN=?\r", ok("+CFUN: (0,1,4)"), selectFile, ok(`+CSIM: 4,"9000"`)),
		with(simcard.TestFormsHang,
			"AT+CSIM=?\r", "", "AT+CCHO=?\r", "", "AT+CGLA=?\r", "", "AT+CCHC=?\r", "", "AT+CRSM=?\r", "",
			"AT+CMEE=?\r", ok("+CMEE: (0-2)"), openSession, ok("+CCHO: 21")),
		with(simcard.BareSession,
			openSession, ok("21"), selectInside, ok(`+CGLA: 4,"9000"`),
			"AT+CCHC=21\r", ok("+CCHC"), "AT+CCHC=21\r", failed("+CME ERROR: 50")),
		with(simcard.SessionHandle,
			openSession, ok("+CCHO: 00000000038aa344"), "AT+CGLA=?\r", failed("ERROR"), "AT+CCHO=?\r", done,
			selectInside, failed("+CME ERROR: 50"),
			"AT+CGLA=00000000038aa344,14,\"00A4000C026F11\"\r", ok(`+CGLA: 4,"9000"`),
			openSession, ok("+CCHO: 00000000038aa345"),
			"AT+CCHC=00000000038aa344\r", done),
		with(simcard.CGLAFailsAtTimes,
			openSession, ok("+CCHO: 21"),
			selectInside, ok(`+CGLA: 4,"9000"`), selectFile, ok(`+CSIM: 4,"9000"`), readInside, ok(`+CGLA: 10,"6F6E659000"`),
			readInside, failed("ERROR"), readInside, ok(`+CGLA: 10,"6F6E659000"`), "AT+CGLA=?\r", done,
			readInside, ok(`+CGLA: 10,"6F6E659000"`), readInside, failed("ERROR")),
		{"no way but AT+CRSM", []simcard.ModemOption{simcard.NoCSIM, simcard.NoCCHO}, []string{
			selectFile, failed("ERROR"), openSession, failed("ERROR"), readRestricted, restricted}},

		with(simcard.CRSMUnquoted,
			readRestricted, ok(`+CRSM: 144,0,6D66`), "AT+CRSM=176,1,0,0,2\r", ok(`+CRSM: 106,130`), selectFile, ok(`+CSIM: 4,"9000"`)),
		with(simcard.CRSMEmptyField,
			readRestricted, restricted, "AT+CRSM=176,1,0,0,2\r", ok(`+CRSM: 106,130,""`)),
		with(simcard.CRSMFailsFirst,
			"AT+CRSM=?\r", done, readRestricted, ok(`+CRSM: 106,134,""`), readRestricted, restricted),
		with(simcard.CRSMShortNames,
			"AT+CRSM=242\r", ok(`+CRSM: 144,0,"621E8202782183023F00A5078001718302C1DC8A01058B032F0601C603900100"`), // of no file
			readRestricted, restricted,
			"AT+CRSM=176,25650,0,0,2,,\"7F50\"\r", ok(`+CRSM: 106,130`),
			"AT+CRSM=176,25650,0,0,2,,\"7F105F20\"\r", ok(`+CRSM: 106,130`),
			"AT+CRSM=176,25650,0,0,2,,\"3F007F105F20\"\r", failed("+CME ERROR: 50"),
			"AT+CRSM=176,32768,0,0,2\r", failed("+CME ERROR: 50"),
			"AT+CRSM=176,32767,0,0,2\r", ok(`+CRSM: 106,130`)),
	} {
		d.run(t)
	}
}

func TestCRSMSwapsICCID(t *testing.T) {
	const read = "AT+CRSM=176,12258,0,0,10\r"
	for _, d := range []dialogue{
		with(simcard.CRSMSwapsICCID,
			read, ok(`+CRSM: 144,0,"8988211000000000001F"`),
			"AT+CRSM=176,12258,0,10,1\r", ok(`+CRSM: 107,0`),
			"AT+CRSM=176,28589,0,0,4\r", ok(`+CRSM: 144,0,"00000002"`),
			"AT+CRSM=242\r", ok(`+CRSM: 144,0,"622C820278218410A0000000871002FFFFFFFF8906190000A5078001718302C1DC8A01058B032F0601C603900100"`)),
		{"and without quotes", []simcard.ModemOption{simcard.CRSMSwapsICCID, simcard.CRSMUnquoted}, []string{
			read, ok(`+CRSM: 144,0,8988211000000000001F`)}},
	} {
		t.Run(d.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) { quiet(t, newCard(t), d.quirks...).expect(d.pairs...) })
		})
	}
}

func TestCRSMReboots(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t, small()...), simcard.CRSMReboots)
		h.expect(selectFile, ok(`+CSIM: 4,"9000"`), "AT+CRSM=?\r", done, "AT+CRSM=176,12033,0,0,2\r", "", "AT\r", "")
		if got := h.wait(5); got != "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n" {
			t.Errorf("%q", got)
		}
	})
}
