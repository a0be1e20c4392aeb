package objects

// securityEntry is an instance of /0 that can be read.
type securityEntry struct {
	id   uint16
	view Security
	uri  URI // zero when it is none
}

func (e securityEntry) path(id ResourceID) Path { return ResourcePath(ObjectSecurity, e.id, id) }

// credentials are the Resources that a mode cannot do without. A client in
// mode EST may have none yet.
var credentials = map[SecurityMode][]ResourceID{
	ModePSK:         {SecurityPublicKeyOrIdentity, SecuritySecretKey},
	ModeRPK:         {SecurityPublicKeyOrIdentity, SecurityServerPublicKey, SecuritySecretKey},
	ModeCertificate: {SecurityPublicKeyOrIdentity, SecurityServerPublicKey, SecuritySecretKey},
}

// uri takes the Server's URI apart.
func (v *validator) uri(in Instance, e *securityEntry) {
	if _, ok := in.Resource(SecurityServerURI); !ok {
		return
	}
	uri, reason := parseURI(e.view.URI)
	if reason != "" {
		v.report(Error, e.path(SecurityServerURI), "not a URI: "+reason)
		return
	}
	e.uri = uri
	if _, ok := schemes[uri.Scheme]; !ok {
		v.report(Warning, e.path(SecurityServerURI), "a scheme that is not known")
	}
}

// mode checks what the security mode demands of the URI and the credentials.
func (v *validator) mode(in Instance, e securityEntry) {
	mode := e.view.Mode
	if _, ok := in.Resource(SecuritySecurityMode); !ok || mode > ModeEST {
		return // reported
	}
	switch schemes[e.uri.Scheme].security {
	case secured:
		if mode == ModeNoSec {
			v.report(Error, e.path(SecurityServerURI), "a scheme for DTLS or TLS with security mode "+mode.String())
		}
	case unsecured:
		if mode != ModeNoSec {
			v.report(Error, e.path(SecurityServerURI), "a scheme without DTLS or TLS with security mode "+mode.String())
		}
	}
	for _, id := range credentials[mode] {
		if value, _ := in.Value(id); value.Len() == 0 {
			v.report(Error, e.path(id), "missing or empty, security mode "+mode.String()+" needs it")
		}
	}
}

// waits checks the times of the account.
func (v *validator) waits(e securityEntry) {
	if e.view.ClientHoldOff.Or(0) < 0 {
		v.report(Warning, e.path(SecurityClientHoldOffTime), "negative")
	}
	if e.view.BootstrapTimeout.Or(0) < 0 {
		v.report(Warning, e.path(SecurityBootstrapServerAccountTimeout), "negative")
	}
}

// security checks the instances of /0, one by one and against each other.
func (v *validator) security() {
	bootstrapServer := false
	seen := make(map[reached]bool)
	for _, in := range v.instances(ObjectSecurity) {
		v.missing(Error, ObjectSecurity, in, SecurityServerURI, SecurityBootstrapServer, SecuritySecurityMode)
		f := fields{object: ObjectSecurity, in: in}
		e := securityEntry{id: in.id}
		e.view.fields(&f)
		if v.unreadable(f.bad) {
			continue
		}
		v.uri(in, &e)
		v.mode(in, e)
		v.waits(e)
		v.securities = append(v.securities, e)
		if !e.view.BootstrapServer {
			v.serverAccount(in, e, seen)
			continue
		}
		if bootstrapServer {
			v.report(Error, e.path(SecurityBootstrapServer), "a second Bootstrap-Server account")
		}
		bootstrapServer = true
		if _, ok := in.Resource(SecurityShortServerID); ok {
			v.report(v.tolerated(), e.path(SecurityShortServerID), "on a Bootstrap-Server account")
		}
	}
}

// reached is how a Server is: it may have one account for each transport.
type reached struct {
	server uint16
	by     Transport
	scheme string // when by is unknown
}

func (v *validator) serverAccount(in Instance, e securityEntry, seen map[reached]bool) {
	v.missing(Error, ObjectSecurity, in, SecurityShortServerID)
	r := reached{server: e.view.ShortServerID, by: e.uri.Transport()}
	if r.by == TransportUnknown {
		r.scheme = e.uri.Scheme
	}
	if r.server != 0 && seen[r] {
		v.report(Error, e.path(SecurityShortServerID), "the same as another instance's, over the same transport")
	}
	seen[r] = true
}
