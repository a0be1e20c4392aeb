// Lwm2mboot makes the bootstrap data that a SIM holds for LwM2M devices,
// checks them, puts them on cards, and simulates such cards.
//
//	configuration ──generate──▶ EF(LwM2M_Bootstrap) ──card write──▶ card ──card read──▶ …
//	  YAML, JSON   ◀──decode───       check, diff      card image   card inspect
//	  dictionary   ──batch──▶ a file for each row of data           simulate
//
// See lwm2mboot --help, and --help of each command.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second Ctrl-C ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := newRoot(a)
	root.SetArgs(append([]string{}, args...)) // nil would stand for os.Args
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	var f *failure
	if err != nil && !a.begun && !errors.As(err, &f) {
		err = usage(cmd, err)
	}
	return a.finish(ctx, err)
}

// app is what the commands of one run share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	begun bool // the command line was understood
	taken bool // the standard input is being read
}
