package simboot_test

import (
	"context"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// Commands that a well-behaved card sees of a bootstrap, besides READs of the
// file: MANAGE CHANNEL, SELECT by AID, SELECT and READ of ODF and DODF, SELECT
// of the file, MANAGE CHANNEL.
const commandsBesideReads = 8

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

// file126 is the known good file.
func file126(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	return unhex(t, string(text))
}

// fileOf is a good file of any size from 150: the known one, and behind it an
// object of our own whose Resources fill it.
func fileOf(t testing.TB, size int) []byte {
	t.Helper()
	file := file126(t)
	if size == len(file) {
		return file
	}
	const header = 5 // object_id(2) version(1) length(2)
	want := size - len(file) - header
	for payload := want; payload >= 0; payload-- {
		for _, resources := range []int{1, 2} {
			in := make([]byte, 0, want)
			for id := range resources {
				in = appendEntry(t, in, tlv.Resource, uint16(id), make([]byte, payload*(1-id)))
			}
			in = appendEntry(t, nil, tlv.ObjectInstance, 0, in)
			if len(in) != want {
				continue
			}
			file[1]++
			content := size - 4
			file[2], file[3] = byte(content>>8), byte(content)
			file = append(file, 0x80, 0x00, 0x00, byte(want>>8), byte(want))
			return append(file, in...)
		}
	}
	t.Fatalf("no file of %d octets", size)
	return nil
}

func appendEntry(t testing.TB, dst []byte, kind tlv.Kind, id uint16, value []byte) []byte {
	t.Helper()
	dst, err := tlv.AppendEntry(dst, tlv.Entry{Kind: kind, ID: id, Value: value})
	require.NoError(t, err)
	return dst
}

// treeOf is what a file says.
func treeOf(t testing.TB, file []byte) *objects.Tree {
	t.Helper()
	f, err := tlv.ParseFile(file)
	require.NoError(t, err)
	tree := new(objects.Tree)
	_, err = tree.Decode(f, nil)
	require.NoError(t, err)
	return tree
}

func newCard(t testing.TB, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	card, err := simcard.New(opts...)
	require.NoError(t, err)
	return card
}

// newCard126 is a card with the known good file.
func newCard126(t testing.TB, opts ...simcard.Option) *simcard.Card {
	t.Helper()
	return newCard(t, append(opts, simcard.BootstrapFile(file126(t)))...)
}

// requireHolds tells that what the store has from a card is that file, and
// nothing else.
func requireHolds(t testing.TB, store bootstrapper.Store, file []byte) {
	t.Helper()
	state, err := store.Load(context.Background())
	require.NoError(t, err)
	want := treeOf(t, file)
	require.True(t, want.Equal(state.Source(bootstrapper.Smartcard)), "the store holds the file")
	require.True(t, want.Equal(state.Tree()), "and nothing else")
}

// requireEmpty tells that nothing was ever written into the store.
func requireEmpty(t testing.TB, store bootstrapper.Store) {
	t.Helper()
	state, err := store.Load(context.Background())
	require.NoError(t, err)
	require.True(t, new(bootstrapper.State).Equal(state))
}

// untouchable is a Store that must not be written to.
type untouchable struct {
	bootstrapper.MemStore
	t testing.TB
}

func (s *untouchable) Replace(context.Context, *bootstrapper.State) error {
	s.t.Error("the store was written to")
	return nil
}

// counting is a Store that counts how often it was written to.
type counting struct {
	bootstrapper.MemStore
	replaced int
}

func (s *counting) Replace(ctx context.Context, state *bootstrapper.State) error {
	s.replaced++
	return s.MemStore.Replace(ctx, state)
}

// fids is a path.
func fids(path ...apdu.FID) apdu.Path { return path }

// ref is a file by its path.
func ref(path ...apdu.FID) apdu.FileRef { return apdu.FileRef{Path: path} }

// lwm2mEntry is the entry of a DODF that leads to place.
func lwm2mEntry(t testing.TB, place apdu.FileRef) []byte {
	t.Helper()
	return entry(t, pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Ref: place})
}

// rulesEntry is one of another owner: GlobalPlatform's access rules.
func rulesEntry(t testing.TB) []byte {
	t.Helper()
	return entry(t, pkcs15.DataObject{ID: "\x2A\x86\x48\x86\xFC\x6B\x81\x48\x01\x01", Ref: ref(0x4200)})
}

func entry(t testing.TB, o pkcs15.DataObject) []byte {
	t.Helper()
	b, err := pkcs15.AppendDODF(nil, o)
	require.NoError(t, err)
	return b
}

// odf leads to directories, the first of highest priority.
func odf(t testing.TB, dodfs ...apdu.FID) []byte {
	t.Helper()
	var dirs []pkcs15.Directory
	for _, fid := range dodfs {
		dirs = append(dirs, pkcs15.Directory{Ref: ref(fid)})
	}
	b, err := pkcs15.AppendODF(nil, dirs...)
	require.NoError(t, err)
	return b
}

// failing is a Store that cannot be written to.
type failing struct {
	bootstrapper.MemStore
	err error
}

func (s *failing) Replace(context.Context, *bootstrapper.State) error { return s.err }

// loading is a Store that calls load first.
type loading struct {
	bootstrapper.MemStore
	load func()
}

func (s *loading) Load(ctx context.Context) (*bootstrapper.State, error) {
	s.load()
	return s.MemStore.Load(ctx)
}
