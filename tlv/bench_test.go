package tlv

import (
	"encoding/binary"
	"testing"
)

// sum is what every walk below computes, so that none can be optimised away
// and all can be compared: identifiers and value octets of the whole file.
type sum struct{ ids, octets int }

// walkHand is the loop that one would write without this package: bounds
// checked, two levels of TLV, nothing told about an error but false.
func walkHand(b []byte) (s sum, ok bool) {
	if len(b) < 4 {
		return s, false
	}
	number, size := int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:]))
	if size > len(b)-4 {
		return s, false
	}
	b = b[4 : 4+size]
	for ; number > 0; number-- {
		head := 5
		if len(b) < head {
			return s, false
		}
		if b[2] != 0 {
			head = 6
		}
		if len(b) < head {
			return s, false
		}
		end := head + int(binary.BigEndian.Uint16(b[head-2:]))
		if end > len(b) {
			return s, false
		}
		s.ids += int(binary.BigEndian.Uint16(b))
		if !handLevel(b[head:end], &s) {
			return s, false
		}
		b = b[end:]
	}
	return s, len(b) == 0
}

func handLevel(b []byte, s *sum) bool {
	for len(b) > 0 {
		typ := b[0]
		n := 2
		if typ&0x20 != 0 {
			n = 3
		}
		if len(b) < n {
			return false
		}
		id := int(b[1])
		if n == 3 {
			id = id<<8 | int(b[2])
		}
		var length int
		switch typ >> 3 & 3 {
		case 0:
			length = int(typ & 7)
		case 1:
			if len(b) < n+1 {
				return false
			}
			length = int(b[n])
			n++
		case 2:
			if len(b) < n+2 {
				return false
			}
			length = int(b[n])<<8 | int(b[n+1])
			n += 2
		case 3:
			if len(b) < n+3 {
				return false
			}
			length = int(b[n])<<16 | int(b[n+1])<<8 | int(b[n+2])
			n += 3
		}
		if length > len(b)-n {
			return false
		}
		s.ids += id
		if typ>>6 == 0 || typ>>6 == 2 {
			if !handLevel(b[n:n+length], s) {
				return false
			}
		} else {
			s.octets += length
		}
		b = b[n+length:]
	}
	return true
}

// walkIter is the same with the iterators.
func walkIter(b []byte) (s sum, err error) {
	for o, err := range Objects(b) {
		if err != nil {
			return s, err
		}
		s.ids += int(o.ID)
		for inst, err := range o.Entries() {
			if err != nil {
				return s, err
			}
			s.ids += int(inst.ID)
			for res, err := range inst.Entries() {
				if err != nil {
					return s, err
				}
				s.ids += int(res.ID)
				s.octets += len(res.Value)
			}
		}
	}
	return s, nil
}

// walkReader is the same with the readers under them.
func walkReader(b []byte) (s sum, err error) {
	var o Object
	var inst, res Entry
	file := NewFileReader(b)
	for file.Next(&o) {
		s.ids += int(o.ID)
		instances := o.Reader()
		for instances.Next(&inst) {
			s.ids += int(inst.ID)
			resources := inst.Reader()
			for resources.Next(&res) {
				s.ids += int(res.ID)
				s.octets += len(res.Value)
			}
			if err := resources.Err(); err != nil {
				return s, err
			}
		}
		if err := instances.Err(); err != nil {
			return s, err
		}
	}
	return s, file.Err()
}

var sink sum

func BenchmarkWalk(b *testing.B) {
	file := knownGoodFile(b)
	b.Run("hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink, _ = walkHand(file)
		}
	})
	b.Run("reader", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink, _ = walkReader(file)
		}
	})
	b.Run("iterator", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink, _ = walkIter(file)
		}
	})
}
