package batch

import (
	"errors"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// openNDJSON prepares for rows; there is no header.
func (r *reader) openNDJSON(wanted []string, o InputOptions) error {
	if len(o.Header) > 0 || o.Comma != 0 {
		return fmt.Errorf("%w: a header and a separator are for CSV", ErrOption)
	}
	have := make([]bool, len(wanted))
	r.parse = func(line []byte) error {
		clear(have)
		n, err := config.ParseJSON(line)
		if err != nil {
			return jsonError(err)
		}
		if n.Kind != config.Mapping {
			return rowErrorf(ErrRow, "%v where an object belongs, as {\"iccid\": \"8949…\"}", n.Kind)
		}
		for _, e := range n.Entries {
			i := slices.Index(wanted, e.Key.Text)
			text, ok := scalar(e.Value)
			switch {
			case !ok:
				return rowErrorf(ErrRow, "character %d: %v where text, a number or a truth value belongs", e.Value.At.Column, e.Value.Kind)
			case i < 0:
				continue
			case have[i]:
				return rowErrorf(ErrRow, "the column %q twice", wanted[i])
			case e.Value.Kind == config.Null:
				continue // as not there: data engines write it, or leave it out
			}
			r.values[i], have[i] = text, true
		}
		if i := slices.Index(have, false); i >= 0 {
			return rowErrorf(ErrColumn, "%s in it", missing(wanted[i]))
		}
		return nil
	}
	return nil
}

// scalar is the text of a value: a number as it is written.
func scalar(n config.Node) (text string, ok bool) {
	switch n.Kind {
	case config.Bool:
		return fmt.Sprint(n.Bool), true
	case config.Text, config.Number, config.Null:
		return n.Text, true
	}
	return "", false
}

// jsonError is an error of the parser, whose line is always the first.
func jsonError(err error) error {
	reason := "not JSON"
	var bad *config.Error
	if errors.As(err, &bad) {
		reason = fmt.Sprintf("character %d: %s", bad.At.Column, bad.Reason)
	}
	return rowErrorf(ErrRow, "%s", reason)
}
