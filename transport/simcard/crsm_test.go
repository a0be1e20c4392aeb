package simcard_test

import (
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestCRSM(t *testing.T) {
	pad := simcard.EF(0x6F44, []byte{1, 2, 3})
	pad.Update = simcard.Always
	for name, opts := range map[string][]simcard.Option{
		"plain": nil,
		"T=0":   {simcard.T0},
		"no answer to SELECT refused, by FID without Le only": {simcard.RefuseNoAnswer, simcard.RefusePaths, simcard.RefuseFIDWithLe},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				card := newCard(t, append(opts, simcard.BootstrapFile([]byte("content")), simcard.BootstrapFileSize(10),
					simcard.Files(simcard.DF(0x7F10, pad, simcard.RecordEF(0x6F3A, []byte("ab"), []byte("cd")))))...)
				h := quiet(t, card)
				h.expect(
					"AT+CRSM=176,25650,0,0,10,,\"7F50\"\r", ok(`+CRSM: 144,0,"636F6E74656E74FFFFFF"`),
					"AT+CRSM=176,25650,0,7,3,\"\",\"3F007F50\"\r", ok(`+CRSM: 144,0,"FFFFFF"`),
					"AT+CRSM=176,12258,0,0,10\r", ok(`+CRSM: 144,0,"988812010000000000F1"`), // EF(ICCID)
					"AT+CRSM=178,28474,2,4,2,,7F10\r", ok(`+CRSM: 144,0,"6364"`),
					"AT+CRSM=214,28484,0,1,2,\"0809\",\"7F10\"\r", ok(`+CRSM: 144,0`),
					"AT+CRSM=176,28484,0,0,3,,\"7F10\"\r", ok(`+CRSM: 144,0,"010809"`),
					"AT+CRSM=176,28589,0,0,4\r", ok(`+CRSM: 144,0,"00000002"`), // EF(AD) of the USIM
					"AT+CRSM=176,25650,0,0,10,,\"7F51\"\r", ok(`+CRSM: 106,130`), // no such directory
					"AT+CRSM=176,25650,0,0,10\r", ok(`+CRSM: 106,130`), // not in the USIM
					"AT+CRSM=242,0,0,12,0\r", ok(`+CRSM: 144,0`), // STATUS
					"AT+CRSM=242\r", ok(`+CRSM: 144,0,"622C820278218410A0000000871002FFFFFFFF8906190000A5078001718302C1DC8A01058B032F0601C603900100"`), // of the USIM
				)
				if got := card.OpenChannels(); got != nil {
					t.Errorf("open: %v", got)
				}
			})
		})
	}
}

func TestCRSMTellsTheFCP(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := quiet(t, newCard(t, small(simcard.T0)...), simcard.HandsOver61(), simcard.HandsOver6C())
		h.expect("AT+CRSM=192,12033,0,0,15\r",
			ok(`+CRSM: 144,0,"621C8202412183022F01A503C001408A01058B032F060280020002880108"`))
	})
}

func TestCRSMRefusesWhatIsNotWellFormed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small()...)
		h := quiet(t, card)
		for _, argument := range []string{
			``, `x`, `176`, `176,12033,0,0`, `176,12033,0,0,`, `176,12033,0,0,256`, `176,65536,0,0,2`, `176,-1,0,0,2`,
			`177,12033,0,0,2`, `432,12033,0,0,2`, `176,12033,0,0,2,"0"`, `176,12033,0,0,2,,"7F5"`, `176,12033,0,0,2,,"7F501"`,
			`176,12033,0,0,2,,"7F5000"`, `176,12033,0,0,2,,"",1`, `214,12033,0,0,2,"00"`, `214,12033,0,0,2`,
		} {
			h.expect("AT+CRSM="+argument+"\r", failed("+CME ERROR: 50"))
		}
		if n := card.Total(); n != 0 {
			t.Errorf("%d commands reached the card", n)
		}
		card.Remove()
		h.expect("AT+CRSM=176,12033,0,0,2\r", failed("+CME ERROR: 10"),
			"AT+CRSM=176,28417,0,0,2\r", failed("+CME ERROR: 10"),
			"AT+CRSM=242\r", failed("+CME ERROR: 10"))
	})
}
