//go:build linux || darwin

package pty

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

type nothing struct{ io.ReadWriter }

func (nothing) Close() error { return nil }

// free tells the next three descriptors that the system will hand out.
func free(t *testing.T) (fds [3]uintptr) {
	t.Helper()
	var files [3]*os.File
	for i := range files {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		files[i], fds[i] = f, f.Fd()
	}
	for _, f := range files {
		f.Close()
	}
	return fds
}

// Open needs three descriptors at a time; when there are fewer it fails and
// closes what it has.
func TestOpenFailsWithoutDescriptors(t *testing.T) {
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	before := free(t)
	for n, fd := range before {
		limit := old
		limit.Cur = uint64(fd)
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
			t.Fatal(err)
		}
		p, err := Open(nothing{})
		if restore := unix.Setrlimit(unix.RLIMIT_NOFILE, &old); restore != nil {
			t.Fatal(restore)
		}
		if err == nil {
			t.Errorf("Open succeeded with %d descriptors", n)
			p.Close()
		}
	}
	if after := free(t); after != before {
		t.Errorf("descriptors %v were free, now %v", before, after)
	}
}

func TestRawModeNeedsATerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := makeRaw(int(f.Fd())); err == nil {
		t.Error("a file became a raw terminal")
	}
}
