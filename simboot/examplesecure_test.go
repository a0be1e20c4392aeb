package simboot_test

import (
	"context"
	"fmt"
	"log"

	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// The card gives its data through the secure channel alone. The device has the
// issuer's master keys, from which those of each card follow.
func ExampleSecureChannel() {
	ctx := context.Background()
	key := []byte("0123456789ABCDEF")
	master, err := scp03.NewKeys(0x30, key, key, key)
	if err != nil {
		log.Fatal(err)
	}
	diversification := [10]byte{0x89, 0x88, 0x21}
	keys, err := scp03.Diversify(master, diversification)
	if err != nil {
		log.Fatal(err)
	}
	card, err := simcard.New(simcard.BootstrapFile(file),
		simcard.SecureChannel(keys), simcard.SecureDiversification(diversification),
		simcard.ReadCondition(simcard.Secured(scp03.Level33), pkcs15.FIDBootstrap))
	if err != nil {
		log.Fatal(err)
	}

	var store bootstrapper.MemStore
	result, err := simboot.Check(ctx, card, &store, &simboot.Config{
		SecureChannel: simboot.SecureChannel{
			Mode: simboot.SecureRequired,
			Open: scp03.Opener(scp03.Config{KeysFor: scp03.DiversifiedKeys(master)}),
		},
	})
	if err != nil {
		log.Fatal(err) // nothing has changed
	}
	fmt.Println(result.Change, "through", result.Found.Secure)
	// Output:
	// changed through SCP03 level 33
}
