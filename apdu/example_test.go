package apdu_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// A status word is an error by itself, with its meaning, and matches classes.
func ExampleSW() {
	resp, err := apdu.ParseResponse([]byte{0x6A, 0x82})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = resp.SW.Err()
	fmt.Println(err)
	fmt.Println(errors.Is(err, apdu.ErrNotFound), errors.Is(err, apdu.ErrSecurity))

	fmt.Println(apdu.SW(0x910B).Err()) // a proactive command waits: a success
	tries, _ := apdu.SW(0x63C2).Retries()
	fmt.Println(tries)
	// Output:
	// SW 6A82: file or application not found
	// true false
	// <nil>
	// 2
}

func ExampleParseFCP() {
	answer, _ := hex.DecodeString("621B82024121830264328A01058B036F0604800202008800A503C00140")
	fcp, err := apdu.ParseFCP(answer)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fcp.FID, fcp.Structure, fcp.Size)
	// Output: 6432 transparent 512
}

// Commands are values; their text shows no data, which may be a PIN.
func ExampleCommand() {
	pin, _ := apdu.PadPIN("1234")
	command := apdu.Verify(0x01, pin)
	capdu, err := command.Bytes()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(command)
	fmt.Println(len(capdu), "bytes")
	// Output:
	// VERIFY 00 20 00 01 Lc=8
	// 13 bytes
}

// The file is padded; its first byte says how much of it is meant.
func ExampleChannel_ReadFile() {
	content := append([]byte{5}, "hello"...)
	card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
		fmt.Printf("> % X\n", capdu)
		switch {
		case bytes.HasPrefix(capdu, []byte{0x00, 0x70, 0x00}): // MANAGE CHANNEL open
			return []byte{0x01, 0x90, 0x00}, nil
		case bytes.HasPrefix(capdu, []byte{0x01, 0xB0}): // READ BINARY on channel 1
			return append(append(content, 0xFF, 0xFF, 0xFF), 0x90, 0x00), nil
		}
		return []byte{0x90, 0x00}, nil
	})

	ctx := context.Background()
	ch, err := apdu.OpenChannel(ctx, card)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer ch.Close(ctx) // works when ctx has ended, too

	ref := apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{0x6432}}
	file, err := ch.ReadFile(ctx, ref, func(head []byte) (int, error) {
		if len(head) == 0 {
			return 1, nil // the file is empty: one byte is due all the same
		}
		return 1 + int(head[0]), nil
	})
	fmt.Printf("%q, %v\n", file, err)
	// Output:
	// > 00 70 00 00 01
	// > 01 A4 04 0C 0C A0 00 00 00 63 50 4B 43 53 2D 31 35
	// > 01 A4 00 0C 02 64 32
	// > 01 B0 00 00 00
	// "\x05hello", <nil>
	// > 00 70 80 01
}

// EF(DIR) holds a record for each application.
func ExampleChannel_ReadRecords() {
	records := []string{"first", "second"}
	card := apdu.TransportFunc(func(_ context.Context, capdu []byte) ([]byte, error) {
		c, err := apdu.ParseCommand(capdu)
		if err != nil {
			return nil, err
		}
		r := apdu.Response{SW: apdu.SWOK}
		switch n := int(c.P1); {
		case c.INS != apdu.INSReadRecord:
		case n > len(records):
			r.SW = apdu.SWRecordNotFound
		default:
			r.Data = []byte(records[n-1])
		}
		return r.AppendTo(nil), nil
	})
	ch := apdu.BasicChannel(card)
	for record, err := range ch.ReadRecords(context.Background(), apdu.Path{apdu.FIDMF, apdu.FIDDir}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(string(record))
	}
	// Output:
	// first
	// second
}
