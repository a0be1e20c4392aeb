package bootstrapper_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

func TestApplyTellsWhatItDid(t *testing.T) {
	file := file126(t)
	var store testStore
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(append(file, 0xFF, 0xFF)), &store, nil)
	require.NoError(t, err)
	require.True(t, res.Changed)
	require.Equal(t, smartcard, res.Origin)
	require.Equal(t, 126, res.Size)
	require.Equal(t, bootstrapper.Digest(sha256.Sum256(file)), res.Digest)
	require.Equal(t, []string{"/0/1", "/1/1"}, texts(res.Applied))
	require.Empty(t, res.Removed)
	require.Empty(t, res.Displaced)
	require.Empty(t, res.Warnings)
	require.Equal(t, 1, store.replaced)

	state := load(t, &store)
	require.True(t, state.Equal(res.State))
	digest, ok := state.Digest(smartcard)
	require.True(t, ok)
	require.Equal(t, res.Digest, digest)

	accounts := res.Accounts()
	require.Len(t, accounts, 1)
	require.Equal(t, "coaps://eu.iot.avsystem.cloud:5684", accounts[0].Security.URI)
	require.Equal(t, "3x@mpl3P5K53cr3tK3y", string(accounts[0].Security.SecretKey.Bytes()))
	require.Equal(t, objects.Seconds(86400), accounts[0].Server.Lifetime)
}

func TestAccountsOfAResultAreThoseOfItsSource(t *testing.T) {
	var store bootstrapper.MemStore
	apply(t, &store, factory, acc(1, 5))
	res := apply(t, &store, smartcard, acc(2, 6))
	require.Len(t, res.Accounts(), 1)
	require.Equal(t, uint16(6), res.Accounts()[0].Security.ShortServerID)
	require.Len(t, res.State.Tree().Accounts(), 2)
	require.Empty(t, bootstrapper.Result{}.Accounts())
}

// failing are inputs that must leave the store as it was.
func failing(t *testing.T) map[string]struct {
	file []byte
	opts bootstrapper.Options
	want error
} {
	type row = struct {
		file []byte
		opts bootstrapper.Options
		want error
	}
	good := file126(t)
	with := func(at int, b ...byte) []byte {
		f := bytes.Clone(good)
		copy(f[at:], b)
		return f
	}
	return map[string]row{
		"no stream":           {nil, bootstrapper.Options{}, bootstrapper.ErrNoData},
		"no objects":          {make([]byte, 64), bootstrapper.Options{}, bootstrapper.ErrNoData},
		"erased":              {bytes.Repeat([]byte{0xFF}, 64), bootstrapper.Options{}, bootstrapper.ErrNoData},
		"objects but nothing": {[]byte{0, 1, 0, 5, 0, 1, 0, 0, 0}, bootstrapper.Options{}, bootstrapper.ErrNoData},
		"size above 32 KB":    {with(2, 0x80, 0x01), bootstrapper.Options{}, bootstrapper.ErrTooLarge},
		"a size without objects": {
			with(0, 0, 0), bootstrapper.Options{}, bootstrapper.ErrNoData},
		"an object too many": {with(0, 0, 3), bootstrapper.Options{}, tlv.ErrInconsistent},
		"a length too long":  {with(11, 0xFF), bootstrapper.Options{}, tlv.ErrTruncated},
		"a Boolean of 2":     {with(51, 2), bootstrapper.Options{}, tlv.ErrValue},
		"mode without its credentials": {
			with(54, 1), bootstrapper.Options{}, bootstrapper.ErrInconsistent},
		"no account": {
			fileOf(t, tree(device("card"))), bootstrapper.Options{}, bootstrapper.ErrInconsistent},
		"two Servers without access control": {
			fileOf(t, tree(acc(1, 5), acc(2, 6))), bootstrapper.Options{NoAccessControl: true}, bootstrapper.ErrInconsistent},
		"an unknown object refused": {
			fileOf(t, tree(acc(1, 5), raw(3333, 0, "x"))), bootstrapper.Options{Unknown: bootstrapper.RefuseUnknown}, bootstrapper.ErrInconsistent},
		"too many objects": {
			fileOf(t, tree(acc(1, 5), func(t *objects.Tree) {
				for i := range objects.ObjectID(255) {
					raw(3000+i, 0, "")(t)
				}
			})), bootstrapper.Options{}, objects.ErrLimit},
		"too many instances": {
			fileOf(t, tree(acc(1, 5), func(t *objects.Tree) {
				for i := range uint16(1023) {
					raw(3000+objects.ObjectID(i%2), i, "")(t)
				}
			})), bootstrapper.Options{}, objects.ErrLimit},
		"only unknown objects, refused": {
			fileOf(t, tree(raw(3333, 0, "x"))), bootstrapper.Options{Unknown: bootstrapper.RefuseUnknown}, bootstrapper.ErrInconsistent},
		"only unknown objects, left out": {
			fileOf(t, tree(raw(3333, 0, "x"))), bootstrapper.Options{Unknown: bootstrapper.DropUnknown}, bootstrapper.ErrNoData},
	}
}

