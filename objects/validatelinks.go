package objects

import (
	"maps"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// oscore follows the links of Security instances, and checks the instances of
// /21.
func (v *validator) oscore() {
	linked := make(map[uint16]bool)
	for _, s := range v.securities {
		link, ok := s.view.OSCORE.Value()
		if !ok || link == tlv.NullObjlnk {
			continue
		}
		if _, there := v.tree.Instance(ObjectOSCORE, link.Instance); link.Object != uint16(ObjectOSCORE) || !there {
			v.report(Error, s.path(SecurityOSCORESecurityMode), "links to no OSCORE instance")
			continue
		}
		linked[link.Instance] = true
	}
	for _, in := range v.instances(ObjectOSCORE) {
		path := func(id ResourceID) Path { return ResourcePath(ObjectOSCORE, in.id, id) }
		grade := Error
		if !linked[in.id] {
			grade = Warning
			v.report(Warning, InstancePath(ObjectOSCORE, in.id), "no Security instance links to it")
		}
		v.missing(grade, ObjectOSCORE, in, OSCOREMasterSecret, OSCORESenderID, OSCORERecipientID)
		f := fields{object: ObjectOSCORE, in: in}
		var view OSCORE
		view.fields(&f)
		if v.unreadable(f.bad) {
			continue
		}
		if _, ok := in.Resource(OSCOREMasterSecret); ok && view.MasterSecret.Len() == 0 {
			v.report(grade, path(OSCOREMasterSecret), "empty")
		}
	}
}

// accessControl checks what instances of /2 refer to. All of it are warnings:
// no account hangs on it.
func (v *validator) accessControl() {
	type target struct {
		object   ObjectID
		instance uint16
	}
	seen := make(map[target]bool)
	for _, in := range v.instances(ObjectAccessControl) {
		if v.missing(Warning, ObjectAccessControl, in, AccessControlObjectID, AccessControlObjectInstanceID, AccessControlOwner) {
			continue
		}
		view, err := in.AccessControl()
		if err != nil {
			continue // reported, against the definition
		}
		path := func(id ResourceID) Path { return ResourcePath(ObjectAccessControl, in.id, id) }
		to := target{view.ObjectID, view.InstanceID}
		switch {
		case to.object == ObjectOSCORE: // as is /0, which the range of the ID leaves out
			v.report(Warning, path(AccessControlObjectID), "an object that no Server can reach")
		case v.dangles(to.object, to.instance):
			v.report(Warning, path(AccessControlObjectInstanceID), "no such Object Instance")
		case seen[to]:
			v.report(Warning, InstancePath(ObjectAccessControl, in.id), "for the same Object Instance as another one")
		}
		seen[to] = true
		if view.Owner != MaxID && !v.hasServer(view.Owner) {
			v.report(Warning, path(AccessControlOwner), "no Server has this Short Server ID")
		}
		for _, server := range slices.Sorted(maps.Keys(view.ACL)) {
			if server != DefaultACL && !v.hasServer(server) {
				at, _ := path(AccessControlACL).Child(server)
				v.report(Warning, at, "no Server has this Short Server ID")
			}
		}
	}
}

// dangles reports whether the instance is missing from an object that is in
// the tree. Of other objects the client may have instances of its own.
func (v *validator) dangles(object ObjectID, instance uint16) bool {
	o, ok := v.tree.Object(object)
	if !ok || instance == MaxID {
		return false
	}
	_, ok = o.Instance(instance)
	return !ok
}

func (v *validator) hasServer(id uint16) bool {
	for _, e := range v.servers {
		if e.view.ShortServerID == id {
			return true
		}
	}
	return false
}

// device asks for the Resource of /3 that a Server wants to know before it
// writes a Binding.
func (v *validator) device() {
	for _, in := range v.instances(ObjectDevice) {
		v.missing(Warning, ObjectDevice, in, DeviceSupportedBindingAndModes)
	}
}
