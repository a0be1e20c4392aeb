package bootstrapper

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

var errFull = errors.New("no space left")

// openCrash opens a store on a disk that holds numbered(1).
func openCrash(t *testing.T) (*FileStore, *crashDisk) {
	t.Helper()
	d := newCrashDisk()
	d.put(crashName, written(t, numbered(1)))
	f, err := openFileStore(d, crashName)
	require.NoError(t, err)
	return f, d
}

func TestReplaceThatFailsLeavesTheOldStateAndNoFile(t *testing.T) {
	// In the order of a Replace. Before them nothing has happened yet, and a
	// sync of the directory that fails is another matter.
	steps := []string{"create", "write", "sync", "close", "rename"}
	for i, step := range steps {
		t.Run(step, func(t *testing.T) {
			f, d := openCrash(t)
			d.failAt, d.failed = d.ops+2+i, errFull
			require.ErrorIs(t, f.Replace(t.Context(), numbered(2)), errFull)
			require.Equal(t, []string{crashName, crashName + lockSuffix}, d.names())
			got, err := f.Load(t.Context())
			require.NoError(t, err)
			require.True(t, got.Equal(numbered(1)))

			require.NoError(t, f.Replace(t.Context(), numbered(3)))
			got, err = f.Load(t.Context())
			require.NoError(t, err)
			require.True(t, got.Equal(numbered(3)))
		})
	}
}

func TestReplaceThatCannotRemoveItsFileSaysSoAndTriesAgain(t *testing.T) {
	f, d := openCrash(t)
	stuck := &stuckDisk{disk: d, stuck: true}
	f.disk = stuck
	d.failAt, d.failed = d.ops+4, errFull // the write; stuckDisk asks twice
	err := f.Replace(t.Context(), numbered(2))
	require.ErrorIs(t, err, errFull)
	require.ErrorIs(t, err, fs.ErrPermission)
	require.Contains(t, d.names(), crashName+nextSuffix)

	require.ErrorIs(t, f.Replace(t.Context(), numbered(2)), fs.ErrPermission)
	stuck.stuck = false
	require.NoError(t, f.Replace(t.Context(), numbered(2)))
	require.Equal(t, []string{crashName, crashName + lockSuffix}, d.names())
}

// stuckDisk does not remove what is there.
type stuckDisk struct {
	disk
	stuck bool
}

func (s *stuckDisk) remove(name string) error {
	if s.stuck && s.check(name) == nil {
		return fs.ErrPermission
	}
	return s.disk.remove(name)
}

func TestLoadIsRefusedUntilTheDirectoryIsSynced(t *testing.T) {
	f, d := openCrash(t)
	d.failAt, d.failed = d.ops+7, errFull // the sync of the directory
	require.ErrorIs(t, f.Replace(t.Context(), numbered(2)), errFull)
	d.failAt = d.ops + 1 // once more
	_, err := f.Load(t.Context())
	require.ErrorIs(t, err, errFull)
	require.NotEmpty(t, d.entries, "nothing is on the disk yet")

	got, err := f.Load(t.Context())
	require.NoError(t, err)
	require.True(t, got.Equal(numbered(2)), "it is in the file already")
	require.Empty(t, d.entries, "and on the disk now")
}

func TestReplaceMakesUpForASyncThatFailed(t *testing.T) {
	f, d := openCrash(t)
	d.failAt, d.failed = d.ops+7, errFull
	require.ErrorIs(t, f.Replace(t.Context(), numbered(2)), errFull)
	require.NoError(t, f.Replace(t.Context(), numbered(3)))
	require.Empty(t, d.entries)
	ops := d.ops
	_, err := f.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, ops+1, d.ops, "a Load reads, and does no more")
}

func TestOpenThatFailsLocksNothing(t *testing.T) {
	for i, step := range []string{"check", "lock", "remove", "sync"} {
		t.Run(step, func(t *testing.T) {
			d := newCrashDisk()
			d.put(crashName, written(t, numbered(1)))
			d.failAt, d.failed = i+1, errFull
			_, err := openFileStore(d, crashName)
			require.ErrorIs(t, err, errFull)
			require.NoError(t, d.close()) // as OpenFileStore does
			_, err = openFileStore(d, crashName)
			require.NoError(t, err)
		})
	}
}

