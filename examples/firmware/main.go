// Firmware shows what a device's firmware has to write to bootstrap from its
// SIM: this file. The AT queue (at.go) and the flash (flash.go) stand for what
// the firmware has already; both are reached by an interface of a method or
// two.
//
//	go run ./examples/firmware -port /dev/ttyUSB2
package main

import (
	"context"
	"errors"
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

// bootstrap brings what the SIM holds into the store, and returns the servers
// to register with. On any error the store is as it was.
func bootstrap(ctx context.Context, at csim.Commander, store bootstrapper.Store) ([]objects.Account, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	_, err := simboot.Bootstrap(ctx, csim.New(at), store, nil)
	switch {
	case errors.Is(err, simboot.ErrNoData):
		log.Print("the SIM has no bootstrap data, going on with what is stored")
	case err != nil:
		log.Print("the SIM could not be read, going on with what is stored: ", err)
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
