package simcard_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestModemRunsGetResponse(t *testing.T) {
	const (
		file  = "AT+CSIM=16,\"00A40004022F0100\"\r"
		fcp   = "621C8202412183022F01A503C001408A01058B032F060280020002880108"
		short = "AT+CSIM=10,\"0070000000\"\r"
	)
	tests := []struct {
		name  string
		opts  []simcard.ModemOption
		card  []simcard.Option
		pairs []string
	}{
		{"joins 61xx", nil, nil, []string{file, `64,"` + fcp + `9000"`}},
		{"repeats with the Le of 6Cxx", nil, nil, []string{short, `6,"019000"`}},
		{"on the command's channel", nil, nil, []string{short, `6,"019000"`,
			"AT+CSIM=16,\"01A40004022F0100\"\r", `64,"` + fcp + `9000"`}},
		{"on a channel above 3, in the proprietary class too", nil, []simcard.Option{simcard.Channels(19)}, []string{
			"AT+CSIM=8,\"00700005\"\r", `4,"9000"`,
			"AT+CSIM=16,\"41A40004022F0100\"\r", `64,"` + fcp + `9000"`}},
		{"of class A0", nil, nil, []string{"AT+CSIM=14,\"A0A40000022F01\"\r", `34,"000000022F0104000` + `4FFFF010200009000"`}},
		{"hands over 61xx", []simcard.ModemOption{simcard.HandsOver61()}, nil, []string{
			file, `4,"611E"`,
			"AT+CSIM=10,\"00C000001E\"\r", `64,"` + fcp + `9000"`,
			short, `6,"019000"`}},
		{"hands over 6Cxx", []simcard.ModemOption{simcard.HandsOver6C()}, nil, []string{
			short, `4,"6C01"`,
			file, `64,"` + fcp + `9000"`}},
		{"gives up when nothing comes", nil, []simcard.Option{simcard.GetResponseEmpty}, []string{file, `4,"611E"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				card := newCard(t, small(append(tt.card, simcard.T0)...)...)
				h := newHost(t, card, append(tt.opts, simcard.NoEcho())...)
				for i := 0; i < len(tt.pairs); i += 2 {
					h.expect(tt.pairs[i], "\r\n+CSIM: "+tt.pairs[i+1]+"\r\n\r\nOK\r\n")
				}
			})
		})
	}
}

// GET RESPONSE is of the interindustry class on the command's channel, or A0.
func TestClassOfTheModemsGetResponse(t *testing.T) {
	for cla, want := range map[byte]byte{
		0x00: 0x00, 0x03: 0x03, 0x0F: 0x03, 0x80: 0x00, 0x82: 0x02, 0x40: 0x40, 0x4F: 0x4F, 0x6F: 0x4F, 0xC5: 0x45, 0xE5: 0x45, 0xA0: 0xA0,
	} {
		bubble(t, func(t *testing.T) {
			var got byte
			card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
				if capdu[1] == apdu.INSGetResponse {
					got = capdu[0]
					return []byte{0xAA, 0x90, 0x00}, nil
				}
				return []byte{0x61, 0x01}, nil
			})
			h := newHost(t, card, simcard.NoEcho())
			h.expect(fmt.Sprintf("AT+CSIM=12,\"%02X1000000100\"\r", cla), "\r\n+CSIM: 6,\"AA9000\"\r\n\r\nOK\r\n")
			if got != want {
				t.Errorf("%02X: %02X, want %02X", cla, got, want)
			}
		})
	}
}

func TestModemBoundsGetResponse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := 0
		card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
			if n++; n == 1 {
				return []byte{0x61, 0x01}, nil
			}
			return []byte{0xAA, 0x61, 0x01}, nil
		})
		h := newHost(t, card, simcard.NoEcho())
		h.expect("AT+CSIM=14,\"00A40004023F00\"\r", "\r\n+CSIM: 132,\""+strings.Repeat("AA", 64)+"6101\"\r\n\r\nOK\r\n")
	})
}

func TestModemFailsWhenTheCardGoesInTheMiddle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		card := newCard(t, small(simcard.T0)...)
		card.Before(func(n int, _ apdu.Command) {
			if n == 2 {
				card.Remove()
			}
		})
		newHost(t, card, simcard.NoEcho()).expect("AT+CMEE=1\r", "\r\nOK\r\n",
			"AT+CSIM=16,\"00A40004022F0100\"\r", "\r\n+CME ERROR: 10\r\n")
	})
}

func TestMalformedCommandIsNotRepeated(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var seen []string
		card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
			seen = append(seen, fmt.Sprintf("%X", capdu))
			return []byte{0x6C, 0x00}, nil
		})
		newHost(t, card, simcard.NoEcho()).expect(
			"AT+CSIM=14,\"00A4000C032F01\"\r", "\r\n+CSIM: 4,\"6C00\"\r\n\r\nOK\r\n",
			"AT+CSIM=10,\"00B0000005\"\r", "\r\n+CSIM: 4,\"6C00\"\r\n\r\nOK\r\n")
		if got := strings.Join(seen, " "); got != "00A4000C032F01 00B0000005 00B0000000" {
			t.Error(got)
		}
	})
}
