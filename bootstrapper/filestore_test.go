//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package bootstrapper_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// openFile opens a store, and closes it when the test ends.
func openFile(t testing.TB, path string) *bootstrapper.FileStore {
	t.Helper()
	f, err := bootstrapper.OpenFileStore(path)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

// names are those of the files in a directory.
func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	list := []string{}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// keep puts a file in place with a mode that does not depend on the umask.
func keep(t testing.TB, path string, b []byte, mode fs.FileMode) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, b, mode))
	require.NoError(t, os.Chmod(path, mode))
}

func TestFileStoreKeepsAStateFromOpenToOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	f := openFile(t, path)
	require.True(t, load(t, f).Equal(new(bootstrapper.State)), "no file: an empty State")
	require.NoError(t, f.Replace(t.Context(), full()))
	require.True(t, load(t, f).Equal(full()))
	require.NoError(t, f.Close())

	f = openFile(t, path)
	require.True(t, load(t, f).Equal(full()))
	require.NoError(t, f.Replace(t.Context(), new(bootstrapper.State)))
	require.True(t, load(t, f).Equal(new(bootstrapper.State)))
}

func TestTheFilesAreForTheOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	f := openFile(t, filepath.Join(dir, "state"))
	for range 2 {
		require.NoError(t, f.Replace(t.Context(), full()))
		require.Equal(t, []string{"state", "state.lock"}, names(t, dir))
		for _, name := range names(t, dir) {
			info, err := os.Stat(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Equal(t, fs.FileMode(0o600), info.Mode())
		}
	}
}

func TestKeysThatWereRemovedAreInNoFile(t *testing.T) {
	dir := t.TempDir()
	f := openFile(t, filepath.Join(dir, "state"))
	_, err := bootstrapper.ApplyFile(t.Context(), file126(t), f, nil)
	require.NoError(t, err)
	const key = "3x@mpl3P5K53cr3tK3y"
	require.Contains(t, everything(t, dir), key)
	_, err = bootstrapper.Remove(t.Context(), f, smartcard, nil)
	require.NoError(t, err)
	require.NotContains(t, everything(t, dir), key)
}

func everything(t *testing.T, dir string) (octets string) {
	for _, name := range names(t, dir) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		octets += string(b)
	}
	return octets
}

func TestWhatACrashLeftIsRemovedAtOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state")
	f := openFile(t, path)
	require.NoError(t, f.Replace(t.Context(), full()))
	require.NoError(t, f.Close())
	keep(t, path+".tmp", []byte("half a sta"), 0o600)
	f = openFile(t, path)
	require.Equal(t, []string{"state", "state.lock"}, names(t, dir))
	require.True(t, load(t, f).Equal(full()))
}

func TestAnAlteredFileIsCorruptAndStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	good, err := bootstrapper.AppendState(nil, full())
	require.NoError(t, err)
	flipped := bytes.Clone(good)
	flipped[len(good)/2] ^= 1
	newer := seal(append([]byte("LWM2\x02"), "what comes"...))
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"an octet", flipped, bootstrapper.ErrCorrupt},
		{"cut short", good[:len(good)-1], bootstrapper.ErrCorrupt},
		{"longer", append(bytes.Clone(good), 0), bootstrapper.ErrCorrupt},
		{"empty", nil, bootstrapper.ErrCorrupt},
		{"longer than can be", make([]byte, bootstrapper.MaxStateSize+1), bootstrapper.ErrCorrupt},
		{"a newer version", newer, bootstrapper.ErrVersion},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keep(t, path, tt.file, 0o600)
			f := openFile(t, path)
			_, err := f.Load(t.Context())
			require.ErrorIs(t, err, tt.want)
			require.ErrorContains(t, err, path)
			_, err = bootstrapper.ApplyFile(t.Context(), file126(t), f, nil)
			require.ErrorIs(t, err, tt.want)
			b, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, bytes.Equal(tt.file, b), "it is left as it was")

			require.NoError(t, f.Replace(t.Context(), full()), "the caller has decided")
			require.True(t, load(t, f).Equal(full()))
			require.NoError(t, f.Close())
		})
	}
}

func TestLoadReadsTheFileEachTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	f := openFile(t, path)
	require.NoError(t, f.Replace(t.Context(), full()))
	require.NoError(t, os.Chmod(path, 0o640))
	_, err := f.Load(t.Context())
	require.ErrorIs(t, err, bootstrapper.ErrExposed)
	keep(t, path, []byte("something else"), 0o600)
	_, err = f.Load(t.Context())
	require.ErrorIs(t, err, bootstrapper.ErrCorrupt)
	require.NoError(t, os.Remove(path))
	require.True(t, load(t, f).Equal(new(bootstrapper.State)))
}

func TestAFileThatOthersCanGetAtIsRefused(t *testing.T) {
	for _, mode := range []fs.FileMode{0o601, 0o602, 0o604, 0o610, 0o620, 0o640, 0o644, 0o666} {
		t.Run(mode.String(), func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "state")
			keep(t, path, nil, mode)
			_, err := bootstrapper.OpenFileStore(path)
			require.ErrorIs(t, err, bootstrapper.ErrExposed)
			require.ErrorContains(t, err, path)
			require.Equal(t, []string{"state"}, names(t, dir), "nothing is left")
		})
	}
}

