package bootstrapper

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// FileStore is a [Store] in one file:
//
//	state         the State, mode 0600, as AppendState writes it
//	state.lock    empty; locked from Open to Close, and left there
//	state.tmp     the next State while Replace is at work
//
// A power cut at any moment leaves the old State or the new one; when Replace
// has returned nil, the new one. So that this holds, a State is written beside
// the file, synced, renamed over it, and the directory is synced. What Load
// returns is on the disk to stay, too.
//
// No older State is kept: keys that are in the State no longer, as those that
// [Remove] deletes, are in no file any more, unless somebody made a hard link to
// the old one. The blocks that they were in are not overwritten, which would be
// of no use on flash: who can read the raw disk needs encryption to be kept off.
// The directory should be the user's own: who may write to it can remove the
// lock file, and so let in a second opener.
//
// Load reads the file each time and never a copy in memory. A FileStore is safe
// for concurrent use and must not be copied; [Begin] keeps bootstraps apart.
// After Close everything is os.ErrClosed.
type FileStore struct {
	Turn
	path string // for error texts
	name string // of the file in its directory

	mu      sync.Mutex
	disk    disk // nil: closed
	pending bool // a rename may not be on the disk yet
}

var _ Store = (*FileStore)(nil)

// Names of the files beside the State's.
const (
	lockSuffix = ".lock"
	nextSuffix = ".tmp"
)

// Errors of a [FileStore], for errors.Is; beside them there are [ErrCorrupt] and
// [ErrVersion] from Load, and what the operating system returns.
var (
	// ErrLocked: the file is open in this process or another.
	ErrLocked = errors.New("in use by another")
	// ErrExposed: others than the process's own user can get at the file.
	ErrExposed = errors.New("others can get at the file: chown it to this user, chmod it to 600, and replace the keys in it if somebody may have read them")
)

// OpenFileStore opens the store in the file at path, to be closed with
// [FileStore.Close]. A file that is not there is an empty State; its directory
// must be there.
//
// It does not look into the file, but removes what a power cut left of a
// Replace, and syncs the directory: a file system that cannot do that is
// refused, and so is one that is mounted to read only. The path may lead
// through symbolic links to directories; a file that is one itself is refused,
// since a rename would replace the link and leave the keys where it points to.
//
// The error is [ErrLocked], [ErrExposed] (a mode that lets the group or others
// at it, or another owner), fs.ErrInvalid when the path is not that of a regular
// file or ends in .lock or .tmp, or the operating system's. Where there is no flock, which is everywhere but on
// Linux, macOS and the BSDs, it is errors.ErrUnsupported.
func OpenFileStore(path string) (*FileStore, error) {
	path = filepath.Clean(path)
	d, err := openDisk(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("bootstrapper: file store: %w", err)
	}
	f, err := openFileStore(d, path)
	if err != nil {
		d.close()
		return nil, fmt.Errorf("bootstrapper: %w", err)
	}
	return f, nil
}

func openFileStore(d disk, path string) (*FileStore, error) {
	f := &FileStore{path: path, name: filepath.Base(path), disk: d}
	if ext := filepath.Ext(f.name); ext == lockSuffix || ext == nextSuffix {
		return nil, f.fault(fmt.Errorf("%s: %w: another store's file may have this name", path, fs.ErrInvalid))
	}
	if err := d.check(f.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, f.fault(err)
	}
	if err := d.lock(f.name + lockSuffix); err != nil {
		return nil, f.fault(err)
	}
	if err := f.removeNext(); err != nil {
		return nil, f.fault(err)
	}
	// A process that was killed may have left a rename that is not on the disk.
	if err := d.sync(); err != nil {
		return nil, f.fault(err)
	}
	return f, nil
}

// Load returns the State that is in the file. Altered octets are [ErrCorrupt],
// a file of a newer release is [ErrVersion], and one that others have got at
// since it was opened is [ErrExposed]; the file is left as it is, and the next
// Replace overwrites it.
func (f *FileStore) Load(ctx context.Context) (*State, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.disk == nil {
		return nil, f.fault(os.ErrClosed)
	}
	if err := f.settle(); err != nil {
		return nil, f.fault(err)
	}
	b, err := f.disk.read(f.name, MaxStateSize)
	defer func() { clear(b) }()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return new(State), nil
	case err != nil:
		return nil, f.fault(err)
	}
	s, err := parseState(b)
	if err != nil {
		return nil, f.fault(fmt.Errorf("%s: %w", f.path, err))
	}
	return s, nil
}

// Replace writes s in the place of what is in the file, whatever that is. A
// State beyond the limits of [AppendState] is objects.ErrLimit.
//
// With an error the file is as it was, and the temporary one is removed. The
// one exception is when the very last step fails, to sync the directory: s is
// in the file then, and a power cut may bring the old State back. Load tries the
// sync again, and returns s when it succeeds and an error when not, so that
// nothing is built on a State that can vanish.
func (f *FileStore) Replace(ctx context.Context, s *State) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b, err := appendState(nil, s)
	defer func() { clear(b) }()
	if err != nil {
		return f.fault(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.disk == nil {
		return f.fault(os.ErrClosed)
	}
	if err := f.replace(b); err != nil {
		return f.fault(err)
	}
	return nil
}

func (f *FileStore) replace(b []byte) error {
	if err := f.removeNext(); err != nil { // that could not be removed before
		return err
	}
	err := f.writeNext(b)
	if err == nil {
		err = f.disk.rename(f.name+nextSuffix, f.name)
	}
	if err != nil {
		if left := f.removeNext(); left != nil {
			err = fmt.Errorf("%w; and the file stays: %w", err, left)
		}
		return err
	}
	f.pending = true
	return f.settle()
}

// writeNext puts b into the temporary file, on the disk.
func (f *FileStore) writeNext(b []byte) error {
	file, err := f.disk.create(f.name + nextSuffix)
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	if err == nil {
		err = file.Sync()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	return err
}

func (f *FileStore) removeNext() error {
	if err := f.disk.remove(f.name + nextSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// settle brings a rename to the disk.
func (f *FileStore) settle() error {
	if !f.pending {
		return nil
	}
	if err := f.disk.sync(); err != nil {
		return err
	}
	f.pending = false
	return nil
}

// Close lets others open the file. It waits for a Load or Replace at work.
func (f *FileStore) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.disk == nil {
		return f.fault(os.ErrClosed)
	}
	err := f.disk.close()
	f.disk = nil
	if err != nil {
		return f.fault(err)
	}
	return nil
}

// fault says that err is the store's. The operating system's errors, and ours,
// name the file.
func (f *FileStore) fault(err error) error { return fmt.Errorf("file store: %w", err) }
