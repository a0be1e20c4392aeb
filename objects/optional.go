package objects

import (
	"fmt"
	"math"
	"time"
)

// Optional is a value that may be absent, as an optional Resource may. The
// zero value is absent.
type Optional[T any] struct {
	value   T
	present bool
}

// Some returns a value that is present.
func Some[T any](v T) Optional[T] { return Optional[T]{v, true} }

// Value is the value, or the zero one and false when it is absent.
func (o Optional[T]) Value() (v T, present bool) { return o.value, o.present }

// Or is the value, or def when it is absent.
func (o Optional[T]) Or(def T) T {
	if o.present {
		return o.value
	}
	return def
}

// String is the value's text, or "-" when it is absent.
func (o Optional[T]) String() string {
	if !o.present {
		return "-"
	}
	return fmt.Sprint(o.value)
}

// Seconds is a time span as the Resources hold it.
type Seconds int64

// Duration is the same span; one too long for a Duration becomes the longest.
func (s Seconds) Duration() time.Duration {
	const limit = math.MaxInt64 / int64(time.Second)
	return time.Duration(max(-limit, min(limit, int64(s)))) * time.Second
}
