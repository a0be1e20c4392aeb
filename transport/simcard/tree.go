package simcard

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// node is a file on the card.
type node struct {
	File             // Content, Records and FCP are the card's own copies; Children is not used
	parent   *node   // nil for the MF
	children []*node // in the order of their making

	read       Condition // of ReadCondition; nil: File's
	update     Condition // of UpdateCondition; nil: File's
	rule       []byte    // its access conditions, as a record of EF(ARR) tells them
	ruleNumber byte      // of that record
}

// readCondition is what must be met before n is read.
func (n *node) readCondition() Condition {
	if n.read != nil {
		return n.read
	}
	return n.Read
}

// updateCondition is what must be met before n is updated.
func (n *node) updateCondition() Condition {
	if n.update != nil {
		return n.update
	}
	return n.Update
}

func (n *node) isDF() bool { return n.Kind == apdu.StructureDF }

// maxDepth bounds the tree, and with it every recursion over it.
const maxDepth = 8

// put adds file, with all below it, to the directory n.
func (n *node) put(f File, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: more than %d levels of directories", ErrBadFile, maxDepth)
	}
	if err := f.check(); err != nil {
		return err
	}
	if f.AID != "" && n.parent != nil {
		return fmt.Errorf("%w: %s is not directly below the MF", ErrBadFile, f)
	}
	have := n.same(f)
	if have == nil {
		have = &node{parent: n}
		n.children = append(n.children, have)
	} else if have.isDF() != (f.Kind == apdu.StructureDF) {
		return fmt.Errorf("%w: %s is there already, as a file of another kind", ErrBadFile, f)
	}
	if err := have.take(f, depth); err != nil {
		return err
	}
	return n.checkUnique(have)
}

// same is the child that f replaces or adds to, or nil.
func (n *node) same(f File) *node {
	for _, c := range n.children {
		if f.AID != "" && c.AID == f.AID || f.AID == "" && f.FID == c.FID {
			return c
		}
	}
	return nil
}

// take copies f into n.
func (n *node) take(f File, depth int) error {
	children := f.Children
	f.Children = nil
	f.Content = bytes.Clone(f.Content)
	f.FCP = bytes.Clone(f.FCP)
	f.Records = cloneRecords(f.Records)
	if old := n.File; n.isDF() { // what is not set stays
		if f.FCP == nil {
			f.FCP = old.FCP
		}
		if f.Label == "" {
			f.Label = old.Label
		}
		if f.FID == 0 {
			f.FID = old.FID
		}
		f.AID = old.AID // the same, unless f was found by its FID
	}
	n.File = f
	for _, c := range children {
		if err := n.put(c, depth+1); err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
	}
	return nil
}

func cloneRecords(records [][]byte) [][]byte {
	out := make([][]byte, len(records))
	for i, r := range records {
		out[i] = bytes.Clone(r)
	}
	return out
}

// check tells what is impossible about f itself.
func (f File) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s: %s", ErrBadFile, f, fmt.Sprintf(format, args...))
	}
	switch f.FID {
	case apdu.FIDMF, apdu.FIDCurrentADF, 0x3FFF:
		return bad("the identifier is reserved")
	case 0:
		if f.AID == "" {
			return bad("a file needs an identifier")
		}
	}
	switch {
	case len(f.FCP) > maxFCP || f.FCP != nil && len(f.FCP) == 0:
		return bad("FCP of %d octets", len(f.FCP))
	case f.Kind != apdu.StructureDF && (f.AID != "" || len(f.Children) > 0):
		return bad("only a DF has an AID or children")
	case f.SFI > maxSFI || f.SFI != 0 && f.Kind == apdu.StructureDF:
		return bad("SFI %d", f.SFI)
	}
	switch f.Kind {
	case apdu.StructureDF:
		if f.AID != "" && (len(f.AID) < 5 || len(f.AID) > 16) {
			return bad("AID of %d octets", len(f.AID))
		}
		if len(f.Label) > maxLabel || !utf8.ValidString(f.Label) {
			return bad("label of %d octets", len(f.Label))
		}
	case apdu.StructureTransparent:
		if len(f.Content) > MaxFileSize {
			return bad("%d octets, at most %d", len(f.Content), MaxFileSize)
		}
	case apdu.StructureLinearFixed:
		return f.checkRecords(bad)
	default:
		return bad("%v is no structure that the card knows", f.Kind)
	}
	return nil
}

func (f File) checkRecords(bad func(string, ...any) error) error {
	if len(f.Records) == 0 || len(f.Records) > maxRecords {
		return bad("%d records, not 1 to %d", len(f.Records), maxRecords)
	}
	want := len(f.Records[0])
	for i, r := range f.Records {
		if len(r) != want || want == 0 || want > maxRecordLength {
			return bad("record %d of %d octets", i+1, len(r))
		}
	}
	return nil
}

// checkUnique tells whether a file has an identifier of the one just added.
func (n *node) checkUnique(added *node) error {
	for _, c := range n.children {
		switch {
		case c == added:
		case c.FID != 0 && c.FID == added.FID:
			return fmt.Errorf("%w: %s is there twice", ErrBadFile, c.FID)
		case c.SFI != 0 && c.SFI == added.SFI:
			return fmt.Errorf("%w: %s and %s have the same SFI %d", ErrBadFile, c.File, added.File, c.SFI)
		}
	}
	return nil
}
