package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

// atQueue stands for the firmware's own driver of the AT port, which sends a
// command, collects the lines up to the final result code, and hands lines
// that nobody asked for to whom they concern. It is the csim.Commander.
//
// A modem that does not answer in time may do so later, when another command
// waits. This queue takes no chances: it gives the modem up then, as firmware
// does that restarts a silent modem. A csim.Modem knows how to go on.
type atQueue struct {
	port   io.Writer
	lines  chan string // from the modem
	silent bool
}

var errSilent = errors.New("the modem did not answer, restart it")

func newATQueue(port io.ReadWriter) *atQueue {
	q := &atQueue{port: port, lines: make(chan string, 16)}
	go func() {
		defer close(q.lines)
		for scan := bufio.NewScanner(port); scan.Scan(); {
			q.lines <- scan.Text()
		}
	}()
	return q
}

// Command implements csim.Commander. The firmware has other users of the port;
// here there is one.
func (q *atQueue) Command(ctx context.Context, line string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if q.silent {
		return nil, errSilent
	}
	if _, err := io.WriteString(q.port, line+"\r"); err != nil {
		return nil, err
	}
	var answer []string
	for {
		select {
		case got, ok := <-q.lines:
			if !ok {
				return nil, io.ErrUnexpectedEOF
			}
			if final, err := csim.ParseResult(got); err != nil {
				return nil, fmt.Errorf("modem: %w", err)
			} else if final {
				return answer, nil
			}
			answer = append(answer, got)
		case <-ctx.Done():
			q.silent = true
			return nil, ctx.Err()
		}
	}
}
