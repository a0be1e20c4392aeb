//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package bootstrapper_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// A device that keeps its accounts over a reboot.
func ExampleFileStore() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "bootstrap") // on a device, in a directory like /var/lib/lwm2m

	start := func() {
		store, err := bootstrapper.OpenFileStore(path)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer store.Close()

		res, err := bootstrapper.Apply(ctx, bytes.NewReader(ef), store, nil)
		switch {
		case errors.Is(err, bootstrapper.ErrCorrupt):
			// The device decides; this one starts anew, and takes the card's data next time.
			fmt.Println("damaged:", store.Replace(ctx, new(bootstrapper.State)))
			return
		case err != nil:
			fmt.Println(err)
			return
		}
		fmt.Println("changed:", res.Changed, "-", res.State)
	}
	start()
	start() // after a reboot

	if err := os.WriteFile(path, []byte("a worn-out flash"), 0o600); err != nil {
		fmt.Println(err)
	}
	start()
	start()
	// Output:
	// changed: true - 2 Object Instances (2 smartcard)
	// changed: false - 2 Object Instances (2 smartcard)
	// damaged: <nil>
	// changed: true - 2 Object Instances (2 smartcard)
}

// A store of one's own needs two functions: here a page of EEPROM, with the
// length in front.
func ExampleAppendState() {
	var eeprom [4096]byte

	var store bootstrapper.MemStore
	res, err := bootstrapper.Apply(context.Background(), bytes.NewReader(ef), &store, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := bootstrapper.AppendState(make([]byte, 2, 1024), res.State)
	if err != nil {
		fmt.Println(err)
		return
	}
	n := len(b) - 2
	b[0], b[1] = byte(n>>8), byte(n)
	copy(eeprom[:], b)
	clear(b) // it holds keys

	n = int(eeprom[0])<<8 | int(eeprom[1])
	state, err := bootstrapper.ParseState(eeprom[2 : 2+n])
	fmt.Println(n, "octets:", state, err)

	eeprom[100] ^= 1
	_, err = bootstrapper.ParseState(eeprom[2 : 2+n])
	fmt.Println(errors.Is(err, bootstrapper.ErrCorrupt), err)
	// Output:
	// 193 octets: 2 Object Instances (2 smartcard) <nil>
	// true bootstrapper: offset 161: the checksum does not fit: corrupt
}
