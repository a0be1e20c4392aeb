package bootstrapper

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
)

// crashDisk is a directory in memory whose power can be cut. It has two views
// of itself: what a process sees, and what is on the disk. A file's octets get
// there by its Sync, the directory's entries by sync; what did not, a power cut
// may keep, lose or spoil: see disks.
type crashDisk struct {
	seen    map[string]*crashFile
	onDisk  map[string]*crashFile
	entries []dirChange // of seen that onDisk has not got for sure

	power int // steps until it is cut; negative: never
	ops   int // operations that there was power for

	failAt int // the operation that fails, counted from 1
	failed error
	locked bool
}

// crashFile is a file, whatever its name.
type crashFile struct{ seen, onDisk []byte }

// dirChange is a name that was given to a file, was moved, or was taken away.
type dirChange struct {
	from, to string // to "": removed; from "": created
	file     *crashFile
}

var errPower = errors.New("no power")

func newCrashDisk() *crashDisk {
	return &crashDisk{seen: map[string]*crashFile{}, onDisk: map[string]*crashFile{}, power: -1}
}

// put puts a file on the disk as if it had been there always.
func (d *crashDisk) put(name string, octets []byte) {
	f := &crashFile{seen: octets, onDisk: octets}
	d.seen[name], d.onDisk[name] = f, f
}

func (d *crashDisk) names() []string { return slices.Sorted(maps.Keys(d.seen)) }

// step is one thing done, if there is power for it.
func (d *crashDisk) step() error {
	if d.power == 0 {
		return errPower
	}
	d.power--
	return nil
}

func (d *crashDisk) op() error {
	if err := d.step(); err != nil {
		return err
	}
	d.ops++
	if d.ops == d.failAt {
		return d.failed
	}
	return nil
}

func (d *crashDisk) change(c dirChange) {
	c.apply(d.seen)
	d.entries = append(d.entries, c)
}

func (c dirChange) apply(dir map[string]*crashFile) {
	if c.from != "" && dir[c.from] == c.file {
		delete(dir, c.from)
	}
	if c.to != "" {
		dir[c.to] = c.file
	}
}

func (d *crashDisk) check(name string) error {
	if err := d.op(); err != nil {
		return err
	}
	if d.seen[name] == nil {
		return &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return nil
}

func (d *crashDisk) lock(name string) error {
	if err := d.op(); err != nil {
		return err
	}
	if d.seen[name] == nil {
		d.change(dirChange{to: name, file: new(crashFile)})
	}
	if d.locked {
		return ErrLocked
	}
	d.locked = true
	return nil
}

func (d *crashDisk) read(name string, max int) ([]byte, error) {
	if err := d.check(name); err != nil {
		return nil, err
	}
	if len(d.seen[name].seen) > max {
		return nil, ErrCorrupt
	}
	return bytes.Clone(d.seen[name].seen), nil
}

func (d *crashDisk) create(name string) (diskFile, error) {
	if err := d.op(); err != nil {
		return nil, err
	}
	if d.seen[name] != nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	f := new(crashFile)
	d.change(dirChange{to: name, file: f})
	return &crashHandle{d: d, f: f}, nil
}

func (d *crashDisk) rename(from, to string) error {
	if err := d.op(); err != nil {
		return err
	}
	if d.seen[from] == nil {
		return fs.ErrNotExist
	}
	d.change(dirChange{from: from, to: to, file: d.seen[from]})
	return nil
}

func (d *crashDisk) remove(name string) error {
	if err := d.check(name); err != nil {
		return err
	}
	d.change(dirChange{from: name, file: d.seen[name]})
	return nil
}

func (d *crashDisk) sync() error {
	if err := d.op(); err != nil {
		return err
	}
	d.onDisk, d.entries = maps.Clone(d.seen), nil
	return nil
}

// close is also what the operating system does for a process that is killed.
func (d *crashDisk) close() error {
	d.locked = false
	return nil
}

// crashHandle is a file open to write.
type crashHandle struct {
	d *crashDisk
	f *crashFile
}

// Write writes octet by octet: power may be cut before each. When it is to
// fail, the disk is full after the half.
func (h *crashHandle) Write(p []byte) (int, error) {
	full := h.d.op()
	for i, c := range p {
		if full != nil && i == len(p)/2 {
			return i, full
		}
		if err := h.d.step(); err != nil {
			return i, err
		}
		h.f.seen = append(h.f.seen[:len(h.f.seen):len(h.f.seen)], c)
	}
	return len(p), nil
}

func (h *crashHandle) Sync() error {
	if err := h.d.op(); err != nil {
		return err
	}
	h.f.onDisk = h.f.seen
	return nil
}

func (h *crashHandle) Close() error { return h.d.op() }

// clone is the same disk once more, both views of it.
func (d *crashDisk) clone() *crashDisk {
	c := newCrashDisk()
	files := map[*crashFile]*crashFile{}
	copied := func(f *crashFile) *crashFile {
		if files[f] == nil {
			files[f] = &crashFile{f.seen, f.onDisk} // octets are never written over
		}
		return files[f]
	}
	for name, f := range d.seen {
		c.seen[name] = copied(f)
	}
	for name, f := range d.onDisk {
		c.onDisk[name] = copied(f)
	}
	for _, e := range d.entries {
		e.file = copied(e.file)
		c.entries = append(c.entries, e)
	}
	return c
}

// disks walks what there can be after a power cut: every subset of the changes
// of the directory that are not on the disk for sure, in their order, and every
// kind of content for each file that is not.
func (d *crashDisk) disks() iter.Seq[*crashDisk] {
	return func(yield func(*crashDisk) bool) {
		for kept := range 1 << len(d.entries) {
			dir := maps.Clone(d.onDisk)
			for i, e := range d.entries {
				if kept&(1<<i) != 0 {
					e.apply(dir)
				}
			}
			if !contents(newCrashDisk(), dir, slices.Sorted(maps.Keys(dir)), yield) {
				return
			}
		}
	}
}

// contents yields d with all contents that the files of these names can have.
func contents(d *crashDisk, dir map[string]*crashFile, names []string, yield func(*crashDisk) bool) bool {
	if len(names) == 0 {
		return yield(d.clone())
	}
	for octets := range dir[names[0]].survives() {
		d.put(names[0], octets)
		if !contents(d, dir, names[1:], yield) {
			return false
		}
	}
	return true
}

// survives walks what a power cut can make of a file: what was synced, all of
// it, a first part, one with zeros behind up to the size, and zeros with a last
// part behind. Since power is cut at every octet written, every first part comes.
func (f *crashFile) survives() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if !yield(f.onDisk) || bytes.Equal(f.onDisk, f.seen) || !yield(f.seen) {
			return
		}
		n := len(f.seen)
		ends := []int{0, 1, n / 4, n / 2, 3 * n / 4, n - 1}
		for i, end := range ends {
			if end < 0 || slices.Contains(ends[:i], end) {
				continue
			}
			zeros := make([]byte, n)
			first, last := slices.Clone(zeros), slices.Clone(zeros)
			copy(first, f.seen[:end])
			copy(last[end:], f.seen[end:])
			if !yield(f.seen[:end:end]) || !yield(first) || !yield(last) {
				return
			}
		}
	}
}

// String tells disks apart.
func (d *crashDisk) String() string {
	var b strings.Builder
	for _, name := range d.names() {
		fmt.Fprintf(&b, "%s %d ", name, len(d.seen[name].seen))
		b.Write(d.seen[name].seen)
	}
	return b.String()
}
