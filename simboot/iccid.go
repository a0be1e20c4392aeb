package simboot

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// ErrICCID tells of an EF(ICCID) that holds no number.
var ErrICCID = errors.New("not an ICCID")

// sizeICCID is the size of EF(ICCID) (ETSI TS 102 221 13.2).
const sizeICCID = 10

// ICCID reads the number that is printed on the card, 18 to 20 digits, from
// EF(ICCID): what tells one card from another. It takes four commands, which
// Stats counts: MANAGE CHANNEL, SELECT, READ BINARY, MANAGE CHANNEL; two on the
// basic channel. Of cfg only Channel and Logger are looked at.
//
// Errors to test for: [ErrICCID]; [apdu.ErrNotFound], on a card without the
// file; [apdu.ErrNoChannel]; those of the transport.
func ICCID(ctx context.Context, card apdu.CardTransport, cfg *Config) (string, apdu.Stats, error) {
	c, err := cfg.filled()
	if err != nil {
		return "", apdu.Stats{}, fmt.Errorf("simboot: %w", err)
	}
	s := search{Config: c}
	var number string
	_, err = s.run(ctx, card, func(ctx context.Context) (_ pkcs15.Octets, err error) {
		number, err = s.readICCID(ctx)
		return nil, err
	})
	if err != nil {
		return "", s.found.Stats, fmt.Errorf("simboot: ICCID: %w", err)
	}
	return number, s.found.Stats, nil
}

// readICCID reads EF(ICCID) on the channel that is open.
func (s *search) readICCID(ctx context.Context) (string, error) {
	ref := apdu.FileRef{Path: apdu.Path{apdu.FIDMF, apdu.FIDICCID}, Length: sizeICCID}
	content, err := s.ch.ReadFile(ctx, ref, func([]byte) (int, error) { return sizeICCID, nil })
	if err != nil {
		return "", err
	}
	return parseICCID(content)
}

// parseICCID reads a number of 18 to 20 digits, two in an octet, the low
// nibble first, filled with F. The standard has decimal digits (ITU-T E.118);
// operators use A to E as well.
//
//	98 88 11 00 … F1     89 88 11 00 … 1
func parseICCID(b []byte) (string, error) {
	var digits []byte
	filled := false
	for _, octet := range b {
		for _, nibble := range [2]byte{octet & 0x0F, octet >> 4} {
			switch {
			case nibble == 0x0F:
				filled = true
			case filled:
				return "", fmt.Errorf("%w: a digit behind the end", ErrICCID)
			default:
				digits = append(digits, "0123456789ABCDE"[nibble])
			}
		}
	}
	if n := len(digits); n < 18 || n > 2*sizeICCID {
		return "", fmt.Errorf("%w: %d digits, not 18 to 20", ErrICCID, n)
	}
	return string(digits), nil
}