func TestCloseReportsWhatTheSystemSays(t *testing.T) {
	f, d := openCrash(t)
	f.disk = closeFails{d}
	require.ErrorIs(t, f.Close(), errFull)
	_, err := f.Load(t.Context())
	require.ErrorIs(t, err, fs.ErrClosed)
}

type closeFails struct{ disk }

func (closeFails) close() error { return errFull }

// keepingDisk keeps every buffer that passes, as read and as written.
type keepingDisk struct {
	disk
	passed [][]byte
}

type keepingFile struct {
	diskFile
	d *keepingDisk
}

func (k *keepingDisk) read(name string, max int) ([]byte, error) {
	b, err := k.disk.read(name, max)
	k.passed = append(k.passed, b)
	return b, err
}

func (k *keepingDisk) create(name string) (diskFile, error) {
	f, err := k.disk.create(name)
	return keepingFile{f, k}, err
}

func (k keepingFile) Write(p []byte) (int, error) {
	k.d.passed = append(k.d.passed, p)
	return k.diskFile.Write(p)
}

func TestBuffersOfKeysAreCleared(t *testing.T) {
	f, d := openCrash(t)
	k := &keepingDisk{disk: d}
	f.disk = k
	require.NoError(t, f.Replace(t.Context(), numbered(2)))
	_, err := f.Load(t.Context())
	require.NoError(t, err)
	d.failAt, d.failed = d.ops+3, errFull
	require.Error(t, f.Replace(t.Context(), numbered(3)))
	d.put(crashName, append(written(t, numbered(4)), 1))
	_, err = f.Load(t.Context())
	require.ErrorIs(t, err, ErrCorrupt)

	require.Len(t, k.passed, 4)
	for _, b := range k.passed {
		require.Greater(t, len(b), 32)
		require.Equal(t, make([]byte, len(b)), b)
	}
}

func TestAStateThatIsTooLargeTouchesNoFile(t *testing.T) {
	f, d := openCrash(t)
	ops := d.ops
	big := numbered(2)
	big.Put(Server, 5, objects.NewInstance(0, objects.Single(0, objects.Opaque(make([]byte, MaxStateSize)))))
	require.ErrorIs(t, f.Replace(t.Context(), big), objects.ErrLimit)
	require.Error(t, f.Replace(t.Context(), nil))
	require.Equal(t, ops, d.ops)
}

func TestTheContextIsHonouredBeforeAnythingIsDone(t *testing.T) {
	f, d := openCrash(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ops := d.ops
	_, err := f.Load(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, f.Replace(ctx, numbered(2)), context.Canceled)
	require.Equal(t, ops, d.ops)
}

// The tests with a crashDisk are worth what it is worth.
func TestACrashDiskLosesAnySubset(t *testing.T) {
	d := newCrashDisk()
	d.put("a", []byte("old"))
	h, err := d.create("b")
	require.NoError(t, err)
	_, err = h.Write([]byte("new"))
	require.NoError(t, err)
	require.NoError(t, d.rename("b", "a"))
	left := func() map[string]bool {
		found := map[string]bool{}
		for disk := range d.disks() {
			text := ""
			for _, name := range disk.names() {
				text += fmt.Sprintf("%s=%q ", name, disk.seen[name].seen)
			}
			found[text] = true
		}
		return found
	}
	got := left()
	for _, want := range []string{
		`a="old" `, `a="" `, `a="n" `, `a="ne" `, `a="new" `, `a="n\x00\x00" `, `a="\x00\x00\x00" `, `a="\x00ew" `,
		`a="old" b="" `, `a="old" b="new" `, `a="old" b="\x00\x00w" `,
	} {
		require.Contains(t, got, want)
	}
	require.NotContains(t, got, ``, "a rename is atomic")
	require.NotContains(t, got, `b="new" `)

	require.NoError(t, h.Sync())
	require.Equal(t, map[string]bool{`a="old" `: true, `a="new" `: true, `a="old" b="new" `: true}, left())
	require.NoError(t, d.sync())
	require.Equal(t, map[string]bool{`a="new" `: true}, left())
}
