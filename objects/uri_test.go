package objects

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseURI(t *testing.T) {
	tests := []struct {
		text      string
		want      URI
		transport Transport
		secure    bool
		address   string
		segments  []string
		queries   []string
	}{
		{"coaps://eu.iot.avsystem.cloud:5684", URI{Scheme: "coaps", Host: "eu.iot.avsystem.cloud", Port: 5684}, TransportUDP, true, "eu.iot.avsystem.cloud:5684", nil, nil},
		{"coap://127.0.0.1", URI{Scheme: "coap", Host: "127.0.0.1"}, TransportUDP, false, "127.0.0.1:5683", nil, nil},
		{"COAPS://h/", URI{Scheme: "coaps", Host: "h", Path: "/"}, TransportUDP, true, "h:5684", nil, nil},
		{"coap://[2001:db8::1]", URI{Scheme: "coap", Host: "2001:db8::1"}, TransportUDP, false, "[2001:db8::1]:5683", nil, nil},
		{"coaps+tcp://[::ffff:1.2.3.4]:1", URI{Scheme: "coaps+tcp", Host: "::ffff:1.2.3.4", Port: 1}, TransportTCP, true, "[::ffff:1.2.3.4]:1", nil, nil},
		{"coap+tcp://h:65535", URI{Scheme: "coap+tcp", Host: "h", Port: 65535}, TransportTCP, false, "h:65535", nil, nil},
		{"coap://h/a/b%20c//d/", URI{Scheme: "coap", Host: "h", Path: "/a/b%20c//d/"}, TransportUDP, false, "h:5683", []string{"a", "b c", "", "d", ""}, nil},
		{"coap://h/lwm2m?ep=x%26y&z", URI{Scheme: "coap", Host: "h", Path: "/lwm2m", Query: "ep=x%26y&z"}, TransportUDP, false, "h:5683", []string{"lwm2m"}, []string{"ep=x&y", "z"}},
		{"coap://h?a=b/c?d:@", URI{Scheme: "coap", Host: "h", Query: "a=b/c?d:@"}, TransportUDP, false, "h:5683", nil, []string{"a=b/c?d:@"}},
		{"mqtt://h", URI{Scheme: "mqtt", Host: "h"}, TransportMQTT, false, "h:1883", nil, nil},
		{"mqtts://h", URI{Scheme: "mqtts", Host: "h"}, TransportMQTT, true, "h:8883", nil, nil},
		{"http://h", URI{Scheme: "http", Host: "h"}, TransportHTTP, false, "h:80", nil, nil},
		{"https://h", URI{Scheme: "https", Host: "h"}, TransportHTTP, true, "h:443", nil, nil},
		{"tel:+491701234567", URI{Scheme: "tel", Path: "+491701234567"}, TransportSMS, false, "", []string{"+491701234567"}, nil},
		{"sms:+49", URI{Scheme: "sms", Path: "+49"}, TransportSMS, false, "", []string{"+49"}, nil},
		{"coap+sms://h", URI{Scheme: "coap+sms", Host: "h"}, TransportSMS, false, "", nil, nil},
		{"coaps+sms://h", URI{Scheme: "coaps+sms", Host: "h"}, TransportSMS, false, "", nil, nil},
		{"x-1.y://h", URI{Scheme: "x-1.y", Host: "h"}, TransportUnknown, false, "", nil, nil},
		{"az://h:7", URI{Scheme: "az", Host: "h", Port: 7}, TransportUnknown, false, "h:7", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			u, err := ParseURI(test.text)
			require.NoError(t, err)
			require.Equal(t, test.want, u)
			require.Equal(t, test.transport, u.Transport())
			require.Equal(t, test.secure, u.Secure())
			require.Equal(t, test.address, u.Address())
			require.Equal(t, test.segments, u.Segments())
			require.Equal(t, test.queries, u.Queries())
			require.Equal(t, strings.Replace(test.text, "COAPS", "coaps", 1), u.String())
		})
	}
	u, err := ParseURI("coap://h:?")
	require.NoError(t, err)
	require.Equal(t, "coap://h", u.String(), "an empty port or query is none")
}

