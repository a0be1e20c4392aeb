package objects

import (
	"slices"
	"sort"
)

// Account is what a client needs to dial a Server: a Security instance, the
// Server instance of the same Short Server ID, and the OSCORE instance that
// the Security instance links to.
//
//	/0/1 { 0: URI, 10: 101, 17: 21:0 } ── /1/7 { 0: 101 }
//	                              └────── /21/0
type Account struct {
	SecurityInstance uint16 // of /0
	Security         Security
	ServerInstance   uint16  // of /1; meaningless when Server is nil
	Server           *Server // nil for the Bootstrap-Server, which has none
	OSCORE           *OSCORE // nil when there is no link, or nothing at its end
}

// Accounts are the accounts of regular Servers, by Short Server ID and
// Security instance. A Server that can be reached over several transports has
// an account for each. Instances that cannot be read, and those without a
// partner, are left out: [Tree.Validate] names them.
func (t *Tree) Accounts() []Account {
	servers := t.servers()
	var list []Account
	for a := range t.securities {
		server, ok := servers[a.Security.ShortServerID]
		if a.Security.BootstrapServer || !ok {
			continue
		}
		a.ServerInstance, a.Server = server.instance, &server.view
		list = append(list, a)
	}
	sort.SliceStable(list, func(i, j int) bool {
		return list[i].Security.ShortServerID < list[j].Security.ShortServerID
	})
	return list
}

// BootstrapServer is the account of the Bootstrap-Server, if there is one. Of
// several, which [Tree.Validate] refuses, it is the first.
func (t *Tree) BootstrapServer() (a Account, ok bool) {
	for a := range t.securities {
		if a.Security.BootstrapServer {
			return a, true
		}
	}
	return Account{}, false
}

// securities walks the instances of /0 that can be read, as accounts without
// their Server.
func (t *Tree) securities(yield func(Account) bool) {
	o, _ := t.Object(ObjectSecurity)
	for _, in := range o.instances {
		s, err := in.Security()
		if err != nil {
			continue
		}
		if !yield(Account{SecurityInstance: in.id, Security: s, OSCORE: t.oscore(s)}) {
			return
		}
	}
}

// oscore is what s links to; nil when that is nothing, or cannot be read.
func (t *Tree) oscore(s Security) *OSCORE {
	link, ok := s.OSCORE.Value()
	if !ok || link.Object != uint16(ObjectOSCORE) {
		return nil
	}
	in, ok := t.Instance(ObjectOSCORE, link.Instance)
	view, err := in.OSCORE()
	if !ok || err != nil {
		return nil
	}
	return &view
}

type server struct {
	instance uint16
	view     Server
}

// servers are the instances of /1 that can be read, by Short Server ID; of
// several with the same one, the first.
func (t *Tree) servers() map[uint16]server {
	o, _ := t.Object(ObjectServer)
	m := make(map[uint16]server, len(o.instances))
	for _, in := range slices.Backward(o.instances) {
		if s, err := in.Server(); err == nil {
			m[s.ShortServerID] = server{in.id, s}
		}
	}
	return m
}
