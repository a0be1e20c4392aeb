// Firmware shows what a device's firmware has to write to bootstrap from its
// SIM: this file. The AT queue (at.go) and the flash (flash.go) stand for what
// the firmware has already; both are reached by an interface of a method or
// two.
//
//	go run ./examples/firmware -port /dev/ttyUSB2
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// bootstrap looks at the SIM, does what is to be done when it is new, changed or
// gone, and returns the servers to register with. A firmware calls it at its
// start, and before each Register and Update. On any error the store is as it
// was.
func bootstrap(ctx context.Context, at csim.Commander, store bootstrapper.Store) ([]objects.Account, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	res, err := simboot.Check(ctx, csim.NewAccess(at, nil), store, nil)
	switch {
	case err != nil:
		log.Print("the SIM could not be read, going on with what is stored: ", err)
	case res.Problem != nil:
		log.Print("the SIM gives no data, going on with what is stored: ", res.Problem)
	case res.Changed:
		log.Print("the SIM gave new data; no longer registered with: ", res.Removed)
	}
	state, err := store.Load(ctx)
	if err != nil {
		return nil, err
	}
	return state.Tree().Accounts(), nil
}

func main() {
	path := flag.String("port", "/dev/ttyUSB2", "the modem's AT port")
	flag.Parse()
	port, err := os.OpenFile(*path, os.O_RDWR, 0)
	if err != nil {
		log.Fatal(err)
	}
	accounts, err := bootstrap(context.Background(), newATQueue(port), &flash{})
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range accounts {
		fmt.Println("register with", a.Security.URI, "for", a.Server.Lifetime.Duration())
	}
}