func TestApplyThatFailsLeavesTheStore(t *testing.T) {
	for name, tt := range failing(t) {
		t.Run(name, func(t *testing.T) {
			var store testStore
			res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(tt.file), &store, &tt.opts)
			require.ErrorIs(t, err, tt.want)
			require.Zero(t, store.replaced)
			require.True(t, load(t, &store).Equal(new(bootstrapper.State)))
			require.Equal(t, smartcard, res.Origin)
			require.Nil(t, res.State)
			require.False(t, res.Changed)
			require.True(t, strings.HasPrefix(err.Error(), "bootstrapper: "), err)
			require.NotContains(t, err.Error(), "\n")
			require.NotContains(t, err.Error(), "3x@mpl3")
		})
	}
}

func TestApplyTellsTheDigestOfAFileThatItRefuses(t *testing.T) {
	file := fileOf(t, tree(device("card")))
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), new(bootstrapper.MemStore), nil)
	require.Error(t, err)
	require.Equal(t, bootstrapper.Result{Origin: smartcard, Digest: bootstrapper.DigestOf(file), Size: len(file)}, res)
}

func TestErrorsOfTheFileTellTheOffset(t *testing.T) {
	file := file126(t)
	file[51] = 2 // the value of /0/1/1, whose entry is at 49
	_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), new(bootstrapper.MemStore), nil)
	var decode *objects.DecodeError
	require.ErrorAs(t, err, &decode)
	require.Equal(t, "/0/1/1", decode.Path.String())
	require.Equal(t, 49, decode.Offset)
}

func TestInconsistentErrorCarriesEveryProblem(t *testing.T) {
	tr := tree(acc(1, 5), raw(3333, 0, "x"))
	tr.Delete(objects.ResourcePath(objects.ObjectSecurity, 1, objects.SecurityServerURI))
	tr.Delete(objects.ResourcePath(objects.ObjectServer, 1, objects.ServerLifetime))
	_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(fileOf(t, tr)), new(bootstrapper.MemStore), nil)
	var inconsistent *bootstrapper.InconsistentError
	require.ErrorAs(t, err, &inconsistent)
	paths := []string{}
	for _, p := range inconsistent.Problems {
		paths = append(paths, p.Path.String())
	}
	require.Equal(t, []string{"/3333", "/0/1/0", "/1/1/1"}, paths)
	require.Contains(t, err.Error(), "/0/1/0", "the first error, not the first warning")
	require.Contains(t, err.Error(), "1 more")
}

func TestInconsistentErrorOfOneProblemCountsNoOthers(t *testing.T) {
	e := bootstrapper.InconsistentError{Problems: objects.Problems{{Path: objects.ObjectPath(7), Grade: objects.Error, Text: "x"}}}
	require.Equal(t, "inconsistent data: /7: x", e.Error())
	e.Problems[0].Grade = objects.Warning
	require.Equal(t, "inconsistent data", e.Error())
	require.ErrorIs(t, &e, objects.ErrInconsistent)
}

func TestAFileNeedNotHoldAnAccountWhenTheStoreDoes(t *testing.T) {
	var store bootstrapper.MemStore
	apply(t, &store, factory, acc(1, 5))
	res := apply(t, &store, smartcard, device("card"))
	require.Equal(t, []string{"/0/1 factory", "/1/1 factory", "/3/0 smartcard"}, list(res.State))
}

func TestTheWholeIsValidated(t *testing.T) {
	store := new(testStore)
	apply(t, store, factory, acc(1, 5))
	before := load(t, store)
	file := fileOf(t, tree(acc(2, 6)))
	opts := &bootstrapper.Options{NoAccessControl: true}
	_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), store, opts)
	require.ErrorIs(t, err, bootstrapper.ErrInconsistent, "each file has one account, together they have two")
	require.True(t, load(t, store).Equal(before))
	require.Equal(t, 1, store.replaced)
}

// lax is an account as services write it: without /1/x/6 and /1/x/7.
func lax(t *objects.Tree) {
	acc(1, 5)(t)
	t.Delete(objects.ResourcePath(objects.ObjectServer, 1, objects.ServerNotificationStoringWhenDisabledOrOffline))
	t.Delete(objects.ResourcePath(objects.ObjectServer, 1, objects.ServerBinding))
}

