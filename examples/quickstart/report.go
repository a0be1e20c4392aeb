package main

import (
	"context"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/examples/internal/show"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// report tells what became of the card's data.
func report(out io.Writer, result simboot.CheckResult, at csim.Stats, open []int) error {
	found := result.Found
	switch result.Change {
	case simboot.Changed:
		fmt.Fprintf(out, "\n4. New data, found in EF %v, named by DODF %v (OID %v), on logical channel %d.\n",
			found.File, found.Directory, found.OID, found.Channel)
		if found.Secure != "" {
			fmt.Fprintf(out, "   They came through the secure channel, %s: nobody on the line could read or alter them.\n", found.Secure)
		}
	case simboot.Removed:
		fmt.Fprintf(out, "\n4. No SIM, in two looks: what it gave is deleted.\n")
	default:
		fmt.Fprintf(out, "\n4. Nothing changed.\n")
	}
	if result.Problem != nil {
		fmt.Fprintf(out, "   The SIM gives no data: %v.\n", result.Problem)
	}
	for _, path := range result.Removed {
		fmt.Fprintf(out, "   %v is no longer in use.\n", path)
	}
	_, err := fmt.Fprintf(out, "   %d AT round trips, %d bytes of APDUs; channels left open: %d.\n",
		at.RoundTrips, result.Stats.Sent+result.Stats.Received, len(open))
	return err
}

// showState tells what the device knows now.
func showState(ctx context.Context, out io.Writer, store bootstrapper.Store, path string) error {
	state, err := store.Load(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n5. The store, %s, holds %v.\n\n", path, state)
	if err := show.Table(out, state.Tree(), false); err != nil {
		return err
	}
	if disabled, reason := state.Disabled(bootstrapper.Smartcard); disabled.Len() > 0 {
		fmt.Fprintf(out, "\n   Put aside, because %s:\n\n", reason)
		if err := show.Table(out, disabled, false); err != nil {
			return err
		}
	}
	accounts := state.Tree().Accounts()
	if len(accounts) == 0 {
		_, err := fmt.Fprintf(out, "6. The device has no server to register with.\n")
		return err
	}
	fmt.Fprintf(out, "\n6. The device can register:\n\n")
	for _, account := range accounts {
		fmt.Fprintf(out, "   server %d at %s, security %v, identity %q, lifetime %d s\n",
			account.Server.ShortServerID, account.Security.URI, account.Security.Mode,
			account.Security.Identity, account.Server.Lifetime)
	}
	return nil
}
