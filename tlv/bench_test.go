package tlv

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// sum is what every walk below computes, so that none can be left out by the
// compiler and all can be compared: the identifiers and the octets of values
// of a whole file.
type sum struct{ ids, octets int }

var sink sum

// walkHand is the loop that one would write without this package. It looks at
// every bound, and tells where it failed.
func walkHand(b []byte) (s sum, at int, ok bool) {
	if len(b) < 4 {
		return s, 0, false
	}
	number, size := int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:]))
	if size > len(b)-4 {
		return s, 0, false
	}
	at, b = 4, b[4:4+size]
	for ; number > 0; number-- {
		head := 5
		if len(b) < head {
			return s, at, false
		}
		if b[2] != 0 {
			head = 6
		}
		if len(b) < head {
			return s, at, false
		}
		end := head + int(binary.BigEndian.Uint16(b[head-2:]))
		if end > len(b) {
			return s, at, false
		}
		s.ids += int(binary.BigEndian.Uint16(b))
		if at, ok := handLevel(b[head:end], at+head, &s); !ok {
			return s, at, false
		}
		at, b = at+end, b[end:]
	}
	return s, at, len(b) == 0
}

func handLevel(b []byte, at int, s *sum) (int, bool) {
	for len(b) > 0 {
		typ := b[0]
		n := 2
		if typ&0x20 != 0 {
			n = 3
		}
		if len(b) < n {
			return at, false
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
				return at, false
			}
			length = int(b[n])
			n++
		case 2:
			if len(b) < n+2 {
				return at, false
			}
			length = int(b[n])<<8 | int(b[n+1])
			n += 2
		case 3:
			if len(b) < n+3 {
				return at, false
			}
			length = int(b[n])<<16 | int(b[n+1])<<8 | int(b[n+2])
			n += 3
		}
		if length > len(b)-n {
			return at, false
		}
		s.ids += id
		if typ>>6 == 0 || typ>>6 == 2 {
			if at, ok := handLevel(b[n:n+length], at+n, s); !ok {
				return at, false
			}
		} else {
			s.octets += length
		}
		at, b = at+n+length, b[n+length:]
	}
	return at, true
}

// walkEntries is the same with the iterators.
func walkEntries(b []byte) (s sum, err error) {
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

// walkReader is the same with the Reader below the objects.
func walkReader(b []byte) (s sum, err error) {
	for o, err := range Objects(b) {
		if err != nil {
			return s, err
		}
		s.ids += int(o.ID)
		instances := o.Reader()
		for inst := (Entry{}); instances.Next(&inst); {
			s.ids += int(inst.ID)
			resources := inst.Reader()
			for res := (Entry{}); resources.Next(&res); {
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
	return s, nil
}

func TestWalksAgree(t *testing.T) {
	file := knownGoodFile(t)
	hand, _, ok := walkHand(file)
	require.True(t, ok)
	entries, err := walkEntries(file)
	require.NoError(t, err)
	reader, err := walkReader(file)
	require.NoError(t, err)
	require.Equal(t, hand, entries)
	require.Equal(t, hand, reader)
}

func TestWalkAllocatesNothing(t *testing.T) {
	file := knownGoodFile(t)
	require.Zero(t, testing.AllocsPerRun(100, func() { sink, _ = walkEntries(file) }))
	require.Zero(t, testing.AllocsPerRun(100, func() { sink, _ = walkReader(file) }))
}

// BenchmarkWalk walks the container and both levels of TLV of a file of 126
// octets: 2 objects, 2 Object Instances, 10 Resources.
func BenchmarkWalk(b *testing.B) {
	file := knownGoodFile(b)
	b.Run("hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink, _, _ = walkHand(file)
		}
	})
	b.Run("entries", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink, _ = walkEntries(file)
		}
	})
	b.Run("reader", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink, _ = walkReader(file)
		}
	})
}

func BenchmarkParseFile(b *testing.B) {
	file := knownGoodFile(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseFile(file); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendFile(b *testing.B) {
	octets := knownGoodFile(b)
	f, err := ParseFile(octets)
	require.NoError(b, err)
	dst := make([]byte, 0, len(octets))
	b.ReportAllocs()
	for b.Loop() {
		if dst, err = AppendFile(dst[:0], f); err != nil {
			b.Fatal(err)
		}
	}
}