func TestAPathThatIsNoRegularFileIsRefused(t *testing.T) {
	tests := map[string]func(path string) error{
		"a link to a file": func(path string) error {
			return errors.Join(os.WriteFile(path+"2", nil, 0o600), os.Symlink(path+"2", path))
		},
		"a link to nothing": func(path string) error { return os.Symlink("nothing", path) },
		"a directory":       func(path string) error { return os.Mkdir(path, 0o700) },
		"a FIFO":            func(path string) error { return syscall.Mkfifo(path, 0o600) },
	}
	for name, put := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "state")
			require.NoError(t, put(path))
			for _, p := range []string{path, path + "/"} {
				_, err := bootstrapper.OpenFileStore(p)
				require.ErrorIs(t, err, fs.ErrInvalid)
				require.ErrorContains(t, err, path)
			}
		})
	}
}

func TestALinkInTheWayOfTheOtherFilesIsNotFollowed(t *testing.T) {
	dir := t.TempDir()
	path, precious := filepath.Join(dir, "state"), filepath.Join(t.TempDir(), "precious")
	keep(t, precious, []byte("precious"), 0o600)
	require.NoError(t, os.Symlink(precious, path+".lock"))
	_, err := bootstrapper.OpenFileStore(path)
	require.Error(t, err)
	require.NoError(t, os.Remove(path+".lock"))

	f := openFile(t, path)
	require.NoError(t, os.Symlink(precious, path+".tmp"))
	require.NoError(t, f.Replace(t.Context(), full()))
	b, err := os.ReadFile(precious)
	require.NoError(t, err)
	require.Equal(t, "precious", string(b))
}

func TestThePathMayLeadThroughALink(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(dir, link))
	f := openFile(t, filepath.Join(link, "state"))
	require.NoError(t, f.Replace(t.Context(), full()))
	_, err := bootstrapper.OpenFileStore(filepath.Join(dir, "state"))
	require.ErrorIs(t, err, bootstrapper.ErrLocked, "by whatever path")
}

func TestARelativePathOutlivesAChangeOfDirectory(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	f := openFile(t, "state")
	t.Chdir(t.TempDir())
	require.NoError(t, f.Replace(t.Context(), full()))
	require.Equal(t, []string{"state", "state.lock"}, names(t, dir))
}

func TestADirectoryThatIsNotThereIsNotMade(t *testing.T) {
	dir := t.TempDir()
	_, err := bootstrapper.OpenFileStore(filepath.Join(dir, "deeper", "state"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.Empty(t, names(t, dir))
	for _, path := range []string{"", "."} {
		t.Chdir(dir)
		_, err = bootstrapper.OpenFileStore(path)
		require.ErrorIs(t, err, fs.ErrInvalid)
	}
}

func TestReplaceFailsWhenTheSystemDoes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state")
	f := openFile(t, path)
	require.NoError(t, os.Mkdir(path, 0o700)) // a rename of a file over it fails
	require.NoError(t, os.Mkdir(filepath.Join(path, "x"), 0o700))
	require.Error(t, f.Replace(t.Context(), full()))
	require.Equal(t, []string{"state", "state.lock"}, names(t, dir))

	require.NoError(t, os.RemoveAll(dir))
	require.ErrorIs(t, f.Replace(t.Context(), full()), fs.ErrNotExist)
}

func TestAClosedFileStoreIsClosed(t *testing.T) {
	f := openFile(t, filepath.Join(t.TempDir(), "state"))
	require.NoError(t, f.Close())
	_, err := f.Load(t.Context())
	require.ErrorIs(t, err, os.ErrClosed)
	require.ErrorIs(t, f.Replace(t.Context(), full()), os.ErrClosed)
	require.ErrorIs(t, f.Close(), os.ErrClosed)
}

func TestAFileStoreHasOneSessionAtATime(t *testing.T) {
	f := openFile(t, filepath.Join(t.TempDir(), "state"))
	end, err := bootstrapper.Begin(f)
	require.NoError(t, err)
	_, err = bootstrapper.ApplyFile(t.Context(), file126(t), f, nil)
	require.ErrorIs(t, err, bootstrapper.ErrSession)
	end()
	_, err = bootstrapper.ApplyFile(t.Context(), file126(t), f, nil)
	require.NoError(t, err)
}

func TestAFileStoreIsSafeForConcurrentUse(t *testing.T) {
	f := openFile(t, filepath.Join(t.TempDir(), "state"))
	a, b := full(), new(bootstrapper.State)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 20 {
				s := a
				if i%2 == 0 {
					s = b
				}
				if err := f.Replace(t.Context(), s); err != nil {
					t.Error(err)
				}
				got, err := f.Load(t.Context())
				if err != nil || !got.Equal(a) && !got.Equal(b) {
					t.Error("neither the one nor the other")
					continue
				}
				got.Delete(objects.Path{})
			}
		})
	}
	wg.Wait()
}
