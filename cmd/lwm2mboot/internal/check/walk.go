package check

import (
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// object walks the Object Instances of an object.
func (w *walk) object(o tlv.Object) {
	path := objects.ObjectPath(objects.ObjectID(o.ID))
	if _, twice := w.at[path]; !twice {
		w.at[path] = o.Offset()
	}
	if o.ID == objects.MaxID {
		w.fault(o.Offset(), path, objects.Error, "no object has this ID")
		return
	}
	def, _ := w.reg.Lookup(objects.ObjectID(o.ID), o.Version)
	sound := w.level(o.Reader(), path, tlv.ObjectInstance, func(in tlv.Entry, path objects.Path) ([]byte, bool) {
		if in.ID == objects.MaxID {
			w.fault(in.Offset(), path, objects.Error, "no Object Instance has this ID")
			return nil, false
		}
		return w.resources(in, path, def), true
	})
	w.sound.Objects = append(w.sound.Objects, tlv.Object{ID: o.ID, Version: o.Version, Instances: sound})
}

// resources walks the Resources of an Object Instance.
func (w *walk) resources(in tlv.Entry, path objects.Path, def *objects.Definition) []byte {
	return w.level(in.Reader(), path, tlv.Resource, func(e tlv.Entry, path objects.Path) ([]byte, bool) {
		res, _ := def.Resource(objects.ResourceID(e.ID))
		if e.Kind == tlv.Resource {
			return e.Value, w.value(e, path, res)
		}
		return w.level(e.Reader(), path, tlv.ResourceInstance, func(v tlv.Entry, path objects.Path) ([]byte, bool) {
			return v.Value, w.value(v, path, res)
		}), true
	})
}

// level walks entries of one level, and returns those that are sound, without
// what is not sound in them. look is shown each one that may stand there.
func (w *walk) level(r tlv.Reader, above objects.Path, kind tlv.Kind, look func(e tlv.Entry, path objects.Path) ([]byte, bool)) (sound []byte) {
	for e := (tlv.Entry{}); r.Next(&e); {
		path, _ := above.Child(e.ID)
		fits := e.Kind == kind || kind == tlv.Resource && e.Kind == tlv.MultipleResource
		if !fits {
			w.fault(e.Offset(), above, objects.Error, "a %v stands where a %v is due", e.Kind, kind)
			continue
		}
		if _, twice := w.at[path]; twice {
			w.fault(e.Offset(), path, objects.Error, "given twice")
			continue
		}
		w.at[path] = e.Offset()
		if value, ok := look(e, path); ok {
			e.Value = value
			sound, _ = tlv.AppendEntry(sound, e) // no longer than what was read
		}
	}
	if err := r.Err(); err != nil {
		w.malformed(above, err)
	}
	return sound
}

// value tells whether octets are a value of the type that is defined.
func (w *walk) value(e tlv.Entry, path objects.Path, def *objects.ResourceDefinition) bool {
	if def == nil || def.AnyOctets {
		return true
	}
	var err error
	switch b := e.Value; def.Type {
	case objects.TypeString, objects.TypeCorelnk:
		if !utf8.Valid(b) {
			err = tlv.ErrValue
		}
	case objects.TypeInteger, objects.TypeTime:
		_, err = tlv.ParseInteger(b)
	case objects.TypeUnsigned:
		_, err = tlv.ParseUnsigned(b)
	case objects.TypeFloat:
		_, err = tlv.ParseFloat(b)
	case objects.TypeBoolean:
		_, err = tlv.ParseBoolean(b)
	case objects.TypeObjlnk:
		_, err = tlv.ParseObjlnk(b)
	}
	if err != nil {
		w.fault(e.Body(), path, objects.Error, "no %v, in %d octets", def.Type, len(e.Value))
		return false
	}
	return true
}
