package transporttest

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// cardTakenOut: the error is apdu.ErrNoCard.
func cardTakenOut(b *bench) {
	b.transmit("command", read(1))
	b.card.present(false)
	for i := range 2 {
		r := b.await("command without a card", b.start(b.Context(), read(2+i)))
		if !errors.Is(r.err, apdu.ErrNoCard) {
			b.Errorf("card taken out: error %v, not %v", r.err, apdu.ErrNoCard)
		}
	}
}

// cardPutBack: the transport works again.
func cardPutBack(b *bench) {
	b.card.present(false)
	b.await("command without a card", b.start(b.Context(), read(1)))
	b.card.present(true)
	for i := range 2 {
		if got := b.transmit("command to a card put back", read(2+i)); !bytes.Equal(got, ownAnswer(read(2+i))) {
			b.Fatalf("card put back: the answer is not the command's own")
		}
	}
}

// errorsTellNoBytes of a command: they may be a PIN.
func errorsTellNoBytes(b *bench) {
	pin := []byte("8642")
	verify := append([]byte{0x00, apdu.INSVerify, 0x00, 0x01, 0x04}, pin...)
	var errs []error
	fails := func(ctx context.Context, capdu []byte) {
		if r := b.await("VERIFY", b.start(ctx, bytes.Clone(capdu))); r.err != nil {
			errs = append(errs, r.err)
		}
	}
	ended, cancel := context.WithCancel(b.Context())
	cancel()
	fails(ended, verify)
	fails(b.Context(), verify[:8])             // Lc does not agree
	fails(b.Context(), append(verify, pin...)) // nor here
	b.card.present(false)
	fails(b.Context(), verify)
	b.card.present(true)
	errs = append(errs, b.abandoned(verify))
	b.card.release()
	for _, err := range errs {
		if err != nil && tells(err, pin) {
			b.Fatalf("an error tells bytes of the command's data")
		}
	}
}

// tells looks for the bytes in what an error prints as.
func tells(err error, secret []byte) bool {
	text := fmt.Sprintf("%v\n%+v\n%#v", err, err, err)
	digits := strings.ToLower(text)
	for _, form := range []string{
		string(secret),
		hex.EncodeToString(secret),
		fmt.Sprintf("% x", secret),
		strings.Trim(fmt.Sprint(secret), "[]"),
		strings.TrimPrefix(strings.TrimSuffix(fmt.Sprintf("%#v", secret), "}"), "[]byte{"),
	} {
		if strings.Contains(digits, form) {
			return true
		}
	}
	return false
}

// concurrentCommands get their own answers each.
func concurrentCommands(b *bench) {
	const callers, commands = 8, 25
	b.card.hold() // until all of them have begun
	time.AfterFunc(abandon, b.card.release)
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			for i := range commands {
				n := caller*commands + i
				rapdu, err := b.transport.Transmit(b.Context(), read(n))
				if err != nil {
					b.Errorf("concurrent command: %v", err)
					return
				}
				if !bytes.Equal(rapdu, ownAnswer(read(n))) {
					b.Errorf("concurrent commands: an answer is another command's")
					return
				}
			}
		})
	}
	all.Wait()
}
