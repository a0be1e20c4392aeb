package objects

import (
	"strconv"
	"strings"
)

// String is the URI as text; [ParseURI] reads it back.
func (u URI) String() string {
	var b strings.Builder
	b.WriteString(u.Scheme)
	b.WriteByte(':')
	if u.Host != "" {
		b.WriteString("//")
		b.WriteString(bracketed(u.Host))
		if u.Port != 0 {
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(int(u.Port)))
		}
	}
	b.WriteString(u.Path)
	if u.Query != "" {
		b.WriteByte('?')
		b.WriteString(u.Query)
	}
	return b.String()
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// Transport is what the scheme is carried by, or [TransportUnknown].
func (u URI) Transport() Transport { return schemes[u.Scheme].transport }

// Secure reports whether the scheme stands for DTLS or TLS.
func (u URI) Secure() bool { return schemes[u.Scheme].security == secured }

// Address is host and port as a dialler takes them, "[2001:db8::1]:5684", with
// the default port of the scheme when the URI has none. It is "" when there is
// no host or no port.
func (u URI) Address() string {
	port := u.Port
	if port == 0 {
		port = schemes[u.Scheme].port
	}
	if u.Host == "" || port == 0 {
		return ""
	}
	return bracketed(u.Host) + ":" + strconv.Itoa(int(port))
}

// Segments are the values of Uri-Path options: the segments of the path,
// decoded. A path of "/" has none (RFC 7252 6.4).
func (u URI) Segments() []string {
	if u.Path == "" || u.Path == "/" {
		return nil
	}
	return split(strings.TrimPrefix(u.Path, "/"), "/")
}

// Queries are the values of Uri-Query options: the arguments of the query,
// decoded.
func (u URI) Queries() []string {
	if u.Query == "" {
		return nil
	}
	return split(u.Query, "&")
}

// split decodes each part; one that is badly encoded, which ParseURI lets none
// through, stays as it is.
func split(s, sep string) []string {
	parts := strings.Split(s, sep)
	for i := range parts {
		parts[i], _ = unescape(parts[i])
	}
	return parts
}
