package personal

import (
	"context"
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// Errors of this package, for errors.Is, besides those of [KeyError], of
// package image (ErrContent), and what a transport or a card says.
var (
	// ErrNoFile: the card has no file for bootstrap data.
	ErrNoFile = errors.New("the card has no file for LwM2M bootstrap data")
	// ErrInDirectory: the data stand in EF(DODF) itself, which is not rewritten.
	ErrInDirectory = errors.New("the data stand in the directory itself, not in a file: write the directory by an image")
	// ErrTooSmall: the content does not fit the card's file.
	ErrTooSmall = errors.New("the card's file is too small")
	// ErrSize: neither reading the file nor its FCP tells how large it is.
	ErrSize = errors.New("the card does not tell how large the file is")
	// ErrReadOnly: nobody may update the file.
	ErrReadOnly = errors.New("nobody may update the file")
	// ErrFilled: a directory holds something else, which would be lost.
	ErrFilled = errors.New("the file holds something else already: look at it, and replace it if it may go")
	// ErrNoRecord: EF(DIR) has no unused record.
	ErrNoRecord = errors.New("EF(DIR) has no unused record")
	// ErrDifferent: what was read back is not what was written.
	ErrDifferent = errors.New("what was read back is not what was written")
	// ErrUnverified: the file was written and cannot be read back.
	ErrUnverified = errors.New("written, but it cannot be read back")
	// ErrDeclined is for Confirm to say no.
	ErrDeclined = errors.New("declined: nothing was written")
	// ErrOptions: options that cannot be meant.
	ErrOptions = errors.New("bad options")
)

// Options say how a card is written. The zero value finds the file as the
// standard has it, and writes what may be written without a key.
type Options struct {
	// Search says how the file is found. Of it, AID, OIDs, File and Channel are
	// looked at, and SecureChannel, which everything behind the SELECT of the
	// application goes through then. A File below the MF (3F00…) needs no application.
	Search simboot.Config

	// Key is the issuer's key that allows the file to be updated, Reference
	// which one it is; 0 for ADM1. It is sent at most once.
	Key       objects.Secret
	Reference apdu.KeyReference

	// PIN is for a file that asks for one, to be read or updated; its reference
	// is PIN1 if it is 0. It is sent at most once, too.
	PIN          objects.Secret
	PINReference apdu.KeyReference

	// LastTry allows a key, or PIN, to be sent that has one try left, or does
	// not tell how many.
	LastTry bool

	// Force writes although the card has that content already, every octet.
	Force bool

	// Replace lets WriteImage write over directories and records that hold
	// something else.
	Replace bool

	// Chunk is the most data of an UPDATE BINARY, 4 to 255; 0 for 255.
	Chunk int

	// Confirm is shown what is about to be done before anything is sent that
	// changes the card, VERIFY included. Its error ends it; nil: no question.
	Confirm func(ctx context.Context, p Plan) error
}

// filled returns the options with their defaults, or says what is wrong.
func (o Options) filled() (Options, error) {
	if o.Search.AID == "" {
		o.Search.AID = apdu.AIDPKCS15
	}
	if len(o.Search.OIDs) == 0 {
		o.Search.OIDs = []pkcs15.OID{pkcs15.OIDLwM2M, pkcs15.OIDLwM2MDoubleWrapped}
	}
	if o.Reference == 0 {
		o.Reference = apdu.RefADM1
	}
	if o.PINReference == 0 {
		o.PINReference = apdu.RefPIN1
	}
	if o.Chunk == 0 {
		o.Chunk = apdu.MaxShortNc
	}
	for _, k := range []objects.Secret{o.Key, o.PIN} {
		if !k.IsZero() && k.Len() != keyLength {
			return o, fmt.Errorf("%w: a key of %d octets, not %d", ErrOptions, k.Len(), keyLength)
		}
	}
	switch {
	case o.Search.SecureChannel.Open != nil && o.Search.SecureChannel.Mode == 0:
		return o, fmt.Errorf("%w: Search.SecureChannel without Mode", ErrOptions)
	case o.Chunk < headerLength || o.Chunk > apdu.MaxShortNc:
		return o, fmt.Errorf("%w: Chunk %d is not in %d to %d", ErrOptions, o.Chunk, headerLength, apdu.MaxShortNc)
	case o.Search.Channel > simboot.BasicOnly:
		return o, fmt.Errorf("%w: Search.Channel %d", ErrOptions, o.Search.Channel)
	}
	return o, nil
}

// headerLength is that of number_of_objects and size.
const headerLength = 4
