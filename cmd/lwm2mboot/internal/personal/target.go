package personal

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// target is a file, or a part of one, that may be written.
type target struct {
	ref apdu.FileRef
	fcp apdu.FCP

	old    []byte // to the end of the part; as the card has it
	oldErr error  // why it could not be read

	rule    apdu.AccessRule
	ruleErr error // why it is not known
}

// look reads what is known of a file. The error is that of the way to the card,
// or that there is no such file; what the card does not tell of a file that
// there is, is in the target.
func (s *session) look(ctx context.Context, ref apdu.FileRef) (*target, error) {
	ref = s.place(ref)
	t := &target{ref: ref}
	t.fcp, _ = apdu.ParseFCP(nil) // knows nothing
	ref.Told = &t.fcp
	t.old, t.oldErr = s.ch.ReadFile(ctx, ref, nil)
	if t.oldErr != nil && (errors.Is(t.oldErr, apdu.ErrNotFound) || !answered(t.oldErr)) {
		return nil, t.oldErr
	}
	t.rule, t.ruleErr = s.ch.ReadAccessRule(ctx, ref.Path)
	if t.ruleErr != nil && !answered(t.ruleErr) {
		return nil, t.ruleErr
	}
	return t, nil
}

// state is what stands in the file.
func (t *target) state() State {
	if t.oldErr != nil {
		return unread(t.oldErr)
	}
	return stateOf(t.old)
}

// size is how much fits: what could be read, or what the card tells.
func (t *target) size() (int, error) {
	told := t.fcp.Size - t.ref.Offset // below 0 when it is unknown
	switch {
	case t.oldErr == nil:
		return len(t.old), nil
	case t.ref.Length > 0 && told > 0:
		return min(t.ref.Length, told), nil
	case t.ref.Length > 0 || told > 0:
		return max(t.ref.Length, told), nil
	}
	return 0, fmt.Errorf("%v: %w: %w", t.ref, ErrSize, t.oldErr)
}

// locate finds the file that a device reads: the first entry whose file holds
// something, or else the first whose file is there.
func (s *session) locate(ctx context.Context) (*target, error) {
	file := s.Search.File
	if len(file) == 0 || file[0] != apdu.FIDMF {
		if err := s.reach(ctx); err != nil {
			return nil, err
		}
	} else if err := s.secure(ctx); err != nil {
		return nil, err
	}
	if len(file) > 0 {
		return s.look(ctx, apdu.FileRef{Path: file})
	}
	var first *target
	var passed error
	for o, err := range pkcs15.Find(ctx, s, s.Search.OIDs...) {
		t := (*target)(nil)
		switch {
		case err == nil && o.Direct == nil:
			t, err = s.look(ctx, o.Ref)
		case err == nil && !tlv.Empty(o.Direct):
			return nil, fmt.Errorf("%v: %w", o.Directory, ErrInDirectory)
		case err == nil:
			continue
		}
		switch {
		case err != nil && (s.secured != "" || !answered(err)): // a refusal has no MAC
			return nil, err
		case err != nil:
			passed = errors.Join(passed, err)
		case !t.state().Empty():
			return t, nil
		case first == nil:
			first = t
		}
	}
	switch {
	case first != nil:
		return first, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case passed != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoFile, passed)
	}
	return nil, fmt.Errorf("%w: no entry of OID %v", ErrNoFile, s.Search.OIDs[0])
}

// filled is what the file is to hold: content, and FF to its end. Octets of 00
// behind an older content, which hold no key, may stay, and so may a file that
// is empty and is to be.
func (t *target) filled(content []byte) ([]byte, error) {
	size, err := t.size()
	if err != nil {
		return nil, err
	}
	if lacks := len(content) - size; lacks > 0 {
		return nil, fmt.Errorf("%v: %w: %d octets of content, %d fit, %d too many%s", t.ref, ErrTooSmall, len(content), size, lacks, t.shorter())
	}
	if t.oldErr == nil && tlv.Empty(content) && tlv.Empty(t.old) && blank(t.old) {
		return bytes.Clone(t.old), nil // empty in another way
	}
	rest := bytes.Repeat([]byte{0xFF}, size-len(content))
	if t.oldErr == nil && blank(t.old[len(content):]) {
		rest = t.old[len(content):]
	}
	return append(bytes.Clone(content), rest...), nil
}

// shorter tells of a file that ends before the card says it does; "" otherwise.
func (t *target) shorter() string {
	told := t.fcp.Size - t.ref.Offset
	if t.ref.Length > 0 {
		told = min(told, t.ref.Length)
	}
	if t.oldErr != nil || told <= len(t.old) {
		return ""
	}
	return fmt.Sprintf(": the card tells of %d, and it can be read to %d octets only", told, len(t.old))
}

// blank reports that there is nothing but FF and 00.
func blank(b []byte) bool {
	return len(bytes.Trim(b, "\x00\xFF")) == 0
}

// holds reports whether the file is known to hold exactly want.
func (t *target) holds(want []byte) bool {
	return t.oldErr == nil && bytes.Equal(t.old, want)
}
