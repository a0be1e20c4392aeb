package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/simulate"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// Exit statuses; the help of the root command tells them.
const (
	statusDone        = 0
	statusFault       = 1
	statusUsage       = 2
	statusNoData      = 3
	statusKey         = 4
	statusInterrupted = 130 // 128 + SIGINT, as shells have it
)

// failure is an error with the exit status and the advice that go with it. A
// nil err was told already.
type failure struct {
	status int
	err    error
	advice string
}

func (f *failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("status %d", f.status)
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// told is the failure whose reasons were printed already.
func told(status int, advice string) error { return &failure{status: status, advice: advice} }

// usage is the failure of a command line.
func usage(cmd *cobra.Command, err error) error {
	return &failure{status: statusUsage, err: err, advice: "see " + cmd.CommandPath() + " --help"}
}

// finish tells an error, a line, and what to do about it, another one, and
// returns the exit status.
func (a *app) finish(ctx context.Context, err error) int {
	if err == nil {
		return statusDone
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{status: statusOf(ctx, err), err: err}
	}
	if f.status == statusInterrupted {
		f.err = interrupted(f.err)
	}
	if f.advice == "" && f.err != nil {
		f.advice = adviceOn(f.err)
	}
	if f.err != nil {
		a.say("%s", strings.Join(strings.FieldsFunc(worded(f.err), func(r rune) bool { return r == '\n' }), "; "))
	}
	if f.advice != "" {
		a.say("%s", f.advice)
	}
	return f.status
}

// pinWords are the tool's words for errors of PINs. Those of package simboot are
// for who writes a program: they name fields, and a memory for PINs that a run
// of the tool does not leave behind.
var pinWords = []struct {
	target       error
	text, advice string
}{
	{simboot.ErrPINNeeded, "a PIN is needed", "give the PIN by --pin-file FILE; a wrong one costs a try"},
	{simboot.ErrPINRefused, "the card refused this PIN", "do not try another one before you are sure of it: each that is wrong costs a try"},
	{simboot.ErrPINTries, "too few tries left to send a PIN", "one wrong PIN more may block it: enter the right one in a telephone, or by AT+CPIN"},
	{simboot.ErrPINBlocked, "the PIN is blocked", "the PUK unblocks it, in a telephone or by AT+CPIN"},
}

// worded is an error's text, in the tool's words.
func worded(err error) string {
	text := err.Error()
	for _, w := range pinWords {
		text = strings.ReplaceAll(text, w.target.Error(), w.text)
	}
	return text
}

// interrupted is what an interrupt is told as: with what it left behind, as a
// card whose header is empty, where the error tells that.
func interrupted(err error) error {
	if err == context.Canceled {
		return errors.New("interrupted")
	}
	return fmt.Errorf("interrupted: %w", err)
}

// say writes a line to the standard error.
func (a *app) say(format string, args ...any) {
	fmt.Fprintf(a.stderr, "lwm2mboot: "+format+"\n", args...)
}

func statusOf(ctx context.Context, err error) int {
	var key *personal.KeyError
	var name *simulate.NameError
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return statusInterrupted
	case errors.Is(err, simboot.ErrNoData):
		return statusNoData
	case errors.As(err, &key), errors.Is(err, apdu.ErrSecurity), errors.Is(err, personal.ErrNoKey), errors.Is(err, scp03.ErrNotAuthenticated):
		return statusKey
	case errors.As(err, &name), errors.Is(err, simcard.ErrBadOption), errors.Is(err, image.ErrOptions), errors.Is(err, personal.ErrOptions):
		return statusUsage
	}
	return statusFault
}

// adviceOn is what to do about an error, when that is known.
func adviceOn(err error) string {
	var name *simulate.NameError
	if errors.As(err, &name) {
		list := fmt.Sprintf("--list-%ss lists them", name.Kind)
		if name.Nearest != "" {
			return fmt.Sprintf("did you mean %s? %s", name.Nearest, list)
		}
		return list
	}
	for _, w := range pinWords {
		if errors.Is(err, w.target) {
			return w.advice
		}
	}
	for _, a := range []struct {
		target error
		text   string
	}{
		{config.ErrMasked, "decode again with --show-secrets: a masked configuration has no keys"},
		{scp03.ErrNotAuthenticated, "are these the keys of this card? Cards count failures"},
		{scp03.ErrNotOffered, "without --scp03-keys everything goes in the clear"},
		{personal.ErrNoKey, "give the issuer's key by --adm-file FILE, or a PIN by --pin-file FILE"},
		{personal.ErrTries, "--last-try uses it all the same"},
		{personal.ErrFilled, "look at the card with lwm2mboot card inspect; --replace writes over it"},
		{personal.ErrNoFile, "look at the card with lwm2mboot card inspect; lwm2mboot card image makes what leads to the file"},
		{personal.ErrUnverified, "give the PIN that reading asks for by --pin-file FILE"},
		{apdu.ErrNoCard, "is a card in the modem or reader, and does the modem see it (AT+CPIN?)?"},
		{apdu.ErrCardPIN, `unlock the SIM first: AT+CPIN="<PIN>"`},
		{apdu.ErrCardLocked, `the SIM needs its PUK: AT+CPIN="<PUK>","<new PIN>"`},
		{apdu.ErrCardBusy, "the modem is still starting up: try again in some seconds"},
		{apdu.ErrNoChannel, "the card or the modem gives no logical channel; --basic uses the modem's own"},
		{apdu.ErrRefused, "the modem does not pass this command on; is it the AT port, and does AT+CSIM or AT+CCHO work on it?"},
		{context.DeadlineExceeded, "no answer in time: is it the modem's AT port, at the right --baud, and does no other program use it?"},
	} {
		if errors.Is(err, a.target) {
			return a.text
		}
	}
	return ""
}
