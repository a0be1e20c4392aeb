// Qmicli bootstraps from the SIM of a Qualcomm modem by QMI, without its AT
// port: each command to the card goes through qmicli, a tool of libqmi.
//
//	apdu.Channel ──APDU──▶ qmicli ──▶ /dev/cdc-wdm0 ──▶ modem ──▶ SIM
//
//	go run ./examples/qmicli -device /dev/cdc-wdm0
//
// It needs libqmi 1.36 or later: --uim-open-logical-channel, --uim-send-apdu
// and --uim-close-logical-channel are missing from 1.32 (Debian 12). By its
// proxy libqmi shares the device with ModemManager.
//
// A command line can be read in /proc by every user of the device for as long
// as the command runs, and each APDU is one: do not verify PINs of the card
// this way, nor write keys. What the card answers nobody else sees.
package main

import (
	"context"
	"errors"
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
)

func main() {
	var q qmicli
	flag.StringVar(&q.device, "device", "/dev/cdc-wdm0", "the modem's QMI device")
	flag.IntVar(&q.slot, "slot", 1, "the SIM's slot, from 1 on")
	flag.BoolVar(&q.direct, "direct", false, "without libqmi's proxy: nobody else may use the device then")
	timeout := flag.Duration("timeout", time.Minute, "for all of it together")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	if err := run(ctx, &q, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run bootstraps, and prints what the device would keep, without its keys.
func run(ctx context.Context, card *qmicli, out io.Writer) (err error) {
	if err := card.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, card.close(ctx)) }()
	var store bootstrapper.MemStore // a device has one that outlasts a reboot
	result, err := simboot.Bootstrap(ctx, card, &store, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "found: %v\n", result.Found)
	return show.Table(out, result.State.Tree(), false)
}
