package serialport

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// node is a device node, by its numbers.
type node struct{ dev, ino, rdev uint64 }

// lookAt reads a node's numbers; it does not open the device.
func lookAt(path string) (n node, ok bool) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFCHR {
		return node{}, false
	}
	return node{uint64(st.Dev), st.Ino, uint64(st.Rdev)}, true
}

// is tells whether two nodes are of one device. A UART may have nodes in
// several places, a container's /dev for one; but of pseudo-terminals each
// container has a number 7 of its own, in a file system of its own.
func (n node) is(other node) bool {
	return n.rdev == other.rdev && (!n.isPTY() || n == other)
}

func (n node) isPTY() bool { return unix.Major(n.rdev) == ptsMajor }

func (n node) minor() uint32 { return unix.Minor(n.rdev) }

// lockName is how /proc/locks names a file: the numbers of its file system, in
// hex, and its inode.
func (n node) lockName() string {
	return fmt.Sprintf("%02x:%02x:%d", unix.Major(n.dev), unix.Minor(n.dev), n.ino)
}
