//go:build linux || darwin

package pty_test

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard/pty"
)

// A program that opens a serial device finds a modem with a card in it.
func Example() {
	card, err := simcard.New(simcard.BootstrapFile(nil))
	if err != nil {
		log.Fatal(err)
	}
	p, err := pty.Open(simcard.NewModem(card, simcard.NoEcho()))
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()

	port, err := os.OpenFile(p.Path(), os.O_RDWR, 0)
	if err != nil {
		log.Fatal(err)
	}
	defer port.Close()
	io.WriteString(port, "ATI\r")
	lines := bufio.NewScanner(port)
	for lines.Scan() && lines.Text() != "OK" {
		fmt.Println(lines.Text())
	}
	// Output:
	// lwm2mboot
	//
	// simulated modem
}
