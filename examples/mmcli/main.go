// Mmcli bootstraps from the SIM of a modem that belongs to ModemManager, which
// stays in charge of it: each AT command goes through its tool mmcli.
//
//	csim.Access ─AT+CSIM=…──▶ mmcli ──D-Bus──▶ ModemManager ──▶ modem ──▶ SIM
//
//	go run ./examples/mmcli -modem 0          mmcli -L lists the modems
//
// ModemManager takes AT commands from others only when it runs with --debug,
// or was built with -Dat_command_via_dbus=true. With --debug its log holds all
// that is sent and read: the keys of the bootstrap data, and PINs.
//
// A command line can be read in /proc by every user of the device for as long
// as the command runs, and each AT command is one. So let no PIN pass this way:
// a card that asks for one is better read over a port of its own (see
// examples/simread). The keys are in answers only, which nobody else sees.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"time"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/examples/internal/show"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func main() {
	modem := flag.String("modem", "any", "the modem: a number or path of mmcli -L, or any")
	timeout := flag.Duration("timeout", time.Minute, "for all of it together")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	if err := run(ctx, mmcli{modem: *modem}, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run bootstraps, and prints what the device would keep, without its keys.
func run(ctx context.Context, modem csim.Commander, out io.Writer) error {
	var store bootstrapper.MemStore // a device has one that outlasts a reboot
	result, err := simboot.Bootstrap(ctx, csim.NewAccess(modem, nil), &store, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "found: %v\n", result.Found)
	return show.Table(out, result.State.Tree(), false)
}
