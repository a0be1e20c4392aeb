package objects

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// Path names a place in a [Tree]. It is comparable; the zero value is the
// root.
//
//	/          everything
//	/0         an Object
//	/0/1       an Object Instance
//	/0/1/3     a Resource
//	/0/1/3/2   a Resource Instance
type Path struct {
	ids [4]uint16 // those behind depth are 0
	n   uint8
}

// ObjectPath is /object.
func ObjectPath(object ObjectID) Path {
	return Path{ids: [4]uint16{uint16(object)}, n: 1}
}

// InstancePath is /object/instance.
func InstancePath(object ObjectID, instance uint16) Path {
	return Path{ids: [4]uint16{uint16(object), instance}, n: 2}
}

// ResourcePath is /object/instance/resource.
func ResourcePath(object ObjectID, instance uint16, resource ResourceID) Path {
	return Path{ids: [4]uint16{uint16(object), instance, uint16(resource)}, n: 3}
}

// ResourceInstancePath is /object/instance/resource/resourceInstance.
func ResourceInstancePath(object ObjectID, instance uint16, resource ResourceID, resourceInstance uint16) Path {
	return Path{ids: [4]uint16{uint16(object), instance, uint16(resource), resourceInstance}, n: 4}
}

// ParsePath reads what [Path.String] writes, and nothing else: a leading
// slash, up to four decimal numbers of 16 bits without leading zeros, no
// slash at the end but in the root.
func ParsePath(s string) (Path, error) {
	var p Path
	if s == "/" {
		return p, nil
	}
	rest := s
	for rest != "" {
		if rest[0] != '/' || int(p.n) == len(p.ids) {
			return Path{}, badPath(s, rest)
		}
		end := 1
		for end < len(rest) && rest[end] != '/' {
			end++
		}
		digits := rest[1:end]
		id, err := strconv.ParseUint(digits, 10, 16)
		if err != nil || len(digits) > 1 && digits[0] == '0' {
			return Path{}, badPath(s, rest)
		}
		p.ids[p.n] = uint16(id)
		p.n++
		rest = rest[end:]
	}
	if p.n == 0 {
		return Path{}, badPath(s, rest)
	}
	return p, nil
}

// badPath tells where s goes wrong; the text is not repeated, for it can be
// anything.
func badPath(s, rest string) error {
	return fmt.Errorf("objects: offset %d of a path of %d bytes: not a slash and a number of 16 bits, or more than four of them", len(s)-len(rest), len(s))
}

// AppendTo appends the text form.
func (p Path) AppendTo(dst []byte) []byte {
	if p.n == 0 {
		return append(dst, '/')
	}
	for _, id := range p.ids[:p.n] {
		dst = append(dst, '/')
		dst = strconv.AppendUint(dst, uint64(id), 10)
	}
	return dst
}

// String is the text form, "/0/1/3".
func (p Path) String() string { return string(p.AppendTo(make([]byte, 0, 24))) }

// Depth is the number of segments: 0 for the root, 4 for a Resource Instance.
func (p Path) Depth() int { return int(p.n) }

// Object is the first segment; ok is false for the root.
func (p Path) Object() (id ObjectID, ok bool) { return ObjectID(p.ids[0]), p.n > 0 }

// Instance is the Object Instance, the second segment, if there is one.
func (p Path) Instance() (id uint16, ok bool) { return p.ids[1], p.n > 1 }

// Resource is the third segment, if there is one.
func (p Path) Resource() (id ResourceID, ok bool) { return ResourceID(p.ids[2]), p.n > 2 }

// ResourceInstance is the fourth segment, if there is one.
func (p Path) ResourceInstance() (id uint16, ok bool) { return p.ids[3], p.n > 3 }

// Parent is the path without its last segment; the root's is the root.
func (p Path) Parent() Path {
	if p.n > 0 {
		p.n--
		p.ids[p.n] = 0
	}
	return p
}

// Child is the path with one segment more; ok is false when it has four.
func (p Path) Child(id uint16) (child Path, ok bool) {
	if int(p.n) == len(p.ids) {
		return p, false
	}
	p.ids[p.n] = id
	p.n++
	return p, true
}

// Contains reports whether q is p or lies below it.
func (p Path) Contains(q Path) bool {
	return p.n <= q.n && slices.Equal(p.ids[:p.n], q.ids[:p.n])
}

// Compare orders paths as a walk of the tree meets them: by segment, a path
// before those below it.
func (p Path) Compare(q Path) int {
	if c := slices.Compare(p.ids[:min(p.n, q.n)], q.ids[:min(p.n, q.n)]); c != 0 {
		return c
	}
	return cmp.Compare(p.n, q.n)
}
