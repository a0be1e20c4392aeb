package bootstrapper_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// ef is the content of an EF(LwM2M_Bootstrap), with padding behind it: one
// account with a pre-shared key.
var ef, _ = hex.DecodeString("" +
	"0002007A000000005E08015BC80022636F6170733A2F2F65752E696F742E617673797374656D2E" +
	"636C6F75643A35363834C10100C10200C803146578616D706C652D70736B2D6964656E74697479" +
	"C805133378406D706C3350354B3533637233744B3379C10A01000100001208010FC10001C40100" +
	"015180C10600C10755" + "FFFFFFFFFFFF")

func ExampleApply() {
	ctx := context.Background()
	var store bootstrapper.MemStore

	res, err := bootstrapper.Apply(ctx, bytes.NewReader(ef), &store, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("changed:", res.Changed, "size:", res.Size, "digest:", res.Digest)
	fmt.Println("applied:", res.Applied)
	for _, a := range res.Accounts() {
		fmt.Println(a.Security.ShortServerID, a.Security.URI, a.Security.Mode, a.Security.SecretKey)
	}

	// At the next start the card holds the same: what a server wrote since stays.
	res, err = bootstrapper.Apply(ctx, bytes.NewReader(ef), &store, nil)
	fmt.Println("changed:", res.Changed, err)
	// Output:
	// changed: true size: 126 digest: 3b76857c
	// applied: [/0/1 /1/1]
	// 1 coaps://eu.iot.avsystem.cloud:5684 PSK [redacted]
	// changed: false <nil>
}

// A card wins over the factory; the Result names what had to make room.
func ExampleApply_displaced() {
	ctx := context.Background()
	var store bootstrapper.MemStore

	factory := new(bootstrapper.State)
	factory.Put(bootstrapper.Factory, objects.ObjectSecurity,
		objects.Security{URI: "coap://old.example", Mode: objects.ModeNoSec, ShortServerID: 1}.Instance(0))
	factory.Put(bootstrapper.Factory, objects.ObjectServer,
		objects.Server{ShortServerID: 1, Lifetime: 86400, Binding: "U"}.Instance(0))
	if err := store.Replace(ctx, factory); err != nil {
		fmt.Println(err)
		return
	}

	res, err := bootstrapper.Apply(ctx, bytes.NewReader(ef), &store, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range res.Displaced {
		fmt.Println(d)
	}
	fmt.Println(res.State)
	// Output:
	// account of Short Server ID 1 from factory, /0/0 /1/0: the same Short Server ID
	// 2 Object Instances (2 smartcard)
}

// An empty file is a normal answer of a card; data that contradict themselves
// come with all that was found wrong.
func ExampleApply_errors() {
	ctx := context.Background()
	var store bootstrapper.MemStore

	_, err := bootstrapper.Apply(ctx, bytes.NewReader([]byte{0, 0, 0, 0}), &store, nil)
	fmt.Println(errors.Is(err, bootstrapper.ErrNoData))

	bad := bytes.Clone(ef)
	bad[54] = 1 // the security mode: raw public keys, and there are none
	_, err = bootstrapper.Apply(ctx, bytes.NewReader(bad), &store, nil)
	var inconsistent *bootstrapper.InconsistentError
	if errors.As(err, &inconsistent) {
		for _, p := range inconsistent.Problems {
			fmt.Println(p)
		}
	}
	// Output:
	// true
	// /0/1/4: error: missing or empty, security mode RPK needs it
}

// A card whose data became useless leaves its accounts disabled.
func ExampleState_Disable() {
	ctx := context.Background()
	var store bootstrapper.MemStore
	res, err := bootstrapper.Apply(ctx, bytes.NewReader(ef), &store, nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	state := res.State
	state.Disable(bootstrapper.Smartcard, "the card's data changed and are empty")
	if err := store.Replace(ctx, state); err != nil {
		fmt.Println(err)
		return
	}
	disabled, reason := state.Disabled(bootstrapper.Smartcard)
	fmt.Println("to dial:", len(state.Tree().Accounts()))
	fmt.Println("disabled:", len(disabled.Accounts()), "-", reason)
	// Output:
	// to dial: 0
	// disabled: 1 - the card's data changed and are empty
}
