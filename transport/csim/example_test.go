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
