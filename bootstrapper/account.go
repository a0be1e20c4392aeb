package bootstrapper

import (
	"slices"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Objects that only a Security Instance links to, beside OSCORE (Core 1.2
// E.10, E.11).
const (
	objectCOSE objects.ObjectID = 23 // by /0/x/27
	objectMQTT objects.ObjectID = 24 // by /0/x/26
)

// identity is what two accounts cannot share.
type identity struct {
	bootstrap bool
	server    int64        // Short Server ID
	orphan    objects.Path // of an Instance that has neither
}

// account is what belongs together because it speaks of one server. A half of
// an account is one, too, here: we meet them in the middle of a merge.
//
//	/0/x ──Short Server ID── /1/y
//	 └──link── /21/z, /23/z, /24/z
type account struct {
	identity
	parts []objects.Path // Instances of /0 and /1
	links []objects.Path // what those of /0 link to, and is there
}

// accounts groups the Instances of /0 and /1 in t, and what is linked to.
// Several of /0 with one Short Server ID, for several transports, are one
// account.
func accounts(t *objects.Tree) []account {
	var list []account
	index := make(map[identity]int)
	add := func(id identity, p objects.Path) *account {
		i, known := index[id]
		if !known {
			i = len(list)
			index[id] = i
			list = append(list, account{identity: id})
		}
		list[i].parts = append(list[i].parts, p)
		return &list[i]
	}
	security, _ := t.Object(objects.ObjectSecurity)
	for in := range security.Instances() {
		p := objects.InstancePath(objects.ObjectSecurity, in.ID())
		a := add(securityIdentity(p, in), p)
		a.links = appendLinks(a.links, t, in)
	}
	server, _ := t.Object(objects.ObjectServer)
	for in := range server.Instances() {
		p := objects.InstancePath(objects.ObjectServer, in.ID())
		add(serverIdentity(p, in, objects.ServerShortServerID), p)
	}
	return list
}

func securityIdentity(p objects.Path, in objects.Instance) identity {
	if v, ok := in.Value(objects.SecurityBootstrapServer); ok {
		if bootstrap, _ := v.Boolean(); bootstrap {
			return identity{bootstrap: true}
		}
	}
	return serverIdentity(p, in, objects.SecurityShortServerID)
}

func serverIdentity(p objects.Path, in objects.Instance, id objects.ResourceID) identity {
	if v, ok := in.Value(id); ok {
		if n, ok := v.Integer(); ok && n >= objects.MinShortServerID && n <= objects.MaxShortServerID {
			return identity{server: n}
		}
	}
	return identity{orphan: p}
}

// appendLinks appends the paths that an Instance of /0 links to, of those
// objects that serve nothing else: a link to another one does not make that
// part of the account.
func appendLinks(links []objects.Path, t *objects.Tree, in objects.Instance) []objects.Path {
	for r := range in.Resources() {
		for _, v := range r.Values() {
			l, _ := v.Objlnk() // what is no link gives 0:0, which is not among these
			switch o := objects.ObjectID(l.Object); o {
			case objects.ObjectOSCORE, objectCOSE, objectMQTT:
				if p := objects.InstancePath(o, l.Instance); t.Has(p) {
					links = append(links, p)
				}
			}
		}
	}
	return links
}

// all are the parts and what they link to.
func (a account) all() []objects.Path { return slices.Concat(a.parts, a.links) }

// owned are the Access Control Instances in t whose owner is the account.
// Those of a Bootstrap-Server are no one account's: every Bootstrap-Server is
// owner 65535.
func (a account) owned(t *objects.Tree) []objects.Path {
	if a.server == 0 {
		return nil // not that 0, which is no one's number, were its owner
	}
	var list []objects.Path
	acl, _ := t.Object(objects.ObjectAccessControl)
	for in := range acl.Instances() {
		v, _ := in.Value(objects.AccessControlOwner)
		if owner, ok := v.Integer(); ok && owner == a.server {
			list = append(list, objects.InstancePath(objects.ObjectAccessControl, in.ID()))
		}
	}
	return list
}
