package scp03_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// A session is opened behind the SELECT of the application. Then the channel is
// used as ever.
func ExampleOpen() {
	ctx := context.Background()
	ch, err := apdu.OpenChannel(ctx, exampleCard())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer ch.Close(ctx)
	if _, err := ch.SelectApp(ctx, apdu.AIDPKCS15); err != nil {
		fmt.Println(err)
		return
	}
	s, err := scp03.Open(ctx, ch, scp03.Config{KeysFor: scp03.FixedKeys(exampleKeys())})
	if errors.Is(err, scp03.ErrNotAuthenticated) {
		fmt.Println("not our card, or not our keys")
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s)
	content, err := ch.ReadFile(ctx, apdu.FileRef{Path: apdu.Path{0x6432}}, nil)
	fmt.Printf("%s %v\n", content, err)
	// Output:
	// SCP03 session at level 33
	// EF(LwM2M_Bootstrap) <nil>
}

// Keys that are not fixed are found by what the card tells of itself.
func ExampleDiversify() {
	card := scp03.Card{Diversification: [10]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}
	octets := []byte("@ABCDEFGHIJKLMNO") // of a test, and of many cards as they are sold
	master, err := scp03.NewKeys(0, octets, octets, octets)
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := scp03.Diversify(master, card.Diversification)
	if err != nil {
		fmt.Println(err)
		return
	}
	kcv, _ := keys.ENC.CheckValue()
	fmt.Printf("%v, check value of ENC %X\n", keys, kcv)
	// Output: [redacted], check value of ENC E79C05
}
