package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// A session that went wrong in the field is recorded there, redacted, and
// played again at a desk.
func ExampleRecord() {
	card, _ := simcard.New(simcard.Files(simcard.EF(0x6F3A, []byte("a secret key"))))
	ctx := context.Background()

	var transcript bytes.Buffer // in the field: transport.CreateTranscript("card.txt")
	rec := transport.Record(card, &transcript)
	ch := apdu.BasicChannel(rec)
	ch.Transmit(ctx, apdu.Verify(1, []byte("1234")))
	ch.ReadFile(ctx, apdu.FileRef{Path: apdu.Path{0x3F00, 0x6F3A}, Length: 12}, nil)
	if rec.Err() != nil {
		return
	}
	fmt.Print(transcript.String())

	fmt.Println("\n# redacted")
	var report strings.Builder
	transport.Redact(&report, &transcript)
	fmt.Print(report.String())
	// Output:
	// lwm2mboot transcript 1
	// > 00 20 00 01 04 ** ** ** **
	// < 6A 88
	// > 00 A4 08 0C 02 6F 3A
	// < 90 00
	// > 00 B0 00 00 0C
	// < 61 20 73 65 63 72 65 74 20 6B 65 79 90 00
	//
	// # redacted
	// lwm2mboot transcript 1
	// > 00 20 00 01 04 ** ** ** **
	// < 6A 88
	// > 00 A4 08 0C 02 6F 3A
	// < 90 00
	// > 00 B0 00 00 0C
	// < 58 58 58 58 58 58 58 58 58 58 58 58 90 00
}

// A transcript in a file is a test: the program sends the commands that it
// sent then.
func ExampleReplay() {
	const text = `lwm2mboot transcript 1
# A card whose logical channels are all in use.
> 00 70 00 00 01
< 6A 81
`
	transcript, err := transport.ParseTranscript(strings.NewReader(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	card := transport.Replay(transcript)
	_, _, err = simboot.Read(context.Background(), card, nil)
	fmt.Println(errors.Is(err, apdu.ErrNoChannel), card.Close())

	card = transport.Replay(transcript)
	_, err = card.Transmit(context.Background(), []byte{0x00, 0xB0, 0x00, 0x00, 0x00})
	fmt.Println(err)
	// Output:
	// true <nil>
	// transport: replay: step 1 of 1: READ BINARY 00 B0 00 00 Ne=256 in place of MANAGE CHANNEL 00 70 00 00 Ne=1: not the command that was recorded
}

// What a program does when the card is taken out, refuses to be read, or
// answers half.
func ExampleFault() {
	content := []byte("32 KB of bootstrap data")
	card, _ := simcard.New(simcard.Files(simcard.EF(0x6F3A, content)))
	ctx := context.Background()
	read := func(card apdu.CardTransport) {
		_, err := apdu.BasicChannel(card).ReadFile(ctx, apdu.FileRef{Path: apdu.Path{0x3F00, 0x6F3A}, Length: len(content)}, nil)
		fmt.Println(err)
	}
	readBinary := transport.OnINS(apdu.INSReadBinary)
	read(card)
	read(transport.Fault(card, transport.Since(readBinary), transport.Fail(apdu.ErrNoCard)))
	read(transport.Fault(card, transport.Nth(1, readBinary), transport.Answer(apdu.Response{SW: apdu.SWSecurity})))
	read(transport.Fault(card, transport.At(2), transport.Truncate(1)))
	// Output:
	// <nil>
	// read EF 3F00/6F3A[0+23]: READ BINARY offset 0: no card
	// read EF 3F00/6F3A[0+23]: READ BINARY offset 0: SW 6982: security status not satisfied
	// read EF 3F00/6F3A[0+23]: READ BINARY offset 0: apdu: response of 1 bytes has no status word: malformed APDU
}

func ExampleCreateTranscript() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "card.txt")
	file, err := transport.CreateTranscript(name)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	info, _ := file.Stat()
	fmt.Println(info.Mode())
	_, err = transport.CreateTranscript(name)
	fmt.Println(errors.Is(err, os.ErrExist))
	// Output:
	// -rw-------
	// true
}
