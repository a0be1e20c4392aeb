package serialport

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxLinks is how many open files are looked at: those of a large server, in
// a fraction of a second.
const maxLinks = 1 << 17

// ptsMajor is the major number of the pseudo-terminals' ends that programs
// open (Documentation/admin-guide/devices.txt).
const ptsMajor = 136

func holder(path string) int { return (&procfs{"/proc", maxLinks}).holder(path) }
func locker(path string) int { return (&procfs{"/proc", maxLinks}).locker(path) }
func program(pid int) string { return (&procfs{"/proc", maxLinks}).program(pid) }

// procfs is the kernel's view of the processes (proc(5)):
//
//	/proc/812/comm         ModemManager
//	/proc/812/fd/9         a link to /dev/ttyUSB2
//	/proc/812/fdinfo/9     on a pseudo-terminal's master: tty-index: 7
//	/proc/locks            1: FLOCK ADVISORY WRITE 812 00:05:317 0 EOF
//
// What this process may not see it passes over.
type procfs struct {
	root  string
	links int // that may still be looked at
}

// holder returns the first process but this one that has the device at path
// open, under whatever name; or 0.
func (p *procfs) holder(path string) int {
	device, ok := lookAt(path)
	if !ok {
		return 0
	}
	for _, name := range names(p.root, p.links) {
		pid, err := strconv.Atoi(name)
		if err == nil && pid > 0 && pid != os.Getpid() && p.has(name, device) {
			return pid
		}
	}
	return 0
}

// has tells whether a process has the device open. On a pseudo-terminal it
// may serve its far end, and keep the near one so that it lasts; it is no
// second reader then.
func (p *procfs) has(pid string, device node) (found bool) {
	fds := filepath.Join(p.root, pid, "fd")
	for _, fd := range names(fds, p.links) {
		p.links--
		link, err := os.Readlink(filepath.Join(fds, fd))
		if err != nil || !strings.HasPrefix(link, "/dev/") {
			continue // to look at a file elsewhere may take as long as its server is away
		}
		if strings.HasSuffix(link, "/ptmx") && device.isPTY() && p.index(pid, fd) == device.minor() {
			return false
		}
		if other, ok := lookAt(filepath.Join(fds, fd)); ok && device.is(other) {
			found = true
		}
	}
	return found
}

// index is the number of the pseudo-terminal whose master a process has open;
// Linux tells since 4.16.
func (p *procfs) index(pid, fd string) uint32 {
	for line := range strings.Lines(p.read(pid, "fdinfo", fd)) {
		if number, ok := strings.CutPrefix(line, "tty-index:"); ok {
			if n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 32); err == nil {
				return uint32(n)
			}
		}
	}
	return ^uint32(0) // more than a minor number can be
}

// locker returns the process that has an flock on the file at path, or 0.
func (p *procfs) locker(path string) int {
	device, ok := lookAt(path)
	if !ok {
		return 0
	}
	for line := range strings.Lines(p.read("locks")) {
		f := strings.Fields(line) // a process that waits has "->" in the second place
		if len(f) == 8 && f[1] == "FLOCK" && f[5] == device.lockName() {
			if pid, err := strconv.Atoi(f[4]); err == nil && pid > 0 {
				return pid
			}
		}
	}
	return 0
}

// program is the name of a process, or "".
func (p *procfs) program(pid int) string {
	return strings.TrimSuffix(p.read(strconv.Itoa(pid), "comm"), "\n")
}

// read reads a file up to 1 MiB; what cannot be read is empty.
func (p *procfs) read(path ...string) string {
	f, err := os.Open(filepath.Join(p.root, filepath.Join(path...)))
	if err != nil {
		return ""
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, 1<<20))
	return string(text)
}

// names lists a directory, up to n entries.
func names(dir string, n int) []string {
	if n <= 0 { // Readdirnames would give all
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	list, _ := f.Readdirnames(n)
	return list
}