func TestStrictRefusesWhatIsTolerated(t *testing.T) {
	file := fileOf(t, tree(lax))
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), new(bootstrapper.MemStore), nil)
	require.NoError(t, err)
	require.Equal(t, []string{"/1/1/6: warning: missing", "/1/1/7: warning: missing"}, texts(res.Warnings),
		"each once, though the file and the whole are validated")

	_, err = bootstrapper.Apply(t.Context(), bytes.NewReader(file), new(bootstrapper.MemStore), &bootstrapper.Options{Strict: true})
	require.ErrorIs(t, err, bootstrapper.ErrInconsistent)
}

func TestStrictJudgesTheFileAndNotWhatIsThere(t *testing.T) {
	var store bootstrapper.MemStore
	apply(t, &store, factory, lax)
	file := fileOf(t, tree(acc(2, 6)))
	_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), &store, &bootstrapper.Options{Strict: true})
	require.NoError(t, err)
}

func TestWarningsOfTheWholeFollowThoseOfTheFile(t *testing.T) {
	var store bootstrapper.MemStore
	apply(t, &store, factory, acc(1, 5), acl(7, 9)) // an owner who is not there
	res := apply(t, &store, smartcard, acc(2, 6), raw(3333, 0, "x"))
	require.Equal(t, []string{"/3333", "/2/7/3"}, func() (paths []string) {
		for _, p := range res.Warnings {
			paths = append(paths, p.Path.String())
		}
		return paths
	}())
}

func TestUnknownObjects(t *testing.T) {
	registry := new(objects.Registry)
	require.NoError(t, registry.Register(objects.Definition{ID: 3333, Resources: []objects.ResourceDefinition{
		{ID: 0, Type: objects.TypeString},
	}}))
	tests := []struct {
		name     string
		opts     bootstrapper.Options
		want     bool // the object is kept
		typ      objects.Type
		warnings int
	}{
		{"are kept raw by default", bootstrapper.Options{}, true, objects.TypeNone, 1},
		{"may be dropped", bootstrapper.Options{Unknown: bootstrapper.DropUnknown}, false, 0, 1},
		{"are known to a Registry", bootstrapper.Options{Registry: registry, Unknown: bootstrapper.RefuseUnknown}, true, objects.TypeString, 0},
	}
	file := fileOf(t, tree(acc(1, 5), raw(3333, 0, "x")))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), new(bootstrapper.MemStore), &tt.opts)
			require.NoError(t, err)
			in, ok := res.State.Tree().Instance(3333, 0)
			require.Equal(t, tt.want, ok)
			v, _ := in.Value(0)
			require.Equal(t, tt.typ, v.Type())
			require.Len(t, res.Warnings, tt.warnings)
			for _, w := range res.Warnings {
				require.Equal(t, "/3333", w.Path.String())
				require.Equal(t, objects.Warning, w.Grade)
			}
			require.True(t, res.State.Tree().Has(objects.InstancePath(1, 1)), "the others stay")
		})
	}
}

func TestOptionsThatAreNoneAreRefused(t *testing.T) {
	for name, opts := range map[string]bootstrapper.Options{
		"Origin":  {Origin: 4},
		"Unknown": {Unknown: 3},
	} {
		t.Run(name, func(t *testing.T) {
			var store testStore
			_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file126(t)), &store, &opts)
			require.ErrorContains(t, err, name)
			require.Zero(t, store.replaced)
		})
	}
}

func TestErrorsOfTheStorePassThrough(t *testing.T) {
	boom := errors.New("boom")
	for name, store := range map[string]*testStore{
		"Load":    {loadErr: boom},
		"Replace": {replaceErr: boom},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file126(t)), store, nil)
			require.ErrorIs(t, err, boom)
			require.False(t, res.Changed)
			require.Nil(t, res.State)
			store.loadErr = nil
			require.Empty(t, list(load(t, store)))
		})
	}
	_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file126(t)), &testStore{nothing: true}, nil)
	require.ErrorContains(t, err, "no State")
}

func TestAnEmptyFileIsToldWithoutTheStore(t *testing.T) {
	for _, file := range [][]byte{nil, {0, 0, 0, 0}, {0xFF, 0xFF, 0xFF, 0xFF}} {
		res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), &testStore{nothing: true}, nil)
		require.ErrorIs(t, err, bootstrapper.ErrNoData)
		require.Zero(t, res.Size)
	}
}

func TestApplyHonoursItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var store testStore
	file := file126(t)
	last := readerFunc(func(b []byte) (int, error) { // cancels with the last octet
		n := copy(b, file)
		if file = file[n:]; len(file) == 0 {
			cancel()
		}
		return n, nil
	})
	// This store does not look at its context: Apply does.
	_, err := bootstrapper.Apply(ctx, last, ignoring{&store}, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, store.replaced)

	read := readerFunc(func([]byte) (int, error) {
		t.Error("read with a context that is done")
		return 0, io.EOF
	})
	_, err = bootstrapper.Apply(ctx, read, &store, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestALargeFileIsAccepted(t *testing.T) {
	tr := tree(acc(1, 5), raw(3333, 0, strings.Repeat("x", 32000)))
	file := fileOf(t, tr)
	var store bootstrapper.MemStore
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), &store, nil)
	require.NoError(t, err)
	require.Equal(t, len(file), res.Size)

	most := make([]byte, tlv.MaxAcceptedSize) // header, the objects, one that fills the size
	copy(most, file)
	binary.BigEndian.PutUint16(most, 4)
	binary.BigEndian.PutUint16(most[2:], 32<<10)
	filler := most[len(file):]
	binary.BigEndian.PutUint16(filler, 3334)
	binary.BigEndian.PutUint16(filler[3:], uint16(len(filler)-5))
	fillTLV(filler[5:])
	res, err = bootstrapper.Apply(t.Context(), bytes.NewReader(most), &store, nil)
	require.NoError(t, err)
	require.Equal(t, tlv.MaxAcceptedSize, res.Size)
}

func TestApplyTakesAsManyAsItsLimits(t *testing.T) {
	file := fileOf(t, tree(acc(1, 5), func(t *objects.Tree) {
		for i := range uint16(1022) {
			raw(3000+objects.ObjectID(i%254), i, "")(t)
		}
	}))
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), new(bootstrapper.MemStore), nil)
	require.NoError(t, err)
	require.Len(t, res.Applied, 1024)
}

func TestApplyWipesWhatItRead(t *testing.T) {
	for name, file := range map[string][]byte{
		"applied": file126(t),
		"refused": append(file126(t)[:125], 'x'), // no Binding
	} {
		t.Run(name, func(t *testing.T) {
			var given [][]byte
			r := bytes.NewReader(file)
			keeping := readerFunc(func(b []byte) (int, error) {
				given = append(given, b)
				return r.Read(b)
			})
			_, err := bootstrapper.Apply(t.Context(), keeping, new(bootstrapper.MemStore), nil)
			require.Equal(t, name == "refused", err != nil)
			content := given[1]
			require.Len(t, content, 122)
			require.Equal(t, make([]byte, 122), content)
		})
	}
}

// fillTLV writes an Object Instance that fills b: 8 octets at least.
func fillTLV(b []byte) {
	b[0] = 0b00_0_10_000 // Object Instance 0, length of 16 bits
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)-4))
	b = b[4:]
	b[0] = 0b11_0_10_000 // Resource 0
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)-4))
}

// ignoring hides its context from a store.
type ignoring struct{ bootstrapper.Store }

func (s ignoring) Load(context.Context) (*bootstrapper.State, error) {
	return s.Store.Load(context.Background())
}

func (s ignoring) Replace(_ context.Context, state *bootstrapper.State) error {
	return s.Store.Replace(context.Background(), state)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestApplyFileIsApplyOfAFileInMemory(t *testing.T) {
	content := fileOf(t, tree(acc(1, 5)))
	padded := append(bytes.Clone(content), 0xFF, 0xFF)
	kept := bytes.Clone(padded)
	var streamed, direct bootstrapper.MemStore
	want, err := bootstrapper.Apply(t.Context(), bytes.NewReader(padded), &streamed, nil)
	require.NoError(t, err)
	got, err := bootstrapper.ApplyFile(t.Context(), padded, &direct, nil)
	require.NoError(t, err)
	require.Equal(t, kept, padded, "the caller's file stays")
	require.Equal(t, want.Digest, got.Digest)
	require.Equal(t, len(content), got.Size)
	require.True(t, load(t, &streamed).Equal(load(t, &direct)))

	clear(padded)
	require.True(t, load(t, &streamed).Equal(load(t, &direct)), "nothing refers to it")

	for n := range content {
		var store bootstrapper.MemStore
		_, err := bootstrapper.ApplyFile(t.Context(), content[:n], &store, nil)
		if n == 0 {
			require.ErrorIs(t, err, bootstrapper.ErrNoData)
		} else {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, n)
		}
		require.Empty(t, list(load(t, &store)))
	}
	_, err = bootstrapper.ApplyFile(t.Context(), make([]byte, 9), &direct, nil)
	require.ErrorIs(t, err, bootstrapper.ErrNoData)
	_, err = bootstrapper.ApplyFile(t.Context(), []byte{0, 1, 0xFF, 0xFF}, &direct, nil)
	require.ErrorIs(t, err, bootstrapper.ErrTooLarge)
}
