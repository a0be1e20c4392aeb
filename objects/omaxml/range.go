package omaxml

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// limit reads a text of RangeEnumeration, for values of a type:
//
//	0..255  1-65534            from and to
//	6                          this alone
//	16,32,48  16-32-48         these; the range around them when the steps differ
//	16-bit                     0 to 2^16-1, of numbers
//	… bytes                    the same, of a length
//
// Other texts set no limit.
func limit(text string, t objects.Type) (r objects.Range, err error) {
	length := t == objects.TypeString || t == objects.TypeOpaque
	if !length && t != objects.TypeInteger && t != objects.TypeUnsigned {
		return r, nil
	}
	if text, ok := strings.CutSuffix(text, "-bit"); ok {
		if n, err := number(text, 62); err == nil && !length {
			r.Max = 1<<n - 1
		}
		return r, nil
	}
	text, inBytes := strings.CutSuffix(text, "bytes")
	list, separators := integers(text)
	pair := len(list) == 2 && separators != ","
	switch {
	case len(list) == 0:
		return r, nil
	case pair && list[0] > list[1]:
		return r, fmt.Errorf("range %.40q holds nothing", text)
	case !pair && t == objects.TypeString && !inBytes: // the values themselves?
		return r, nil
	case !slices.IsSorted(list) && separators != ",": // a telephone number, a date
		return r, nil
	}
	slices.Sort(list)
	r.Min, r.Max = list[0], list[len(list)-1]
	if separators == "," || separators == "-" && !pair {
		r.Step = step(list)
	}
	return r, nil
}

// integers reads numbers with ".." or "," or "-" between them. Which of those
// there are is returned too, each once. A text of anything else gives no list.
func integers(text string) (list []int64, separators string) {
	for {
		text = strings.TrimSpace(text)
		end := len(text) - len(strings.TrimLeft(strings.TrimPrefix(text, "-"), "0123456789"))
		n, err := strconv.ParseInt(text[:end], 10, 64)
		if err != nil {
			return nil, ""
		}
		list = append(list, n)
		text = strings.TrimSpace(text[end:])
		if text == "" {
			return list, separators
		}
		separator := text[:1]
		if strings.HasPrefix(text, "..") {
			separator = ".."
		}
		if separator == "." || !strings.Contains("..,-", separator) {
			return nil, ""
		}
		if !strings.Contains(separators, separator) {
			separators += separator
		}
		text = text[len(separator):]
	}
}

// step is the distance of sorted numbers, when it is the same between all of
// them and not 1; else 0.
func step(list []int64) int64 {
	list = slices.Compact(list)
	first, last := list[0], list[len(list)-1]
	if len(list) < 2 || last-first < 0 { // alone, or farther apart than an int64 holds
		return 0
	}
	by := list[1] - first
	for i, n := range list {
		if n != first+int64(i)*by {
			return 0
		}
	}
	if by == 1 {
		return 0
	}
	return by
}
