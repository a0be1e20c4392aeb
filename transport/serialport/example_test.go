package serialport_test

import (
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
)

// What Open returns while ModemManager has the port.
func ExampleBusyError() {
	var err error = &serialport.BusyError{Path: "/dev/ttyUSB2", PID: 812, Program: "ModemManager"}

	fmt.Println(errors.Is(err, serialport.ErrBusy))
	var busy *serialport.BusyError
	if errors.As(err, &busy) {
		fmt.Println(busy.Program, busy.PID)
	}
	fmt.Println(err)
	// Output:
	// true
	// ModemManager 812
	// serialport: /dev/ttyUSB2: process 812, "ModemManager", holds the port; systemctl stop ModemManager, keep it away by a udev rule with ENV{ID_MM_PORT_IGNORE}="1", or take another port of the modem
}
