package serialport

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// tree writes a /proc: a text that begins with "-> " is a link.
func tree(t *testing.T, files map[string]string) *procfs {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if len(text) > 3 && text[:3] == "-> " {
			require.NoError(t, os.Symlink(text[3:], path))
			continue
		}
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return &procfs{root, 100}
}

// twoPTYs returns two devices, and the number of the first.
func twoPTYs(t *testing.T) (path, another string, index uint32) {
	t.Helper()
	path, another = newPTY(t), newPTY(t)
	n, ok := lookAt(path)
	require.True(t, ok)
	require.Equal(t, filepath.Base(path), strconv.Itoa(int(n.minor())))
	return path, another, n.minor()
}

func TestHolderLooksAtEachProcess(t *testing.T) {
	path, another, index := twoPTYs(t)
	alias := filepath.Join(t.TempDir(), "modem") // as udev makes them
	require.NoError(t, os.Symlink(path, alias))
	self := strconv.Itoa(os.Getpid())
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  int
	}{
		{"nobody", nil, 0},
		{"a process", map[string]string{"812/fd/9": "-> " + path}, 812},
		{"among other files", map[string]string{
			"812/fd/0": "-> socket:[5]", "812/fd/1": "-> /dev/null", "812/fd/2": "-> " + path, "812/fd/3": "-> pipe:[7]",
		}, 812},
		{"another device", map[string]string{"812/fd/9": "-> " + another}, 0},
		{"a file that is gone", map[string]string{"812/fd/9": "-> /dev/ttyUSB2 (deleted)"}, 0},
		{"a file that is no device", map[string]string{"812/fd/9": "-> /dev"}, 0},
		{"elsewhere", map[string]string{"812/fd/9": "-> " + alias}, 0},
		{"this process", map[string]string{self + "/fd/9": "-> " + path}, 0},
		{"no process", map[string]string{"bus/fd/9": "-> " + path, "0/fd/9": "-> " + path, "-1/fd/9": "-> " + path}, 0},
		{"no link", map[string]string{"812/fd/9": "x"}, 0},
		{"no descriptors to see", map[string]string{"812/fd": "x"}, 0},
		{"it serves the far end", map[string]string{
			"812/fd/8": "-> /dev/ptmx", "812/fdinfo/8": fmt.Sprintf("pos:\t0\ntty-index:\t%d\n", index),
			"812/fd/9": "-> " + path, "812/fd/7": "-> " + path,
		}, 0},
		{"it serves another's far end", map[string]string{
			"812/fd/8": "-> /dev/pts/ptmx", "812/fdinfo/8": fmt.Sprintf("tty-index:\t%d\n", index+1), "812/fd/9": "-> " + path,
		}, 812},
		{"an old kernel", map[string]string{
			"812/fd/8": "-> /dev/ptmx", "812/fdinfo/8": "pos:\t0\n", "812/fd/9": "-> " + path,
		}, 812},
		{"a number that is none", map[string]string{
			"812/fd/8": "-> /dev/ptmx", "812/fdinfo/8": "tty-index:\tx\n", "812/fd/9": "-> " + path,
		}, 812},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, tree(t, tt.files).holder(path))
			require.Equal(t, tt.want, tree(t, tt.files).holder(alias))
		})
	}
	require.Zero(t, tree(t, map[string]string{"812/fd/9": "-> " + path}).holder(filepath.Join(t.TempDir(), "none")))
}

func TestHolderLooksAtSoManyFiles(t *testing.T) {
	path := newPTY(t)
	p := tree(t, map[string]string{"812/fd/9": "-> " + path})
	p.links = 0
	require.Zero(t, p.holder(path))

	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprintf("812/fd/%d", i)] = "-> socket:[1]"
		files[fmt.Sprintf("813/fd/%d", i)] = "-> socket:[1]"
	}
	p = tree(t, files)
	require.Zero(t, p.holder(path))
	require.Zero(t, p.links, "no more than 100 of the 120")
}

func TestLockerReadsTheKernelsTable(t *testing.T) {
	path := newPTY(t)
	n, _ := lookAt(path)
	at := n.lockName()
	for _, tt := range []struct {
		name, table string
		want        int
	}{
		{"empty", "", 0},
		{"locked", "1: FLOCK  ADVISORY  WRITE 812 " + at + " 0 EOF\n", 812},
		{"among others", "1: POSIX  ADVISORY  WRITE 5 " + at + " 0 EOF\n2: FLOCK  ADVISORY  WRITE 6 00:01:" + strconv.Itoa(int(n.ino)) +
			" 0 EOF\n3: FLOCK  ADVISORY  READ 812 " + at + " 0 EOF\n", 812},
		{"one that waits", "1: -> FLOCK  ADVISORY  WRITE 812 " + at + " 0 EOF\n", 0},
		{"from outside the container", "1: FLOCK  ADVISORY  WRITE 0 " + at + " 0 EOF\n", 0},
		{"no number", "1: FLOCK  ADVISORY  WRITE x " + at + " 0 EOF\n", 0},
		{"cut short", "1: FLOCK  ADVISORY  WRITE 812 " + at, 0},
		{"garbage", "\x00\xFF\n\n   \n1:\n", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, tree(t, map[string]string{"locks": tt.table}).locker(path))
		})
	}
	require.Zero(t, tree(t, nil).locker(path))
	require.Zero(t, tree(t, nil).locker(filepath.Join(t.TempDir(), "none")))
}

func TestLockNameIsTheKernels(t *testing.T) {
	far, tty, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() { _ = far.Close() })
	t.Cleanup(func() { _ = tty.Close() })
	require.Zero(t, locker(tty.Name()))
	require.NoError(t, unix.Flock(int(tty.Fd()), unix.LOCK_EX))
	require.Equal(t, os.Getpid(), locker(tty.Name()))
}

func TestProgramIsTheProcesssName(t *testing.T) {
	p := tree(t, map[string]string{"812/comm": "ModemManager\n"})
	require.Equal(t, "ModemManager", p.program(812))
	require.Empty(t, p.program(813))
}

func TestReadStopsAtAMebibyte(t *testing.T) {
	p := tree(t, map[string]string{"locks": string(make([]byte, 1<<20+1))})
	require.Len(t, p.read("locks"), 1<<20)
}

func TestPseudoTerminalsOfTwoContainersAreTwo(t *testing.T) {
	pts := node{dev: 24, ino: 10, rdev: unix.Mkdev(ptsMajor, 7)}
	elsewhere := node{dev: 31, ino: 10, rdev: pts.rdev}
	require.True(t, pts.is(pts))
	require.False(t, pts.is(elsewhere))

	uart := node{dev: 5, ino: 300, rdev: unix.Mkdev(188, 2)}
	inContainer := node{dev: 70, ino: 12, rdev: uart.rdev}
	require.True(t, uart.is(inContainer))
	require.False(t, uart.is(node{dev: 5, ino: 300, rdev: unix.Mkdev(188, 3)}))
}

func BenchmarkHolder(b *testing.B) {
	for b.Loop() {
		holder("/dev/ptmx")
	}
}
