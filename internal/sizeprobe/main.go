// Sizeprobe is the smallest firmware that bootstraps from a SIM over a serial
// port, and looks at the card again, into a store of its own. Its stripped size is what the library costs a device: see .ci/size.
package main

import (
	"context"
	"os"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
)

func main() {
	port, err := serialport.Open(os.Args[1], nil)
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	store := new(bootstrapper.MemStore) // the firmware has its own
	result, err := simboot.Check(context.Background(), csim.NewAccess(csim.NewModem(port, nil), nil), store, nil)
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	for _, account := range result.Accounts() {
		println(account.Security.URI)
	}
}
