package csim_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func ExampleModem() {
	port := newWire() // serialport.Open("/dev/ttyUSB2", nil)
	go func() {
		for line, ok := port.next(); ok; line, ok = port.next() {
			if line == `AT+CSIM=10,"0070000001"` {
				port.send("\r\n+CME ERROR: 10\r\n")
				continue
			}
			port.send("\r\nOK\r\n")
		}
	}()

	modem := csim.NewModem(port, &csim.Config{
		Timeout: 5 * time.Second,
		OnURC:   func(line string) { fmt.Println("URC:", line) },
	})
	defer modem.Close()

	_, err := apdu.OpenChannel(context.Background(), csim.New(modem))
	fmt.Println(err)
	fmt.Println(errors.Is(err, apdu.ErrNoCard))
	// Output:
	// MANAGE CHANNEL open: csim: AT+CSIM: +CME ERROR: 10: SIM not inserted
	// true
}

// A modem whose AT+CSIM is closed to the world is reached all the same, and
// what was learnt of it is kept for the next start.
func ExampleAccess() {
	modem := answers{ // serialport.Open and csim.NewModem
		`AT+CCHO="A000000063504B43532D3135"`: "+CCHO: 1",
		`AT+CGLA=1,14,"00A4000C025031"`:      `+CGLA: 4,"9000"`,
		`AT+CGLA=1,10,"00B0000002"`:          `+CGLA: 8,"A7069000"`,
		`AT+CCHC=1`:                          "",
	}
	ctx := context.Background()
	profile, _ := csim.ParseProfile("") // the file that it was kept in
	card := csim.NewAccess(modem, &csim.AccessConfig{Profile: profile})

	channel, err := apdu.OpenChannel(ctx, card)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer channel.Close(ctx)
	odf := apdu.FileRef{App: apdu.AIDPKCS15, Path: apdu.Path{0x5031}, Length: 2}
	content, err := channel.ReadFile(ctx, odf, nil)
	fmt.Printf("% X, %v, by %s\n", content, err, card.Way())
	fmt.Println(card.Profile())
	// Output:
	// A7 06, <nil>, by AT+CGLA
	// way=cgla
}

// answers is a Commander that refuses all other commands.
type answers map[string]string

func (a answers) Command(_ context.Context, line string) ([]string, error) {
	if answer, ok := a[line]; ok {
		return []string{answer}, nil
	}
	_, err := csim.ParseResult("ERROR")
	return nil, err
}
