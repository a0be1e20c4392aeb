package main

import (
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// issuerKeys are the keys that the card and the device share. A device has them
// from its factory, for its own card alone or as master keys; see
// scp03.DiversifiedKeys.
func issuerKeys() (scp03.Keys, error) {
	return scp03.NewKeys(0x30, []byte("0123456789 - ENC"), []byte("0123456789 - MAC"), nil)
}

// demand makes the card give its data through the secure channel alone.
func demand(keys scp03.Keys) []simcard.Option {
	return []simcard.Option{
		simcard.SecureChannel(keys),
		simcard.ReadCondition(simcard.Secured(scp03.Level33), pkcs15.FIDBootstrap),
	}
}

// secured is what the device asks for then.
func secured(keys scp03.Keys) simboot.SecureChannel {
	return simboot.SecureChannel{
		Mode: simboot.SecureRequired,
		Open: scp03.Opener(scp03.Config{KeysFor: scp03.FixedKeys(keys)}),
	}
}
