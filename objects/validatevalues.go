package objects

import "fmt"

// object holds the values of one object against its definition. Without one
// there is nothing to say: decoding has warned.
func (v *validator) object(o Object) {
	d, _ := v.opts.Registry.Lookup(o.id, o.version)
	if d == nil {
		return
	}
	for _, in := range o.instances {
		if !d.Multiple && in.id != 0 {
			v.report(Warning, InstancePath(o.id, in.id), "the object has a single instance, 0")
		}
		for _, r := range in.resources {
			if def, ok := d.Resource(r.id); ok {
				v.resource(o.id, in.id, r, def)
			}
		}
	}
}

func (v *validator) resource(object ObjectID, instance uint16, r Resource, def *ResourceDefinition) {
	path := ResourcePath(object, instance, r.id)
	if def.Operations == OpExecute {
		v.report(Warning, path, "a value, but the Resource can only be executed")
		return
	}
	if r.multiple != def.Multiple {
		v.report(accountGrade(object), path, "of a single instance and not of multiple ones, or the other way round")
		return
	}
	for id, value := range r.Values() {
		at := path
		if r.multiple {
			at, _ = path.Child(id)
		}
		v.value(at, value, def)
	}
}

func (v *validator) value(at Path, value Value, def *ResourceDefinition) {
	object, _ := at.Object()
	if !def.takes(value.typ) {
		v.report(accountGrade(object), at, fmt.Sprintf("of type %v, not %v", value.typ, def.Type))
		return
	}
	if n, ok := value.magnitude(); ok && !def.Range.Has(n) {
		v.report(rangeGrade(object, def.ID), at, fmt.Sprintf("outside the range %v", def.Range))
	}
}

// takes reports whether values of the type are right.
func (r *ResourceDefinition) takes(t Type) bool {
	return t == r.Type || r.AnyOctets && (t == TypeString || t == TypeOpaque)
}

// magnitude is what a Range limits.
func (v Value) magnitude() (n int64, ok bool) {
	switch {
	case v.typ.octets():
		return int64(v.Len()), true
	case v.typ == TypeUnsigned && int64(v.number) < 0:
		return 1<<63 - 1, true // above every limit
	}
	return v.Integer()
}

// accountGrade is how bad it is that a value cannot be read: an account hangs
// on three of the objects.
func accountGrade(id ObjectID) Grade {
	switch id {
	case ObjectSecurity, ObjectServer, ObjectOSCORE:
		return Error
	}
	return Warning
}

// rangeGrade is how bad it is that a value is outside its range: an error for
// those that decide how, or as whom, a Server is dialled.
func rangeGrade(object ObjectID, id ResourceID) Grade {
	switch {
	case object == ObjectServer && id == ServerShortServerID:
		return Error
	case object != ObjectSecurity:
		return Warning
	}
	switch id {
	case SecuritySecurityMode, SecurityShortServerID, SecurityMatchingType, SecurityCertificateUsage:
		return Error
	}
	return Warning
}
