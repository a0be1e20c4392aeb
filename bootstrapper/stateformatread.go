package bootstrapper

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// stateReader reads the drawing in stateformat.go. The first error stays: after
// it, everything read is zero.
//
// Nothing is allocated by a count before the octets for it are seen to be
// there.
type stateReader struct {
	b   []byte // all of it but the checksum
	at  int    // offset in b
	err error

	state     *State
	instances int // so far

	// What an Object Instance is gathered in before it is made: each is used
	// again and again.
	resources []objects.Resource
	values    []objects.ResourceInstance
}

func (r *stateReader) fail(at int, what string) {
	if r.err == nil {
		r.err = corrupt(at, what)
	}
}

func (r *stateReader) all() {
	for i := range r.state.sources {
		r.source(&r.state.sources[i])
	}
	r.card(&r.state.card)
	if r.at < len(r.b) {
		r.fail(r.at, "more than a State")
	}
}

func (r *stateReader) source(src *source) {
	at := r.at
	flags := r.octet()
	known := byte(sourceFlags)
	if src == r.state.source(Factory) {
		known |= hasYielded
	}
	src.yielded = flags&hasYielded != 0
	if flags&^known != 0 {
		r.fail(at, "unknown flags")
	}
	if flags&hasDigest != 0 {
		src.digest = new(Digest)
		copy(src.digest[:], r.raw(len(src.digest)))
	}
	if flags&hasActive != 0 {
		r.tree(&src.active, true)
	}
	if flags&hasDisabled != 0 {
		r.tree(&src.disabled, false)
		at := r.at
		src.reason = string(r.octets(MaxReason))
		if r.err == nil && src.reason != line(src.reason) {
			r.fail(at, "a reason that is no line")
		}
	}
}

// The least octets of each: with them a count is checked against what is left.
const (
	minObject           = 1 + 1 + 1 + 1 + minInstance
	minInstance         = 1 + 1
	minResource         = 1 + minValue
	minResourceInstance = 1 + minValue
	minValue            = 1 + 1
	minMark             = 16 + len(Digest{}) + 1 + 1
)

func (r *stateReader) tree(t *objects.Tree, active bool) {
	at := r.at
	n := r.count(maxStateObjects, minObject)
	if n == 0 {
		r.fail(at, "a tree without an Object")
	}
	last := -1
	for range n {
		if r.err != nil {
			return
		}
		r.object(t, objects.ObjectID(r.id(&last)), active)
	}
}

// object reads an Object into a tree; the instances of one that is active may
// be active nowhere else.
func (r *stateReader) object(t *objects.Tree, object objects.ObjectID, active bool) {
	version := tlv.Version{Major: r.octet(), Minor: r.octet()}
	at := r.at
	n := r.count(objects.MaxInstances, minInstance)
	if n == 0 {
		r.fail(at, "an Object without an Object Instance")
	}
	if r.instances += n; r.instances > maxStateInstances {
		r.fail(at, "too many Object Instances")
	}
	last := -1
	for range n {
		at := r.at
		id := r.id(&last)
		if _, taken := r.state.Origin(objects.InstancePath(object, id)); active && taken {
			r.fail(at, "an Object Instance that is active of another origin")
		}
		in := r.instance(id)
		if r.err != nil {
			return
		}
		t.Put(object, in)
	}
	if version != (tlv.Version{}) {
		t.SetVersion(object, version)
	}
}

func (r *stateReader) instance(id uint16) objects.Instance {
	r.resources = r.resources[:0]
	last := -1
	for range r.count(objects.MaxResources, minResource) {
		if r.err != nil {
			break
		}
		r.resources = append(r.resources, r.resource(objects.ResourceID(r.id(&last))))
	}
	return objects.NewInstance(id, r.resources...)
}

func (r *stateReader) resource(id objects.ResourceID) objects.Resource {
	if r.at == len(r.b) || r.b[r.at] != multipleMark {
		return objects.Single(id, r.value())
	}
	r.at++
	r.values = r.values[:0]
	last := -1
	for range r.count(objects.MaxResourceInstances, minResourceInstance) {
		if r.err != nil {
			break
		}
		r.values = append(r.values, objects.ResourceInstance{ID: r.id(&last), Value: r.value()})
	}
	return objects.Multiple(id, r.values...)
}

func (r *stateReader) value() (v objects.Value) {
	at := r.at
	head := r.octet()
	switch objects.Type(head & typeMask) {
	case objects.TypeNone:
		v = objects.Raw(r.octets(len(r.b)))
	case objects.TypeString:
		v = objects.String(string(r.octets(len(r.b))))
	case objects.TypeOpaque:
		v = objects.Opaque(r.octets(len(r.b)))
	case objects.TypeCorelnk:
		v = objects.Corelnk(string(r.octets(len(r.b))))
	case objects.TypeInteger:
		v = objects.Integer(r.signed())
	case objects.TypeTime:
		v = objects.Time(time.Unix(r.signed(), 0))
	case objects.TypeUnsigned:
		v = objects.Unsigned(r.number(math.MaxUint64))
	case objects.TypeFloat:
		if b := r.raw(8); b != nil {
			v = objects.Float(math.Float64frombits(binary.BigEndian.Uint64(b)))
		}
	case objects.TypeBoolean:
		v = objects.Boolean(r.number(1) == 1)
	case objects.TypeObjlnk:
		v = objects.Objlnk(tlv.Objlnk{Object: r.uint16(), Instance: r.uint16()})
	default:
		r.fail(at, "an unknown type")
	}
	if head&^(secretMark|typeMask) != 0 {
		r.fail(at, "an unknown kind of value")
	}
	if head&secretMark != 0 {
		v = v.AsSecret()
	}
	return v
}

func (r *stateReader) card(c *Card) {
	c.Place = string(r.octets(MaxPlace))
	for range r.count(MaxPINMarks, minMark) {
		var m PINMark
		copy(m.Salt[:], r.raw(len(m.Salt)))
		copy(m.Digest[:], r.raw(len(m.Digest)))
		m.Tries = r.octet()
		m.Outcome = PINOutcome(r.octet())
		c.PINs = append(c.PINs, m)
	}
}
