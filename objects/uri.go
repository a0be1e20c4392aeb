package objects

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// URI is a Server's URI (/0/x/0), taken apart as RFC 7252 6.4 asks for:
//
//	coaps://host:5684/path?query       Host "host"
//	coap://[2001:db8::1]               Host "2001:db8::1", Port 0
//	tel:+491701234567                  Host "", Path "+491701234567"
type URI struct {
	Scheme string // lower case
	Host   string // a name or an address, without brackets
	Port   uint16 // 0: not given; see [URI.Address]
	Path   string // with its slash, percent-encoded
	Query  string // behind the question mark, percent-encoded
}

// ErrURI: a text is not a URI that a Server can have.
var ErrURI = errors.New("not a URI of a Server")

// ParseURI takes a URI apart. Any scheme will do; but for tel and sms, an
// authority must follow it, without user information, and there is no
// fragment. Anything else is [ErrURI]; the error never repeats the text, which
// may hold credentials.
func ParseURI(s string) (URI, error) {
	u, reason := parseURI(s)
	if reason != "" {
		return URI{}, fmt.Errorf("objects: URI of %d bytes: %s: %w", len(s), reason, ErrURI)
	}
	return u, nil
}

// parseURI is ParseURI with the reason in words, "" for none.
//
//	URI = scheme ":" "//" host [ ":" port ] path [ "?" query ]
func parseURI(s string) (u URI, reason string) {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte(`"<>\^`+"`{|}", c) >= 0 {
			return u, fmt.Sprintf("offset %d: a character that a URI cannot have", i)
		}
	}
	name, rest, ok := strings.Cut(s, ":")
	if !ok || !isScheme(name) {
		return u, "no scheme"
	}
	u.Scheme = strings.ToLower(name)
	if strings.Contains(rest, "#") {
		return u, "a fragment"
	}
	rest, u.Query, _ = strings.Cut(rest, "?")
	rest, ok = strings.CutPrefix(rest, "//")
	switch {
	case !ok && (u.Scheme == "tel" || u.Scheme == "sms"):
		u.Path = rest
		if rest == "" {
			return u, "no number"
		}
	case !ok:
		return u, "no authority"
	default:
		authority := rest
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			authority, u.Path = rest[:i], rest[i:]
		}
		if reason = u.authority(authority); reason != "" {
			return u, reason
		}
	}
	if !escapesWhole(u.Path) || !escapesWhole(u.Query) || strings.ContainsAny(u.Path+u.Query, "[]") {
		return u, "path or query badly encoded"
	}
	return u, ""
}

// authority reads host and port.
func (u *URI) authority(s string) (reason string) {
	host, port := s, ""
	if inner, ok := strings.CutPrefix(s, "["); ok {
		host, port, ok = strings.Cut(inner, "]")
		if !ok || !isIPv6(host) || port != "" && port[0] != ':' {
			return "no address in brackets"
		}
		port = strings.TrimPrefix(port, ":")
	} else {
		host, port, _ = strings.Cut(s, ":")
		if host == "" || strings.ContainsAny(host, "@[]%") {
			return "no host"
		}
	}
	u.Host = host
	if port == "" {
		return ""
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "no port from 1 to 65535"
	}
	u.Port = uint16(n)
	return ""
}

// isScheme: a letter, then letters, digits, "+", "-", "." (RFC 3986 3.1).
func isScheme(s string) bool {
	for i := range len(s) {
		switch c := s[i] | 0x20; {
		case c >= 'a' && c <= 'z':
		case i > 0 && (s[i] >= '0' && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.'):
		default:
			return false
		}
	}
	return s != ""
}

// isIPv6 looks at the characters; whoever dials learns the rest.
func isIPv6(s string) bool {
	return strings.Contains(s, ":") && strings.Trim(s, "0123456789abcdefABCDEF:.") == ""
}

// escapesWhole reports whether each "%" stands before two hexadecimal digits.
func escapesWhole(s string) bool {
	_, ok := unescape(s)
	return ok
}

func unescape(s string) (string, bool) {
	if !strings.Contains(s, "%") {
		return s, true
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if len(s)-i < 3 {
			return s, false
		}
		n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return s, false
		}
		b = append(b, byte(n))
		i += 2
	}
	return string(b), true
}
