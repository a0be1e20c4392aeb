package bootstrapper_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Shorthands of the tests.
const (
	factory   = bootstrapper.Factory
	smartcard = bootstrapper.Smartcard
	server    = bootstrapper.Server
)

// bootstrapID is how the tests call the Bootstrap-Server account.
const bootstrapID = 65535

// put is one Object Instance of a test's tree.
type put func(t *objects.Tree)

// sec is /0/instance for a Short Server ID, without security.
func sec(instance, id uint16) put {
	s := objects.Security{URI: fmt.Sprintf("coap://s%d.example", id), Mode: objects.ModeNoSec, ShortServerID: id}
	if id == bootstrapID {
		s.BootstrapServer, s.ShortServerID = true, 0
	}
	return func(t *objects.Tree) { t.Put(objects.ObjectSecurity, s.Instance(instance)) }
}

// srv is /1/instance for a Short Server ID.
func srv(instance, id uint16, lifetime objects.Seconds) put {
	s := objects.Server{ShortServerID: id, Lifetime: lifetime, NotificationStoring: objects.Some(false), Binding: "U"}
	return func(t *objects.Tree) { t.Put(objects.ObjectServer, s.Instance(instance)) }
}

// acc is an account of a Short Server ID: /0/instance and /1/instance.
func acc(instance, id uint16) put {
	return func(t *objects.Tree) {
		sec(instance, id)(t)
		srv(instance, id, 86400)(t)
	}
}

// oscore is /21/instance.
func oscore(instance uint16) put {
	o := objects.OSCORE{MasterSecret: objects.NewSecret([]byte("0123456789abcdef")), SenderID: []byte{1}, RecipientID: []byte{2}}
	return func(t *objects.Tree) { t.Put(objects.ObjectOSCORE, o.Instance(instance)) }
}

// link makes /0/instance link to /21/to.
func link(instance, to uint16) put {
	return func(t *objects.Tree) {
		in, _ := t.Instance(objects.ObjectSecurity, instance)
		in.Set(objects.Single(objects.SecurityOSCORESecurityMode,
			objects.Objlnk(tlvObjlnk(21, to))))
		t.Put(objects.ObjectSecurity, in)
	}
}

// acl is /2/instance about /3/0, with an owner.
func acl(instance, owner uint16) put {
	a := objects.AccessControl{ObjectID: 3, InstanceID: instance, Owner: owner}
	return func(t *objects.Tree) { t.Put(objects.ObjectAccessControl, a.Instance(instance)) }
}

// device is /3/0 with a manufacturer.
func device(manufacturer string) put {
	return func(t *objects.Tree) {
		t.Put(objects.ObjectDevice, objects.NewInstance(0, objects.Single(objects.DeviceManufacturer, objects.String(manufacturer))))
	}
}

// raw is an Object Instance with Resource 0 of any octets.
func raw(object objects.ObjectID, instance uint16, octets string) put {
	return func(t *objects.Tree) {
		t.Put(object, objects.NewInstance(instance, objects.Single(0, objects.Raw([]byte(octets)))))
	}
}

func tree(puts ...put) *objects.Tree {
	t := new(objects.Tree)
	for _, p := range puts {
		p(t)
	}
	return t
}

// fileOf is the file that holds a tree.
func fileOf(t testing.TB, tr *objects.Tree) []byte {
	t.Helper()
	f, err := tr.Encode()
	require.NoError(t, err)
	b, err := tlv.AppendFile(nil, f)
	require.NoError(t, err)
	return b
}

// file126 is the known good file.
func file126(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	require.NoError(t, err)
	return b
}

// apply applies what must be accepted.
func apply(t testing.TB, s bootstrapper.Store, o bootstrapper.Origin, puts ...put) bootstrapper.Result {
	t.Helper()
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(fileOf(t, tree(puts...))), s, &bootstrapper.Options{Origin: o})
	require.NoError(t, err)
	require.True(t, res.Changed)
	require.True(t, load(t, s).Equal(res.State), "Result.State is what the store holds")
	return res
}

// load is what the store holds.
func load(t testing.TB, s bootstrapper.Store) *bootstrapper.State {
	t.Helper()
	state, err := s.Load(t.Context())
	require.NoError(t, err)
	return state
}

// list is what a state holds, an instance each with its origin:
// "/0/1 smartcard".
func list(s *bootstrapper.State) []string {
	out := []string{}
	for o := range s.Tree().Objects() {
		for in := range o.Instances() {
			p := objects.InstancePath(o.ID(), in.ID())
			origin, _ := s.Origin(p)
			out = append(out, fmt.Sprint(p, " ", origin))
		}
	}
	return out
}

func texts[T fmt.Stringer](list []T) []string {
	out := []string{}
	for _, x := range list {
		out = append(out, x.String())
	}
	return out
}

// testStore fails when told to, and counts.
type testStore struct {
	bootstrapper.MemStore
	loadErr, replaceErr error
	nothing             bool // Load returns nil, nil
	replaced            int  // successful and failed
}

func (s *testStore) Load(ctx context.Context) (*bootstrapper.State, error) {
	if s.loadErr != nil || s.nothing {
		return nil, s.loadErr
	}
	return s.MemStore.Load(ctx)
}

func (s *testStore) Replace(ctx context.Context, state *bootstrapper.State) error {
	s.replaced++
	if s.replaceErr != nil {
		return s.replaceErr
	}
	return s.MemStore.Replace(ctx, state)
}

// allocated is how many octets f allocates, as a mean of several calls.
func allocated(f func()) uint64 {
	const runs = 20
	var before, after runtime.MemStats
	f() // what is made once, at the first use
	runtime.ReadMemStats(&before)
	for range runs {
		f()
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / runs
}

func tlvObjlnk(object, instance uint16) tlv.Objlnk {
	return tlv.Objlnk{Object: object, Instance: instance}
}
