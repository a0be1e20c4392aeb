package config

import (
	"maps"
	"strconv"
	"strings"
	"sync"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Names knows the names of Objects and Resources: those of configurations of
// the known generator, and those of the definitions with the signs left out
// (ServerURI of "LWM2M  Server URI", with and without the LwM2M). Letters and
// digits alone count, of any size: short-server-id is ShortServerID. It does
// not change after it is made and is safe for concurrent use.
type Names struct {
	objects   nameList
	resources map[uint16]*nameList
}

// nameList are the names of one level.
type nameList struct {
	byName  map[string]uint16 // as they are written
	byForm  map[string]uint16 // as normal makes them
	primary map[uint16]string // the name that is shown and written
}

// NewNames returns the names of the built-in table and of the definitions; a
// nil reg has the built-in ones.
func NewNames(reg *objects.Registry) *Names {
	if reg == nil {
		return builtInNames()
	}
	return makeNames(reg)
}

var builtInNames = sync.OnceValue(func() *Names { return makeNames(nil) })

func makeNames(reg *objects.Registry) *Names {
	n := &Names{resources: make(map[uint16]*nameList)}
	for _, o := range objectNames {
		n.objects.add(o.id, o.name)
	}
	for object, list := range resourceNames {
		for id, name := range list {
			if name != "" {
				n.of(object).add(uint16(id), name)
			}
		}
	}
	for d := range reg.All() {
		object := uint16(d.ID)
		n.objects.addDefined(object, d.Name)
		for _, r := range d.Resources {
			n.of(object).addDefined(uint16(r.ID), r.Name)
		}
	}
	return n
}

// of is the list of an object's Resources, made when it is not there.
func (n *Names) of(object uint16) *nameList {
	if n.resources[object] == nil {
		n.resources[object] = new(nameList)
	}
	return n.resources[object]
}

// add takes a name that no other ID has.
func (l *nameList) add(id uint16, name string) {
	form := normal(name)
	if have, taken := l.byForm[form]; taken && have != id || form == "" || !letter(form[0]) {
		return
	}
	if l.byName == nil {
		l.byName, l.byForm, l.primary = make(map[string]uint16), make(map[string]uint16), make(map[uint16]string)
	}
	l.byName[name], l.byForm[form] = id, id
	if l.primary[id] == "" {
		l.primary[id] = name
	}
}

// addDefined takes the name of a definition.
func (l *nameList) addDefined(id uint16, name string) {
	l.add(id, identifier(name, "lwm2m"))
	l.add(id, identifier(name, ""))
}

// identifier is the words of a name in one, as ServerURI; a word equal to
// without is left out, and Key(s) is Keys.
func identifier(name, without string) string {
	name = strings.NewReplacer("(", "", ")", "").Replace(name)
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r > 'z' || !alphanumeric(byte(r)) }) {
		if without == "" || !strings.EqualFold(word, without) {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func alphanumeric(c byte) bool { return letter(c) || c >= '0' && c <= '9' }

// normal is a name without what does not count in it.
func normal(name string) string {
	b := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c >= 'A' && c <= 'Z':
			b = append(b, c|0x20)
		case alphanumeric(c) || c >= 0x80: // a letter of another script is no sign
			b = append(b, c)
		}
	}
	return string(b)
}

// Object is the ID of the Object with that name.
func (n *Names) Object(name string) (id uint16, ok bool) {
	id, ok = n.objects.byForm[normal(name)]
	return id, ok
}

// Resource is the ID of the Resource with that name in an Object.
func (n *Names) Resource(object uint16, name string) (id uint16, ok bool) {
	if l := n.resources[object]; l != nil {
		id, ok = l.byForm[normal(name)]
	}
	return id, ok
}

// ObjectName is the name of an Object that is written, or its number.
func (n *Names) ObjectName(id uint16) string {
	if name := n.objects.primary[id]; name != "" {
		return name
	}
	return strconv.Itoa(int(id))
}

// ResourceName is the name of a Resource that is written, or its number.
func (n *Names) ResourceName(object, id uint16) string {
	if l := n.resources[object]; l != nil && l.primary[id] != "" {
		return l.primary[id]
	}
	return strconv.Itoa(int(id))
}

// ObjectIDs are all the names of Objects, as they are written. The map is the
// caller's.
func (n *Names) ObjectIDs() map[string]uint16 { return maps.Clone(n.objects.byName) }

// ResourceIDs are all the names of an Object's Resources, as they are written;
// nil when it has none. The map is the caller's.
func (n *Names) ResourceIDs(object uint16) map[string]uint16 {
	if l := n.resources[object]; l != nil {
		return maps.Clone(l.byName)
	}
	return nil
}

// Path is a path in names, Security/1/Lifetime, for people.
func (n *Names) Path(p objects.Path) string {
	object, ok := p.Object()
	if !ok {
		return ""
	}
	text := n.ObjectName(uint16(object))
	if instance, ok := p.Instance(); ok {
		text += "/" + strconv.Itoa(int(instance))
	}
	if resource, ok := p.Resource(); ok {
		text += "/" + n.ResourceName(uint16(object), uint16(resource))
	}
	if instance, ok := p.ResourceInstance(); ok {
		text += "/" + strconv.Itoa(int(instance))
	}
	return text
}

// ObjectIDs are the names of Objects with the built-in definitions.
func ObjectIDs() map[string]uint16 { return NewNames(nil).ObjectIDs() }

// ResourceIDs are the names of an Object's Resources with the built-in
// definitions.
func ResourceIDs(object uint16) map[string]uint16 { return NewNames(nil).ResourceIDs(object) }
