package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// defaultLimit is for a command whose context has no deadline. Qmicli itself
// gives the modem ten seconds.
const defaultLimit = 20 * time.Second

// run runs qmicli, and returns what follows success on the line that begins so.
// No shell is involved. The end of ctx kills it; what the modem answers later
// reaches nobody.
func (q *qmicli) run(ctx context.Context, success string, args ...string) (string, error) {
	args = append(args, "--device="+q.device)
	if !q.direct {
		args = append(args, "--device-open-proxy")
	}
	if _, ok := ctx.Deadline(); !ok {
		limited, cancel := context.WithTimeout(ctx, defaultLimit)
		defer cancel()
		ctx = limited
	}
	cmd := exec.CommandContext(ctx, "qmicli", args...)
	cmd.WaitDelay = time.Second
	stdout, err := cmd.Output()
	if err != nil {
		return "", failure(ctx, err)
	}
	for line := range strings.Lines(string(stdout)) {
		if text, ok := strings.CutPrefix(strings.Trim(line, "\t\n"), success); ok {
			return text, nil
		}
	}
	if success == "" {
		return "", nil
	}
	return "", fmt.Errorf("qmicli: it does not print %q", success)
}

// failure makes an error of what qmicli says when it fails, such as
//
//	error: open logical channel operation failed: QMI protocol error (82): 'AccessDenied'
func failure(ctx context.Context, err error) error {
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("qmicli: %w", ctx.Err())
	case !errors.As(err, &exit):
		return fmt.Errorf("qmicli: is libqmi installed (libqmi-utils, qmi-utils)? %w", err)
	}
	said, _, _ := strings.Cut(string(exit.Stderr), "\n")
	switch {
	case strings.Contains(said, "QMI protocol error"):
		return fmt.Errorf("qmicli: %.200q: %w", said, apdu.ErrRefused)
	case strings.Contains(said, "Unknown option"): // it prints the option, and with it an APDU
		return errors.New("qmicli: it does not know --uim-send-apdu and its like: libqmi 1.36 does")
	}
	return fmt.Errorf("qmicli: %.200q; is it a QMI device, and may this user open it?", said)
}
