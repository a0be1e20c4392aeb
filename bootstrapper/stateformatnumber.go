package bootstrapper

import (
	"encoding/binary"
	"math"
)

// What the form of a State is made of, read with a limit each.

// id reads an ID that must be above the last one.
func (r *stateReader) id(last *int) uint16 {
	at := r.at
	id := r.uint16()
	if int(id) <= *last {
		r.fail(at, "IDs do not ascend")
	}
	*last = int(id)
	return id
}

func (r *stateReader) uint16() uint16 { return uint16(r.number(math.MaxUint16)) }

// count reads how many follow, limit at most, each of least octets or more.
func (r *stateReader) count(limit, least int) int {
	at := r.at
	n := r.number(uint64(limit))
	if n > uint64((len(r.b)-r.at)/least) {
		r.fail(at, "more announced than there is")
		return 0
	}
	return int(n)
}

// octets reads a length, limit at most, and as many octets; they are b's own.
func (r *stateReader) octets(limit int) []byte { return r.raw(r.count(limit, 1)) }

// signed reads a number that may be negative, as encoding/binary folds it.
func (r *stateReader) signed() int64 {
	n := r.number(math.MaxUint64)
	return int64(n>>1) ^ -int64(n&1)
}

// number reads a varint of limit at most.
func (r *stateReader) number(limit uint64) uint64 {
	v, n := binary.Uvarint(r.b[r.at:])
	switch {
	case r.err != nil:
		return 0
	case n == 0:
		r.fail(r.at, "it ends within a number")
	case n < 0 || n > 1 && r.b[r.at+n-1] == 0:
		r.fail(r.at, "a number that is not in its shortest form")
	case v > limit:
		r.fail(r.at, "a number above its limit")
	default:
		r.at += n
		return v
	}
	return 0
}

func (r *stateReader) octet() byte {
	if b := r.raw(1); b != nil {
		return b[0]
	}
	return 0
}

// raw reads n octets, or nil; they are b's own.
func (r *stateReader) raw(n int) []byte {
	if r.err != nil {
		return nil
	}
	if n > len(r.b)-r.at {
		r.fail(r.at, "it ends too early")
		return nil
	}
	b := r.b[r.at : r.at+n : r.at+n]
	r.at += n
	return b
}
