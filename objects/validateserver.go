package objects

import "fmt"

// serverEntry is an instance of /1 that can be read.
type serverEntry struct {
	id      uint16
	view    Server
	binding Binding // empty when it is absent or none
}

func (e serverEntry) path(id ResourceID) Path { return ResourcePath(ObjectServer, e.id, id) }

// server checks the instances of /1, one by one and against each other.
func (v *validator) server() {
	seen := make(map[uint16]bool)
	for _, in := range v.instances(ObjectServer) {
		v.missing(Error, ObjectServer, in, ServerShortServerID, ServerLifetime)
		v.missing(v.tolerated(), ObjectServer, in, ServerNotificationStoringWhenDisabledOrOffline, ServerBinding)
		f := fields{object: ObjectServer, in: in}
		e := serverEntry{id: in.id}
		e.view.fields(&f)
		if v.unreadable(f.bad) {
			continue
		}
		v.periods(e)
		v.binding(in, &e)
		v.servers = append(v.servers, e)
		id := e.view.ShortServerID
		if id != 0 && seen[id] {
			v.report(Error, e.path(ServerShortServerID), "the same as another instance's")
		}
		seen[id] = true
	}
}

func (v *validator) periods(e serverEntry) {
	if e.view.Lifetime < 0 {
		v.report(Error, e.path(ServerLifetime), "negative")
	}
	if e.view.DefaultMinPeriod.Or(0) < 0 {
		v.report(Warning, e.path(ServerDefaultMinimumPeriod), "negative")
	}
	if e.view.DefaultMaxPeriod.Or(1) <= 0 {
		v.report(Error, e.path(ServerDefaultMaximumPeriod), "not above 0")
	}
	if e.view.DisableTimeout.Or(0) < 0 {
		v.report(Warning, e.path(ServerDisableTimeout), "negative")
	}
}

func (v *validator) binding(in Instance, e *serverEntry) {
	if _, ok := in.Resource(ServerBinding); !ok {
		return
	}
	b, err := ParseBinding(e.view.Binding)
	if err != nil {
		v.report(Error, e.path(ServerBinding), "not a Binding: a letter other than U, T, S, N, M, H, or one twice, or none")
		return
	}
	e.binding = b
	preferred := e.view.PreferredTransport
	if preferred != "" && (len(preferred) != 1 || !b.Has(Transport(preferred[0]))) {
		v.report(Error, e.path(ServerPreferredTransport), "not one letter of the Binding")
	}
}

// pairs checks the accounts: partners of the same Short Server ID, and what
// they say of each other.
func (v *validator) pairs() {
	partners := make(map[uint16]serverEntry, len(v.servers))
	for _, e := range v.servers {
		partners[e.view.ShortServerID] = e
	}
	paired := make(map[uint16]bool)
	bootstrapServer := false
	for _, s := range v.securities {
		id := s.view.ShortServerID
		server, ok := partners[id]
		switch {
		case s.view.BootstrapServer:
			bootstrapServer = true
		case id == 0: // reported
		case !ok:
			v.report(Warning, InstancePath(ObjectSecurity, s.id), "no Server instance has this Short Server ID")
		default:
			paired[id] = true
			v.agree(s, server)
		}
	}
	for _, e := range v.servers {
		if id := e.view.ShortServerID; id != 0 && !paired[id] {
			v.report(Warning, InstancePath(ObjectServer, e.id), "no Security instance has this Short Server ID")
		}
	}
	switch {
	case len(paired) == 0 && v.opts.NeedServer:
		v.report(Error, Path{}, "no account of a Server: no Security and Server instance with one Short Server ID")
	case len(paired) == 0 && !bootstrapServer:
		v.report(Error, Path{}, "no account: neither of a Server nor of the Bootstrap-Server")
	case len(paired) > 1 && v.opts.NoAccessControl:
		v.report(Error, ObjectPath(ObjectAccessControl), "several Servers, and the client has no access control")
	}
}

// agree holds the Binding against the URI. A coap URI may also be meant for
// Non-IP transport, which has no scheme of its own.
func (v *validator) agree(s securityEntry, e serverEntry) {
	by := s.uri.Transport()
	if by == TransportUnknown || len(e.binding.Transports) == 0 || e.binding.Has(by) {
		return
	}
	if by == TransportUDP && e.binding.Has(TransportNonIP) {
		return
	}
	v.report(Error, e.path(ServerBinding), fmt.Sprintf("does not name %v, which /0/%d/0 uses", by, s.id))
}