func TestParseURIRefuses(t *testing.T) {
	for _, text := range []string{
		"", "coap", "coap:", "coap:h", "coap:/h", "coap://", "coap:///path", "coap://:5683", "coap://?q", "://h", "1coap://h", "co_ap://h", "+x://h",
		"coap://user:topsecret@h", "coap://topsecret@h", "coap://h:0", "coap://h:65536", "coap://h:+1", "coap://h:1a", "coap://h:1:2", "coap://h:-1",
		"coap://[::1", "coap://::1]", "coap://[::1]5", "coap://[h]", "coap://[]", "coap://[::g]", "coap://[1.2]", "coap://h]", "coap://a[b", "coap://h%41",
		"coap://h/#f", "coap://h#f", "coap://h/%", "coap://h/%1", "coap://h/%zz", "coap://h/?%", "coap://h/[", "coap://h/?]",
		"coap://h /", "coap://h/\n", "coap://h/\x00", "coap://h/\x7f", "coap://h/é", "coap://h/<", "coap://h/>", "coap://h/\"", "coap://h/\\", "coap://h/^", "coap://h/`", "coap://h/{", "coap://h/|", "coap://h/}",
		"tel:", "sms:?x", "tel:#",
	} {
		u, err := ParseURI(text)
		require.ErrorIs(t, err, ErrURI, "%q", text)
		require.NotContains(t, err.Error(), "topsecret")
		require.Zero(t, u)
	}
}

func TestURIMadeByHand(t *testing.T) {
	require.Equal(t, []string{"a%", "b"}, URI{Path: "/a%/b"}.Segments(), "badly encoded, as it is")
	require.Equal(t, "coap://[::1]:5/x?y", URI{Scheme: "coap", Host: "::1", Port: 5, Path: "/x", Query: "y"}.String())
}

func FuzzParseURI(f *testing.F) {
	for _, text := range []string{"coaps://h:5684/a%20b?ep=x", "coap://[2001:db8::1]", "tel:+49", "coap://user:topsecret@h", "x://%", "COAP://H"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseURI(text)
		if err != nil {
			require.ErrorIs(t, err, ErrURI)
			require.NotContains(t, err.Error(), "\n")
			if len(text) > 40 { // longer than any word of ours
				require.NotContains(t, err.Error(), text)
			}
			return
		}
		again, err := ParseURI(u.String())
		require.NoError(t, err)
		require.Equal(t, u, again)
		require.Equal(t, len(u.Segments()) == 0, u.Path == "" || u.Path == "/")
		require.Equal(t, len(u.Queries()) == 0, u.Query == "")
		_ = u.Address()
	})
}

func TestParseBinding(t *testing.T) {
	tests := []struct {
		text string
		want Binding
	}{
		{"U", Binding{[]Transport{TransportUDP}, false}},
		{"UT", Binding{[]Transport{TransportUDP, TransportTCP}, false}},
		{"HMNSTU", Binding{[]Transport{TransportHTTP, TransportMQTT, TransportNonIP, TransportSMS, TransportTCP, TransportUDP}, false}},
		{"US", Binding{[]Transport{TransportUDP, TransportSMS}, false}},
		{"UQ", Binding{[]Transport{TransportUDP}, true}},
		{"SQ", Binding{[]Transport{TransportSMS}, true}},
		{"UQS", Binding{[]Transport{TransportUDP, TransportSMS}, true}},
	}
	for _, test := range tests {
		got, err := ParseBinding(test.text)
		require.NoError(t, err)
		require.Equal(t, test.want, got)
		for _, transport := range test.want.Transports {
			require.True(t, got.Has(transport))
		}
	}
	udp, _ := ParseBinding("U")
	require.False(t, udp.Has(TransportTCP))
	for _, text := range []string{"", "Q", "TQ", "USQ", "QU", "u", "UU", "UX", "U ", "UTU", "\x00"} {
		b, err := ParseBinding(text)
		require.ErrorIs(t, err, ErrBinding, "%q", text)
		require.Zero(t, b)
	}
}

func TestTransportNames(t *testing.T) {
	for transport, want := range map[Transport]string{
		TransportUDP: "UDP", TransportTCP: "TCP", TransportSMS: "SMS", TransportNonIP: "Non-IP", TransportMQTT: "MQTT", TransportHTTP: "HTTP",
		TransportUnknown: "unknown", 'Q': "unknown",
	} {
		require.Equal(t, want, transport.String())
	}
}
