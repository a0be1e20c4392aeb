package pkcs15

import (
	"fmt"
	"iter"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// row yields the elements that stand one behind the other, up to limit of
// them, and the octets FF and 00 around them skipped. An error is the last
// pair.
func row(r ber.Reader, limit int) iter.Seq2[ber.Element, error] {
	return func(yield func(ber.Element, error) bool) {
		var e ber.Element
		for n := 0; ; n++ {
			r.SkipPadding()
			if n == limit && !r.Empty() {
				yield(ber.Element{}, &Error{Offset: r.Offset(), Reason: fmt.Sprintf("more than %d entries", limit)})
				return
			}
			if !r.Next(&e) {
				break
			}
			if !yield(e, nil) {
				return
			}
		}
		if err := r.Err(); err != nil {
			yield(ber.Element{}, err)
		}
	}
}

// entries yields what parse makes of the elements of a file; parse returns
// false to pass over one. An error of parse is yielded with the zero T, and
// the next element follows; an error of the row is the last pair.
func entries[T any](file string, r ber.Reader, limit int, parse func(ber.Element) (T, bool, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		for e, err := range row(r, limit) {
			v, ok := zero, true
			if err == nil {
				v, ok, err = parse(e)
			}
			switch {
			case !ok:
				continue
			case err != nil:
				v, err = zero, in(file, err)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}
