package transport_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport"
)

type wayCard struct{ apdu.TransportFunc }

func (wayCard) Way() string { return "AT+CGLA" }

func TestDecoratorsTellTheWayOfTheCard(t *testing.T) {
	for name, around := range map[string]func(transport.CardTransport) transport.CardTransport{
		"Trace": func(c transport.CardTransport) transport.CardTransport {
			return transport.Trace(c, func(transport.Exchange) {})
		},
		"Record": func(c transport.CardTransport) transport.CardTransport { return transport.Record(c, io.Discard) },
		"Fault": func(c transport.CardTransport) transport.CardTransport {
			return transport.Fault(c, transport.At(1), transport.Fail(io.EOF))
		},
	} {
		require.Equal(t, "AT+CGLA", around(wayCard{}).(apdu.WayTeller).Way(), name)
		require.Empty(t, around(apdu.TransportFunc(nil)).(apdu.WayTeller).Way(), name)
	}
}
