package simcard_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// file stands for an EF(LwM2M_Bootstrap).
var file = []byte{0x00, 0x00, 0x00, 0x00}

// hear prints the lines that a modem says, up to OK.
func hear(modem io.Reader) {
	lines := bufio.NewScanner(modem)
	for lines.Scan() {
		fmt.Printf("%q\n", lines.Text())
		if lines.Text() == "OK" {
			return
		}
	}
}

// A card and a modem, and what a program sees of them.
func Example() {
	card, err := simcard.New(simcard.BootstrapFile(file))
	if err != nil {
		log.Fatal(err)
	}
	modem := simcard.NewModem(card)
	defer modem.Close()

	io.WriteString(modem, "AT+CSIM=10,\"0070000001\"\r")
	hear(modem)
	fmt.Println("open channels:", card.OpenChannels())
	// Output:
	// "AT+CSIM=10,\"0070000001\"\r"
	// "+CSIM: 6,\"019000\""
	// ""
	// "OK"
	// open channels: [1]
}

// readFirst is a client: it follows the directories to the bootstrap file.
func readFirst(ctx context.Context, card apdu.CardTransport) ([]byte, error) {
	ch, err := apdu.OpenChannel(ctx, card)
	if err != nil {
		return nil, err
	}
	defer ch.Close(ctx)
	if _, err := ch.SelectApp(ctx, apdu.AIDPKCS15); err != nil {
		return nil, err
	}
	for object, err := range pkcs15.Find(ctx, ch, pkcs15.OIDLwM2M) {
		if err != nil {
			return nil, err
		}
		return ch.ReadFile(ctx, object.Ref, func([]byte) (int, error) { return len(file), nil })
	}
	return nil, nil
}

// A client meets every card of the catalogue; the ones that it cannot read are
// told by name.
func ExampleBehaviours() {
	for _, behaviour := range simcard.Behaviours() {
		card, err := simcard.New(simcard.BootstrapFile(file), behaviour)
		if err != nil {
			log.Fatal(err)
		}
		if got, err := readFirst(context.Background(), card); !bytes.Equal(got, file) {
			fmt.Printf("%v: %v\n", behaviour, err)
		}
		if open := card.OpenChannels(); len(open) > 0 {
			fmt.Printf("%v: left open %v\n", behaviour, open)
		}
	}
	// Output:
	// RefuseAID: SELECT AID A000000063504B43532D3135: SW 6A82: file or application not found
}

// The card is pulled when the client reads.
func ExampleCard_Before() {
	card, err := simcard.New(simcard.BootstrapFile(file))
	if err != nil {
		log.Fatal(err)
	}
	card.Before(func(_ int, cmd apdu.Command) {
		if cmd.INS == apdu.INSReadBinary {
			card.Remove()
		}
	})
	_, err = readFirst(context.Background(), card)
	fmt.Println(err)
	// Output:
	// pkcs15: ODF: read EF 5031: READ BINARY offset 0: simcard: no card
}

// A log of headers and status words.
func ExampleCard_Observe() {
	card, err := simcard.New()
	if err != nil {
		log.Fatal(err)
	}
	card.Observe(func(cmd apdu.Command, sw apdu.SW) { fmt.Println(cmd, "-", sw) })
	_, err = readFirst(context.Background(), card)
	fmt.Println(err)
	// Output:
	// MANAGE CHANNEL 00 70 00 00 Ne=1 - SW 9000: done
	// SELECT 01 A4 04 0C Lc=12 - SW 6A82: file or application not found
	// SELECT 01 A4 04 04 Lc=12 Ne=256 - SW 6A82: file or application not found
	// MANAGE CHANNEL 00 70 80 01 - SW 9000: done
	// SELECT AID A000000063504B43532D3135: SW 6A82: file or application not found
}

// Files of one's own, beside those that the card has.
func ExampleFiles() {
	phones := simcard.RecordEF(0x6F3A, []byte("Alice 123"), []byte("Bob   456"))
	phones.Read = simcard.PIN1
	card, err := simcard.New(
		simcard.Files(simcard.DF(0x7F10, phones)),
		simcard.PIN(simcard.PIN1, "1234", 3),
	)
	if err != nil {
		log.Fatal(err)
	}
	for _, command := range []string{
		"\x00\xA4\x08\x0C\x04\x7F\x10\x6F\x3A", // SELECT
		"\x00\xB2\x01\x04\x00",                 // READ RECORD
		"\x00\x20\x00\x01\x081234\xFF\xFF\xFF\xFF",
		"\x00\xB2\x01\x04\x00",
	} {
		rapdu, err := card.Transmit(context.Background(), []byte(command))
		fmt.Printf("%q %v\n", rapdu, err)
	}
	// Output:
	// "\x90\x00" <nil>
	// "i\x82" <nil>
	// "\x90\x00" <nil>
	// "Alice 123\x90\x00" <nil>
}

// The answer comes late, in pieces, and with an unsolicited line in it.
func ExampleFiltered() {
	card, err := simcard.New()
	if err != nil {
		log.Fatal(err)
	}
	modem := simcard.NewModem(card, simcard.NoEcho(), simcard.Filtered(
		simcard.Nth(1, simcard.Inject(-6, "\r\n+CREG: 1\r\n")),
		simcard.On("AT+CMEE", simcard.Delay(10*time.Millisecond)),
		simcard.Pieces(8, time.Millisecond),
	))
	defer modem.Close()

	io.WriteString(modem, "AT+CMEE?\r")
	hear(modem)
	// Output:
	// ""
	// "+CMEE: 0"
	// ""
	// "+CREG: 1"
	// ""
	// "OK"
}
