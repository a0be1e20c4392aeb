package pkcs15

import (
	"errors"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// DirectoryNeed is an [apdu.Need] for an ODF, a DODF and an EF(DIR) that is
// transparent. Their size is not known, and most are padded to a size much
// larger than their content:
//
//	30 0A … 30 0A …│          whole entries     more may follow: apdu.UntilEnd
//	30 0A … 30 4C …│          an entry cut      as far as it goes
//	30 0A … FF FF …│          FF or 00 at last  enough
//	30 0A … 30 80 …│          malformed         enough: the parser will tell
//
// At most [MaxDirectory] bytes are asked for. The error is always nil.
func DirectoryNeed(head []byte) (n int, err error) {
	return needOf(head, MaxDirectory), nil
}

// needOf is DirectoryNeed within limit bytes.
func needOf(head []byte, limit int) int {
	r := ber.NewReader(head)
	var e ber.Element
	var padded bool
	for {
		start := r.Offset()
		r.SkipPadding()
		padded = r.Offset() > start
		if !r.Next(&e) {
			break
		}
	}
	want := len(head)
	var cut *ber.Error
	switch {
	case errors.As(r.Err(), &cut):
		want += cut.Missing
	case !padded && len(head) < limit:
		return apdu.UntilEnd
	}
	if want > limit {
		return len(head) // no use in the part that may be read
	}
	return want
}
