// Package check tells everything that is wrong with a file
// EF(LwM2M_Bootstrap), where a reader stops at the first fault.
//
//	container ─▶ entries ─▶ values ─▶ what is sound ─▶ Tree.Decode, Tree.Validate
//	  offset       offset     path                       path, and its offset
//
// Each level is walked although others have faults. What is faulty is left
// out, and what remains is held against the definitions and against itself.
package check

import (
	"errors"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// MaxFaults is how many faults are told of one file.
const MaxFaults = 1000

// Fault is something that is wrong. Its text shows no value.
type Fault struct {
	Offset int // in the file; -1 of what is missing
	Path   objects.Path
	Grade  objects.Grade
	Text   string
}

// String is "offset 27: /0/1/5: error: …".
func (f Fault) String() string {
	text := fmt.Sprintf("%v: %s", f.Grade, f.Text)
	if f.Path != (objects.Path{}) {
		text = f.Path.String() + ": " + text
	}
	if f.Offset < 0 {
		return text
	}
	return fmt.Sprintf("offset %d: %s", f.Offset, text)
}

// Errors counts the faults of grade objects.Error.
func Errors(faults []Fault) (n int) {
	for _, f := range faults {
		if f.Grade == objects.Error {
			n++
		}
	}
	return n
}

// File tells what is wrong with a file, sorted by offset; what is missing
// comes last. A nil reg knows the built-in definitions.
func File(file []byte, reg *objects.Registry) []Fault {
	w := walk{reg: reg, at: make(map[objects.Path]int), cut: make(map[objects.Path]bool)}
	for o, err := range tlv.Objects(file) {
		if err != nil {
			w.malformed(objects.Path{}, err)
			break
		}
		w.object(o)
	}
	w.padding(file)
	w.whole()
	slices.SortStableFunc(w.faults, func(a, b Fault) int {
		switch {
		case a.Offset < 0 && b.Offset < 0, a.Offset == b.Offset:
			return 0
		case a.Offset < 0, b.Offset >= 0 && a.Offset > b.Offset:
			return 1
		}
		return -1
	})
	return w.faults
}

// walk is one file under inspection.
type walk struct {
	reg    *objects.Registry
	faults []Fault
	at     map[objects.Path]int  // where each path begins
	cut    map[objects.Path]bool // levels whose rest cannot be read
	sound  tlv.File              // what has no fault
}

func (w *walk) fault(offset int, path objects.Path, grade objects.Grade, format string, args ...any) {
	switch len(w.faults) {
	case MaxFaults:
		return
	case MaxFaults - 1:
		w.faults = append(w.faults, Fault{Offset: -1, Grade: objects.Error, Text: "there is more; nothing further is told"})
		return
	}
	w.faults = append(w.faults, Fault{offset, path, grade, fmt.Sprintf(format, args...)})
}

// malformed notes an error of package tlv.
func (w *walk) malformed(path objects.Path, err error) {
	w.cut[path] = true
	var bad *tlv.Error
	if errors.As(err, &bad) {
		w.fault(bad.Offset, path, objects.Error, "%v: %s", bad.Err, bad.Reason)
		return
	}
	w.fault(-1, path, objects.Error, "%v", err)
}

// padding looks at what stands behind the content.
func (w *walk) padding(file []byte) {
	size, err := tlv.FileSize(file)
	if err != nil || size > len(file) {
		return // it was told
	}
	for i, b := range file[size:] {
		if b != 0xFF {
			w.fault(size+i, objects.Path{}, objects.Warning, "octets behind the content that are no padding of FF")
			return
		}
	}
}

// whole holds the sound part against the definitions and against itself. What
// it says of a place that is known to be faulty is not told, nor what it misses
// behind a cut: the fault is why.
func (w *walk) whole() {
	faulty := make(map[objects.Path]bool)
	for _, f := range w.faults {
		if f.Grade == objects.Error {
			p := f.Path
			for faulty[p] = true; p.Depth() > 0; faulty[p] = true {
				p = p.Parent()
			}
		}
	}
	var t objects.Tree
	problems, err := t.Decode(w.sound, w.reg)
	var bad *objects.DecodeError
	if errors.As(err, &bad) { // a limit: entries and values were looked at
		w.fault(w.offset(bad.Path), bad.Path, objects.Error, "%v", bad.Err)
		return
	}
	for _, p := range append(problems, t.Validate(&objects.ValidateOptions{Registry: w.reg})...) {
		if !faulty[p.Path] && !w.cut[p.Path.Parent()] {
			w.fault(w.offset(p.Path), p.Path, p.Grade, "%s", p.Text)
		}
	}
}

// offset is where a path begins, -1 if it is not in the file.
func (w *walk) offset(path objects.Path) int {
	if at, ok := w.at[path]; ok {
		return at
	}
	return -1
}
