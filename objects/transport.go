package objects

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Transport is what carries messages to a Server, as a letter of the Binding
// (/1/x/7; Core 1.2 table 6.2.1.2-1).
type Transport byte

// The transports.
const (
	TransportUnknown Transport = 0
	TransportUDP     Transport = 'U'
	TransportTCP     Transport = 'T'
	TransportSMS     Transport = 'S'
	TransportNonIP   Transport = 'N'
	TransportMQTT    Transport = 'M'
	TransportHTTP    Transport = 'H'
)

// String names the transport.
func (t Transport) String() string {
	switch t {
	case TransportUDP:
		return "UDP"
	case TransportTCP:
		return "TCP"
	case TransportSMS:
		return "SMS"
	case TransportNonIP:
		return "Non-IP"
	case TransportMQTT:
		return "MQTT"
	case TransportHTTP:
		return "HTTP"
	}
	return "unknown"
}

// Binding is a value of /1/x/7.
type Binding struct {
	Transports []Transport // in the order of the value, none twice
	Queue      bool        // the Q of LwM2M 1.0: queue mode
}

// ErrBinding: a text is not a Binding.
var ErrBinding = errors.New("not a Binding")

// ParseBinding reads a Binding: letters of transports, none twice. Of LwM2M
// 1.0 the forms with queue mode, UQ, SQ and UQS, are read too (1.0 5.3.1.1).
func ParseBinding(s string) (Binding, error) {
	var b Binding
	switch s {
	case "UQ", "SQ":
		return Binding{[]Transport{Transport(s[0])}, true}, nil
	case "UQS":
		return Binding{[]Transport{TransportUDP, TransportSMS}, true}, nil
	}
	for i := range len(s) {
		t := Transport(s[i])
		if strings.IndexByte("UTSNMH", s[i]) < 0 || b.Has(t) {
			return Binding{}, fmt.Errorf("objects: offset %d of a Binding: no transport's letter, or one twice: %w", i, ErrBinding)
		}
		b.Transports = append(b.Transports, t)
	}
	if s == "" {
		return b, fmt.Errorf("objects: empty: %w", ErrBinding)
	}
	return b, nil
}

// Has reports whether the Binding names the transport.
func (b Binding) Has(t Transport) bool { return slices.Contains(b.Transports, t) }

// scheme is what the scheme of a Server's URI says.
type scheme struct {
	transport Transport
	security  schemeSecurity
	port      uint16 // default
}

type schemeSecurity uint8

const (
	elsewhere schemeSecurity = iota // SMS has a security mode of its own
	unsecured
	secured
)

// schemes of URIs of Servers: RFC 7252 6, RFC 8323 8, Transport 1.2 6.4 and
// 6.5; tel and sms for a Server that is reached by SMS.
var schemes = map[string]scheme{
	"coap":      {TransportUDP, unsecured, 5683},
	"coaps":     {TransportUDP, secured, 5684},
	"coap+tcp":  {TransportTCP, unsecured, 5683},
	"coaps+tcp": {TransportTCP, secured, 5684},
	"coap+sms":  {TransportSMS, elsewhere, 0},
	"coaps+sms": {TransportSMS, elsewhere, 0},
	"tel":       {TransportSMS, elsewhere, 0},
	"sms":       {TransportSMS, elsewhere, 0},
	"mqtt":      {TransportMQTT, unsecured, 1883},
	"mqtts":     {TransportMQTT, secured, 8883},
	"http":      {TransportHTTP, unsecured, 80},
	"https":     {TransportHTTP, secured, 443},
}
