package pkcs15_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// card is a FileReader over a card's files, by path. An error in place of
// content is what reading it gives.
type card map[string]any

// ReadFile reads as apdu.Channel does, 256 bytes at a time.
func (c card) ReadFile(ctx context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var file []byte
	switch f := c[ref.String()].(type) {
	case nil:
		return nil, fmt.Errorf("read EF %v: SELECT %v: %w", ref, ref.Path, apdu.SWFileNotFound)
	case error:
		return nil, fmt.Errorf("read EF %v: %w", ref, f)
	case []byte:
		file = f
	}
	if ref.Length > 0 {
		file = file[ref.Offset : ref.Offset+ref.Length]
	}
	var got []byte
	for want := apdu.UntilEnd; want == apdu.UntilEnd || len(got) < want; {
		ne := 256
		if want != apdu.UntilEnd {
			ne = min(ne, want-len(got))
		}
		data := file[len(got):min(len(got)+ne, len(file))]
		if len(data) == 0 {
			if want != apdu.UntilEnd {
				return nil, fmt.Errorf("read EF %v: file ends at %d of %d bytes: %w", ref, len(got), want, apdu.ErrShortFile)
			}
			break
		}
		got = append(got, data...)
		var err error
		if want, err = need(got); err != nil {
			return nil, err
		}
		if ref.Length > 0 && want > ref.Length {
			return nil, fmt.Errorf("read EF %v: %w", ref, apdu.ErrFileTooLarge)
		}
	}
	return got, nil
}

// reads counts what is read of a card.
type reads struct {
	card  card
	files []string
	after func(ref apdu.FileRef) // called behind each read
}

func (r *reads) ReadFile(ctx context.Context, ref apdu.FileRef, need apdu.Need) ([]byte, error) {
	r.files = append(r.files, ref.String())
	content, err := r.card.ReadFile(ctx, ref, need)
	if r.after != nil {
		r.after(ref)
	}
	return content, err
}

// find collects what Find yields: objects and errors, as text.
func find(t *testing.T, r pkcs15.FileReader, oids ...pkcs15.OID) []string {
	t.Helper()
	got := []string{}
	for o, err := range pkcs15.Find(t.Context(), r, oids...) {
		if err != nil {
			require.Zero(t, o)
			got = append(got, err.Error())
			continue
		}
		got = append(got, o.String())
	}
	return got
}

// odf makes an ODF that leads to the given paths, in hex.
func odf(t testing.TB, paths ...string) []byte {
	t.Helper()
	var b []byte
	for _, p := range paths {
		path := ber.Append(nil, 0x30, ber.Append(nil, 0x04, unhex(t, p)))
		b = ber.Append(b, 0xA7, path)
	}
	return append(b, 0xFF, 0xFF)
}

func join(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

const accessRules = "06 0A 2A864886FC6B81480101" // GlobalPlatform's

func pathTo(fid string) string { return "30 04 04 02 " + fid }
