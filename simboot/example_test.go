package simboot_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// file is an EF(LwM2M_Bootstrap) with an account of one Server.
var file, _ = hex.DecodeString("0002007A000000005E08015BC80022636F6170733A2F2F65752E696F742E617673797374656D2E636C6F75643A35" +
	"363834C10100C10200C803146578616D706C652D70736B2D6964656E74697479C805133378406D706C3350354B35336372" +
	"33744B3379C10A01000100001208010FC10001C40100015180C10600C10755")

// A device starts with a SIM in its modem. Here both are simulated; in a device
// the modem stands on a serial port, and the store keeps what it is given.
func Example() {
	ctx := context.Background()
	card, err := simcard.New(simcard.BootstrapFile(file))
	if err != nil {
		log.Fatal(err)
	}
	modem := csim.NewModem(simcard.NewModem(card), nil)
	defer modem.Close()
	var store bootstrapper.MemStore

	result, err := simboot.Bootstrap(ctx, csim.New(modem), &store, nil)
	switch {
	case errors.Is(err, simboot.ErrNoData):
		fmt.Println("a normal SIM: go on with what is stored")
		return
	case err != nil:
		log.Fatal(err) // nothing has changed
	}
	fmt.Println(result.Found)
	for _, account := range result.Accounts() {
		fmt.Println("register with", account.Security.URI, "for", account.Server.Lifetime.Duration())
	}
	// Output:
	// EF 6432 of A000000063504B43532D3135 by AID, channel 1, 126 bytes, 9 commands
	// register with coaps://eu.iot.avsystem.cloud:5684 for 24h0m0s
}

// At the next start the same card changes nothing, so that what a server wrote
// in the meantime stays.
func ExampleBootstrap() {
	ctx := context.Background()
	card, err := simcard.New(simcard.BootstrapFile(file))
	if err != nil {
		log.Fatal(err)
	}
	var store bootstrapper.MemStore
	for range 2 {
		result, err := simboot.Bootstrap(ctx, card, &store, nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("changed:", result.Changed)
	}
	// Output:
	// changed: true
	// changed: false
}

// Read leaves what becomes of the data to the caller.
func ExampleRead() {
	card, err := simcard.New(simcard.BootstrapFile(file), simcard.OIDWrappedTwice)
	if err != nil {
		log.Fatal(err)
	}
	content, found, err := simboot.Read(context.Background(), card, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer clear(content) // it holds keys

	fmt.Println("OID:", found.OID)
	for object, err := range tlv.Objects(content) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("object /%d: %d octets\n", object.ID, len(object.Instances))
	}
	// Output:
	// OID: 2.23.43.9.1(double-wrapped)
	// object /0: 94 octets
	// object /1: 18 octets
}

// Open is for code that takes a stream.
func ExampleOpen() {
	card, err := simcard.New(simcard.BootstrapFile(file))
	if err != nil {
		log.Fatal(err)
	}
	stream, err := simboot.Open(context.Background(), card, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer stream.Close() // clears the keys from memory

	n, err := io.Copy(io.Discard, stream)
	fmt.Println(n, err)
	// Output: 126 <nil>
}

// Where the place of the file is known, the directories need not be read.
func ExampleConfig_file() {
	card, err := simcard.New(simcard.BootstrapFile(file))
	if err != nil {
		log.Fatal(err)
	}
	cfg := &simboot.Config{File: apdu.Path{apdu.FIDMF, 0x7F50, 0x6432}}
	_, found, err := simboot.Read(context.Background(), card, cfg)
	fmt.Println(found, err)
	// Output: EF 3F00/7F50/6432 by configured file, channel 1, 126 bytes, 4 commands <nil>
}
