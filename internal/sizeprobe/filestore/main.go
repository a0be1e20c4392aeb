// Sizeprobe is the smallest firmware that bootstraps from a SIM over a serial
// port, keeps what it learns in a file and looks at the card again. Its stripped size is what the library costs a device: see .ci/size.
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
	store, err := bootstrapper.OpenFileStore(os.Args[2])
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	defer store.Close()
	result, err := simboot.Check(context.Background(), csim.NewAccess(csim.NewModem(port, nil), nil), store, nil)
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	for _, account := range result.Accounts() {
		println(account.Security.URI)
	}
}
