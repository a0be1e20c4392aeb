package pcsc_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/pcsc"
)

// A card in the first reader that has one: with package simboot, card is what
// Bootstrap, Check and Read take.
func Example() {
	ctx := context.Background()
	card, err := pcsc.Connect(ctx, "", nil)
	switch {
	case errors.Is(err, apdu.ErrNoCard):
		fmt.Println("put a card into the reader")
		return
	case errors.Is(err, apdu.ErrCardBusy), errors.Is(err, pcsc.ErrNoService), errors.Is(err, pcsc.ErrNoReader):
		fmt.Println(err) // it says what to do
		return
	case err != nil:
		fmt.Println(err)
		return
	}
	defer card.Close()
	atr, err := card.ATR(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("ATR %X\n", atr)
}

func ExampleReaders() {
	readers, err := pcsc.Readers(context.Background(), &pcsc.Config{Socket: "/nowhere/pcscd.comm"})
	fmt.Println(len(readers), errors.Is(err, pcsc.ErrNoService))
	// Output: 0 true
}
