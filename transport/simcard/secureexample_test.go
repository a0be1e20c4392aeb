package simcard_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// The file is read through the secure channel only; what is on the line is of
// no use to who does not have the keys. Then somebody alters an answer.
func ExampleSecureChannel() {
	keys, err := scp03.NewKeys(0x30, []byte("K-ENC: 16 octets"), []byte("K-MAC: 16 octets"), nil)
	if err != nil {
		log.Fatal(err)
	}
	card, err := simcard.New(
		simcard.BootstrapFile(file),
		simcard.SecureChannel(keys),
		simcard.ReadCondition(simcard.Secured(scp03.Level33), pkcs15.FIDBootstrap),
		simcard.FlippedMAC.At(4),
	)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	ch, err := apdu.OpenChannel(ctx, card)
	if err != nil {
		log.Fatal(err)
	}
	defer ch.Close(ctx)
	if _, err := ch.SelectApp(ctx, apdu.AIDPKCS15); err != nil {
		log.Fatal(err)
	}
	ref := apdu.FileRef{Path: apdu.Path{pkcs15.FIDBootstrap}, Length: len(file)}
	_, err = ch.ReadFile(ctx, ref, nil)
	fmt.Println("in the clear:", errors.Is(err, apdu.SWSecurity))

	if _, err := scp03.Open(ctx, ch, scp03.Config{KeysFor: scp03.FixedKeys(keys)}); err != nil {
		log.Fatal(err)
	}
	content, err := ch.ReadFile(ctx, ref, nil)
	fmt.Println("through it:", len(content), "octets,", err)
	_, err = ch.ReadFile(ctx, ref, nil)
	fmt.Println("altered:", errors.Is(err, scp03.ErrMAC))
	fmt.Println("reads through it:", card.WrappedCommands(apdu.INSReadBinary))
	// Output:
	// in the clear: true
	// through it: 4 octets, <nil>
	// altered: true
	// reads through it: 2
}
