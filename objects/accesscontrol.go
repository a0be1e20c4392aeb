package objects

// AccessRights are the operations that an access control list allows to a
// Server (Core 1.2 8.1.1).
type AccessRights uint16

// The bits of access rights.
const (
	AccessRead    AccessRights = 1 << iota // Read, Observe, Write-Attributes
	AccessWrite                            // Write
	AccessExecute                          // Execute
	AccessDelete                           // Delete
	AccessCreate                           // Create
)

// DefaultACL is the key in [AccessControl.ACL] of the rights that hold for
// Servers without an entry of their own.
const DefaultACL uint16 = 0

// AccessControl is a view of an Object Instance of /2, LwM2M Access Control.
// The number of the Resource stands behind each field.
type AccessControl struct {
	ObjectID   ObjectID                // 0
	InstanceID uint16                  // 1; [MaxID]: the right to create instances
	ACL        map[uint16]AccessRights // 2: by Short Server ID; nil: absent
	Owner      uint16                  // 3: Short Server ID; [MaxID]: the Bootstrap-Server
}

// AccessControl reads an instance of /2. A Resource of the wrong type, or a
// number that its field cannot hold, is [ErrType].
func (in Instance) AccessControl() (AccessControl, error) {
	var a AccessControl
	f := fields{object: ObjectAccessControl, in: in}
	a.fields(&f)
	return a, f.err()
}

// ObjectInstance is the instance of /2 that holds what a says.
func (a AccessControl) Instance(id uint16) Instance {
	f := fields{object: ObjectAccessControl, in: NewInstance(id), writing: true}
	a.fields(&f)
	return f.in
}

func (a *AccessControl) fields(f *fields) {
	required(f, AccessControlObjectID, &a.ObjectID, asInteger[ObjectID]())
	required(f, AccessControlObjectInstanceID, &a.InstanceID, asInteger[uint16]())
	a.acl(f)
	required(f, AccessControlOwner, &a.Owner, asInteger[uint16]())
}

// acl is the one Resource whose Resource Instance IDs mean something: they are
// Short Server IDs.
func (a *AccessControl) acl(f *fields) {
	rights := asInteger[AccessRights]()
	if f.writing {
		if a.ACL != nil {
			values := make([]ResourceInstance, 0, len(a.ACL))
			for server, r := range a.ACL {
				values = append(values, ResourceInstance{ID: server, Value: rights.to(r)})
			}
			f.in.Set(Multiple(AccessControlACL, values...))
		}
		return
	}
	r, ok := f.in.Resource(AccessControlACL)
	if !ok {
		return
	}
	a.ACL = make(map[uint16]AccessRights, r.Len())
	for server, v := range r.Values() {
		if a.ACL[server], ok = rights.from(v); !ok {
			f.wrong(ResourceInstancePath(f.object, f.in.id, AccessControlACL, server), v)
		}
	}
}
