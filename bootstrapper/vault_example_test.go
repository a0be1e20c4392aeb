package bootstrapper_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// element is a secure element with a few slots for keys. The reference to a
// key is its slot's number.
type element struct {
	slots [8][]byte
}

var errFull = errors.New("no slot is free")

func (e *element) Seal(_ context.Context, at objects.Path, in objects.Instance, secret objects.Secret) ([]byte, error) {
	mode := "unknown"
	if s, err := in.Security(); err == nil {
		mode = s.Mode.String()
	}
	for i, slot := range e.slots {
		if slot == nil {
			e.slots[i] = secret.Bytes()
			fmt.Printf("slot %d: the key of %v, mode %s\n", i, at, mode)
			return []byte{byte(i)}, nil
		}
	}
	return nil, errFull
}

func (e *element) Open(_ context.Context, ref []byte) (objects.Secret, error) {
	if len(ref) != 1 || int(ref[0]) >= len(e.slots) || e.slots[ref[0]] == nil {
		return objects.Secret{}, errors.New("no such slot")
	}
	return objects.NewSecret(e.slots[ref[0]]), nil
}

func (e *element) Retain(_ context.Context, refs [][]byte) error {
	keep := map[byte]bool{}
	for _, ref := range refs {
		keep[ref[0]] = true
	}
	for i := range e.slots {
		if e.slots[i] != nil && !keep[byte(i)] {
			clear(e.slots[i])
			e.slots[i] = nil
			fmt.Printf("slot %d: free\n", i)
		}
	}
	return nil
}

// Keys live in a secure element; what the store below has of them is the
// number of a slot.
func ExampleWithVault() {
	ctx := context.Background()
	var below bootstrapper.MemStore // a store on flash
	store := bootstrapper.WithVault(&below, new(element))

	// From here on all is as with any store.
	if _, err := bootstrapper.Apply(ctx, bytes.NewReader(ef), store, nil); err != nil {
		fmt.Println(err)
		return
	}
	key := objects.ResourcePath(objects.ObjectSecurity, 1, objects.SecuritySecretKey)
	state, _ := store.Load(ctx)
	loaded, _ := state.Tree().Value(key)
	fmt.Println("loaded:", loaded)

	state, _ = below.Load(ctx)
	stored, _ := state.Tree().Value(key)
	octets, _ := stored.Octets()
	fmt.Println("on flash:", stored, "the last is the slot:", octets[len(octets)-1])

	// The card was taken out for good.
	_, err := bootstrapper.Update(ctx, store, func(s *bootstrapper.State) error {
		s.Forget(bootstrapper.Smartcard)
		return nil
	})
	fmt.Println("forgotten:", err)
	// Output:
	// slot 0: the key of /0/1/5, mode PSK
	// loaded: [19 bytes]
	// on flash: [6 bytes] the last is the slot: 0
	// slot 0: free
	// forgotten: <nil>
}
