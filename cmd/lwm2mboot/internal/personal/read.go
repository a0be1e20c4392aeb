package personal

import (
	"context"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// Read returns the content that a device would read, the header and as many
// octets as it names: it is simboot.Read, with all of search. A card without
// data is simboot.ErrNoData. The content holds keys; it prints as its length.
func Read(ctx context.Context, card apdu.CardTransport, search *simboot.Config) (pkcs15.Octets, simboot.Found, error) {
	return simboot.Read(ctx, card, search)
}
