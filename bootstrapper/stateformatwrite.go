package bootstrapper

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// stateWriter writes the drawing in stateformat.go, or measures how long it
// will be.
type stateWriter struct {
	measure bool
	b       []byte // untouched when measuring
	n       int    // octets measured

	instances int   // so far
	err       error // the first limit exceeded
}

func (w *stateWriter) state(s *State) {
	w.raw([]byte(stateMagic))
	w.octet(stateVersion)
	for i := range s.sources {
		w.source(&s.sources[i])
	}
	w.card(s.card)
}

func (w *stateWriter) source(src *source) {
	var flags byte
	if src.digest != nil {
		flags |= hasDigest
	}
	if src.active.Len() > 0 {
		flags |= hasActive
	}
	if src.disabled.Len() > 0 {
		flags |= hasDisabled
	}
	if src.yielded {
		flags |= hasYielded
	}
	w.octet(flags)
	if src.digest != nil {
		w.raw(src.digest[:])
	}
	w.tree(&src.active)
	if w.tree(&src.disabled) {
		w.text(src.reason) // there is none without
	}
}

// tree writes a tree unless it is empty.
func (w *stateWriter) tree(t *objects.Tree) bool {
	if t.Len() == 0 {
		return false
	}
	n := 0
	for range t.Objects() {
		n++
	}
	w.count(objects.Path{}, "Objects", n, maxStateObjects)
	for o := range t.Objects() {
		w.number(uint64(o.ID()))
		w.octet(o.Version().Major)
		w.octet(o.Version().Minor)
		w.count(objects.ObjectPath(o.ID()), "Object Instances", o.Len(), objects.MaxInstances)
		w.instances += o.Len()
		for in := range o.Instances() {
			w.instance(o.ID(), in)
		}
	}
	return true
}

func (w *stateWriter) instance(object objects.ObjectID, in objects.Instance) {
	w.number(uint64(in.ID()))
	w.count(objects.InstancePath(object, in.ID()), "Resources", in.Len(), objects.MaxResources)
	for r := range in.Resources() {
		w.number(uint64(r.ID()))
		if !r.Multiple() {
			w.value(r.Value())
			continue
		}
		w.octet(multipleMark)
		w.count(objects.ResourcePath(object, in.ID(), r.ID()), "Resource Instances", r.Len(), objects.MaxResourceInstances)
		for id, v := range r.Values() {
			w.number(uint64(id))
			w.value(v)
		}
	}
}

func (w *stateWriter) value(v objects.Value) {
	head := byte(v.Type())
	if v.IsSecret() {
		head |= secretMark
	}
	w.octet(head)
	switch v.Type() {
	case objects.TypeInteger:
		n, _ := v.Integer()
		w.signed(n)
	case objects.TypeTime:
		t, _ := v.Time()
		w.signed(t.Unix())
	case objects.TypeUnsigned:
		n, _ := v.Unsigned()
		w.number(n)
	case objects.TypeFloat:
		f, _ := v.Float()
		w.raw(binary.BigEndian.AppendUint64(nil, math.Float64bits(f)))
	case objects.TypeBoolean:
		b, _ := v.Boolean()
		if b {
			w.octet(1)
		} else {
			w.octet(0)
		}
	case objects.TypeObjlnk:
		l, _ := v.Objlnk()
		w.number(uint64(l.Object))
		w.number(uint64(l.Instance))
	default:
		w.octets(v)
	}
}

// octets writes a value that is octets; the copy of them may be of a key.
func (w *stateWriter) octets(v objects.Value) {
	w.number(uint64(v.Len()))
	if w.measure {
		w.n += v.Len()
		return
	}
	octets, _ := v.Octets()
	w.raw(octets)
	clear(octets)
}

func (w *stateWriter) card(c Card) {
	w.text(c.Place)
	w.number(uint64(len(c.PINs)))
	for _, m := range c.PINs {
		w.raw(m.Salt[:])
		w.raw(m.Digest[:])
		w.octet(m.Tries)
		w.octet(byte(m.Outcome))
	}
}

func (w *stateWriter) text(s string) {
	w.number(uint64(len(s)))
	w.raw([]byte(s))
}

func (w *stateWriter) number(n uint64) {
	var b [binary.MaxVarintLen64]byte
	w.raw(b[:binary.PutUvarint(b[:], n)])
}

func (w *stateWriter) signed(n int64) {
	var b [binary.MaxVarintLen64]byte
	w.raw(b[:binary.PutVarint(b[:], n)])
}

func (w *stateWriter) octet(c byte) { w.raw([]byte{c}) }

func (w *stateWriter) raw(p []byte) {
	if w.measure {
		w.n += len(p)
		return
	}
	w.b = append(w.b, p...)
}

// count writes how many there are of something at p, limit at most.
func (w *stateWriter) count(p objects.Path, what string, n, limit int) {
	if n > limit && w.err == nil {
		w.err = fmt.Errorf("%v: %d %s, not %d at most: %w", p, n, what, limit, objects.ErrLimit)
	}
	w.number(uint64(n))
}

// limits is the error for a State that ParseState would not take.
func (w *stateWriter) limits() error {
	const room = MaxStateSize - checksumSize
	switch {
	case w.err != nil:
		return w.err
	case w.instances > maxStateInstances:
		return fmt.Errorf("%d Object Instances, not %d at most: %w", w.instances, maxStateInstances, objects.ErrLimit)
	case w.n > room:
		return fmt.Errorf("%d octets and a checksum, not %d at most: %w", w.n, room, objects.ErrLimit)
	}
	return nil
}
