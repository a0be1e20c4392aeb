package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// mmcli is a csim.Commander. It can be used as it is in a device's program.
//
//	$ mmcli --modem=0 --timeout=30 --command='AT+CSIM=10,"0070000001"'
//	response: '+CSIM: 6,"019000"'
//
// The shell's quotes are not part of it: no shell is involved. ModemManager
// keeps apart the answers to its callers, also to those that gave up.
type mmcli struct {
	modem string // what --modem takes
}

// defaultLimit is for a command whose context has no deadline.
const defaultLimit = 30 * time.Second

// Command implements csim.Commander.
func (m mmcli) Command(ctx context.Context, line string) ([]string, error) {
	limit := defaultLimit
	if deadline, ok := ctx.Deadline(); ok {
		limit = time.Until(deadline)
	}
	ctx, cancel := context.WithTimeout(ctx, limit) // kills it at the end
	defer cancel()
	seconds := max(2, int(limit/time.Second)) // of which mmcli gives the modem all but one
	cmd := exec.CommandContext(ctx, "mmcli", "--modem="+m.modem, fmt.Sprintf("--timeout=%d", seconds), "--command="+line)
	cmd.WaitDelay = time.Second
	stdout, err := cmd.Output()
	if err != nil {
		return nil, failure(ctx, err)
	}
	return answer(string(stdout))
}

// answer takes the information lines out of mmcli's quotes.
func answer(stdout string) ([]string, error) {
	lines, begins := strings.CutPrefix(stdout, "response: '")
	lines, ends := strings.CutSuffix(lines, "'\n")
	if !begins || !ends {
		return nil, errors.New("mmcli: it prints something else than an answer; is its version 1.x?")
	}
	return strings.FieldsFunc(lines, func(r rune) bool { return r == '\r' || r == '\n' }), nil
}

// failure makes an error of what mmcli says when it fails, such as
//
//	error: command failed: 'GDBus.Error:org.freedesktop.ModemManager1.Error.MobileEquipment.SimNotInserted: SIM not inserted'
func failure(ctx context.Context, err error) error {
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("mmcli: %w", ctx.Err())
	case !errors.As(err, &exit):
		return fmt.Errorf("mmcli: is ModemManager installed? %w", err)
	}
	said, _, _ := strings.Cut(string(exit.Stderr), "\n")
	if _, result, ok := strings.Cut(said, ".Error.MobileEquipment."); ok { // a +CME ERROR
		_, text, _ := strings.Cut(result, ": ")
		_, err := csim.ParseResult("+CME ERROR: " + strings.TrimSuffix(text, "'"))
		return fmt.Errorf("mmcli: %w", err)
	}
	return fmt.Errorf("mmcli: %.200q%s", said, advice(said))
}

// advice tells what to do about what mmcli says.
func advice(said string) string {
	for _, a := range []struct{ said, do string }{
		{"debug mode", "run ModemManager with --debug, or one built with -Dat_command_via_dbus=true"},
		{".Error.Core.Unauthorized", "ask as root, or as a user whom polkit lets control modems"},
		{"find modem", "mmcli -L lists the modems"},
		{"find the ModemManager", "is it running? systemctl start ModemManager"},
	} {
		if strings.Contains(said, a.said) {
			return "; " + a.do
		}
	}
	return ""
}
