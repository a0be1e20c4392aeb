package simcard_test

import (
	"bytes"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// FuzzSecureCard sends commands, each behind an octet that tells its length,
// to a card with a session open on channel 1. Whatever they are: without the
// keys nobody is authenticated, nothing counts as wrapped, and no answer holds
// the file; sessions are on open channels only.
func FuzzSecureCard(f *testing.F) {
	for _, script := range []string{
		"0E 8150000008010203040506070800 15 8582330010 00000000000000000000000000000000",
		"0D 05B0000008 0000000000000000", "05 01B0000000", "07 01A4000C026432 05 01B0000000",
		"11 01A4040C0CA000000063504B43532D3135 07 01A4000C026432 05 01B0000000",
		"04 01708000 04 00700001 05 05B0000000", "12 00A4040C0CA000000063504B43532D3135 0D 04B0000008 0000000000000000",
		"05 01C0000010 05 85C0000010", "07 A0A40000026432 05 A0B0000010",
	} {
		f.Add(byte(0), unhex(f, script))
		f.Add(byte(1), unhex(f, script))
		f.Add(byte(0x71), unhex(f, script))
	}
	keys := keys16(f)
	secret := bytes.Repeat([]byte{0xC5, 0x3A, 0x96}, 40)
	f.Fuzz(func(t *testing.T, choice byte, script []byte) {
		opts := []simcard.Option{
			simcard.BootstrapFile(secret), simcard.SecureChannel(keys), simcard.SecureParameter(scp03.ParameterRMAC | scp03.ParameterRENC | choice&0x11),
			simcard.ReadCondition(simcard.Secured(scp03.Level01), pkcs15.FIDBootstrap),
		}
		if choice&0x20 != 0 {
			opts = append(opts, simcard.T0)
		}
		card := newCard(t, opts...)
		cfg := hostOf(keys)
		cfg.S16 = choice&scp03.ParameterS16 != 0
		secured(t, card, cfg)
		for len(script) > 0 {
			n := min(int(script[0]), len(script)-1)
			command := script[1 : 1+n]
			script = script[1+n:]
			rapdu, err := card.Transmit(t.Context(), command)
			if err != nil || len(rapdu) < 2 || len(rapdu) > 2+apdu.MaxShortNe {
				t.Fatalf("%X: %d octets, %v", command, len(rapdu), err)
			}
			if bytes.Contains(rapdu, secret[:9]) {
				t.Fatalf("%X: the file", command)
			}
			if card.Authenticated() != 1 || card.WrappedCommands(insOf(command)) != 0 {
				t.Fatalf("%X: taken for the host's", command)
			}
			for _, n := range card.SecureChannels() {
				if n != 1 || len(card.OpenChannels()) == 0 {
					t.Fatalf("%X: a session on %d, open %v", command, n, card.OpenChannels())
				}
			}
		}
	})
}

// insOf is the instruction of a command that may be cut short.
func insOf(capdu []byte) byte {
	if len(capdu) < 2 {
		return 0
	}
	return capdu[1]
}
