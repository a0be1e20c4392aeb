package tlv

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every form of the header: two of the identifier, four of the length, and the
// low bits that a length field makes meaningless.
func TestReaderTakesEveryHeader(t *testing.T) {
	tests := []struct {
		octets string
		want   Entry
		body   int
	}{
		{"C0 07", Entry{Kind: Resource, ID: 7}, 2},
		{"C3 07 61 62 63", Entry{Kind: Resource, ID: 7, Value: []byte("abc")}, 2},
		{"C7 07 61 62 63 64 65 66 67", Entry{Kind: Resource, ID: 7, Value: []byte("abcdefg")}, 2},
		{"E3 07 08 61 62 63", Entry{Kind: Resource, ID: 0x0708, Value: []byte("abc")}, 3},
		{"E0 FF FF", Entry{Kind: Resource, ID: 0xFFFF}, 3},
		{"C8 07 03 61 62 63", Entry{Kind: Resource, ID: 7, Value: []byte("abc")}, 3},
		{"C8 07 00", Entry{Kind: Resource, ID: 7}, 3},
		{"CF 07 03 61 62 63", Entry{Kind: Resource, ID: 7, Value: []byte("abc")}, 3},
		{"E8 07 08 03 61 62 63", Entry{Kind: Resource, ID: 0x0708, Value: []byte("abc")}, 4},
		{"EF 00 08 00", Entry{Kind: Resource, ID: 8}, 4},
		{"D0 07 00 03 61 62 63", Entry{Kind: Resource, ID: 7, Value: []byte("abc")}, 4},
		{"D7 07 00 00", Entry{Kind: Resource, ID: 7}, 4},
		{"F5 07 08 00 03 61 62 63", Entry{Kind: Resource, ID: 0x0708, Value: []byte("abc")}, 5},
		{"D8 07 00 00 03 61 62 63", Entry{Kind: Resource, ID: 7, Value: []byte("abc")}, 5},
		{"FF 07 08 00 00 03 61 62 63", Entry{Kind: Resource, ID: 0x0708, Value: []byte("abc")}, 6},
		{"01 09 61", Entry{Kind: ObjectInstance, ID: 9, Value: []byte("a")}, 2},
		{"41 09 61", Entry{Kind: ResourceInstance, ID: 9, Value: []byte("a")}, 2},
		{"81 09 61", Entry{Kind: MultipleResource, ID: 9, Value: []byte("a")}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.octets, func(t *testing.T) {
			b := unhex(t, tt.octets)
			r := NewReader(b)
			var e Entry
			require.True(t, r.Next(&e))
			require.Equal(t, tt.want.Kind, e.Kind)
			require.Equal(t, tt.want.ID, e.ID)
			require.Equal(t, string(tt.want.Value), string(e.Value))
			require.Zero(t, e.Offset())
			require.Equal(t, tt.body, e.Body())
			require.False(t, r.Next(&e))
			require.NoError(t, r.Err())

			for n := range b { // one byte short, at each length
				r := NewReader(b[:n])
				require.False(t, r.Next(&e), "%d octets", n)
				require.Zero(t, e)
				if n == 0 {
					require.NoError(t, r.Err())
					continue
				}
				var at *Error
				require.ErrorAs(t, r.Err(), &at)
				require.Zero(t, at.Offset)
				missing := len(b) - n
				if n < tt.body {
					missing = tt.body - n // of the header, which is asked for first
				}
				require.Equal(t, missing, at.Missing, "%d octets", n)
			}
		})
	}
}

func TestReaderTakesLengthsOfEveryField(t *testing.T) {
	for _, n := range []int{0x12, 0x1234, 0x123456} {
		t.Run(fmt.Sprintf("%X", n), func(t *testing.T) {
			b, err := AppendEntry(nil, Entry{Kind: Resource, ID: 1, Value: make([]byte, n)})
			require.NoError(t, err)
			r := NewReader(b)
			var e Entry
			require.True(t, r.Next(&e))
			require.Len(t, e.Value, n)
			require.False(t, r.Next(&e))

			r = NewReader(b[:len(b)-1])
			require.False(t, r.Next(&e))
			var at *Error
			require.ErrorAs(t, r.Err(), &at)
			require.Equal(t, 1, at.Missing)
		})
	}
}

func TestReaderErrorSticks(t *testing.T) {
	r := NewReader(unhex(t, "C1 01 2A C2 02 2A"))
	var e Entry
	require.True(t, r.Next(&e))
	for range 3 {
		require.False(t, r.Next(&e))
		var at *Error
		require.ErrorAs(t, r.Err(), &at)
		require.Equal(t, 3, at.Offset)
		require.Equal(t, 1, at.Missing)
	}
}

func TestZeroReaderIsEmpty(t *testing.T) {
	var r Reader
	var e Entry
	require.False(t, r.Next(&e))
	require.NoError(t, r.Err())
}

func TestOffsetsCountInTheOutermostInput(t *testing.T) {
	//                 0        3        6  8        11
	b := unhex(t, "08 05 09 C1 00 2A 84 02 41 07 2A 60")
	var got []string
	for inst, err := range Entries(b) {
		require.NoError(t, err)
		for res, err := range inst.Entries() {
			require.NoError(t, err)
			got = append(got, fmt.Sprintf("%v %d at %d, body %d", res.Kind, res.ID, res.Offset(), res.Body()))
			if !res.Kind.Nested() {
				continue
			}
			r := res.Reader()
			var e Entry
			require.True(t, r.Next(&e))
			got = append(got, fmt.Sprintf("%v %d at %d, body %d", e.Kind, e.ID, e.Offset(), e.Body()))
			require.False(t, r.Next(&e))
			var at *Error
			require.ErrorAs(t, r.Err(), &at)
			require.Equal(t, 11, at.Offset)
			require.Equal(t, 2, at.Missing)
		}
	}
	require.Equal(t, []string{
		"Resource 0 at 3, body 5",
		"Multiple Resource 2 at 6, body 8",
		"Resource Instance 7 at 8, body 10",
	}, got)
}

func TestEntriesYieldsTheErrorLast(t *testing.T) {
	var ids []uint16
	var errs []error
	for e, err := range Entries(unhex(t, "C1 01 2A C1 02 2A C1")) {
		ids, errs = append(ids, e.ID), append(errs, err)
	}
	require.Equal(t, []uint16{1, 2, 0}, ids)
	require.NoError(t, errs[0])
	require.NoError(t, errs[1])
	require.ErrorIs(t, errs[2], ErrTruncated)
}

func TestEntriesMayBeLeft(t *testing.T) {
	seq := Entries(unhex(t, "C1 01 2A C1 02 2A C1"))
	for range 2 { // and ranged over again
		n := 0
		for _, err := range seq {
			require.NoError(t, err)
			if n++; n == 2 {
				break
			}
		}
		require.Equal(t, 2, n)
	}
}

func TestValuesAliasTheInputAndEndThere(t *testing.T) {
	b := unhex(t, "C1 01 2A C1 02 2B")
	for e := range Entries(b) {
		require.Same(t, &b[e.Body()], &e.Value[0])
		_ = append(e.Value, 0xEE) // must not reach the next entry
	}
	require.Equal(t, unhex(t, "C1 01 2A C1 02 2B"), b)
}

func TestValidate(t *testing.T) {
	tests := []struct {
		name, octets string
		offset       int
		err          error
	}{
		{"nothing", "", 0, nil},
		{"instances", "00 00 00 01", 0, nil},
		{"resources", "C0 00 80 01 C0 02", 0, nil},
		{"resource instances", "40 00 40 01", 0, nil},
		{"all three levels", "04 00 82 01 40 00", 0, nil},
		{"a value is not looked into", "C2 00 FF FF", 0, nil},
		{"resource among instances", "00 00 C0 01", 2, ErrNesting},
		{"instance among resources", "C0 01 00 00", 2, ErrNesting},
		{"instance among multiple resources", "80 01 00 00", 2, ErrNesting},
		{"resource among resource instances", "40 01 C0 00", 2, ErrNesting},
		{"resource instance among resources", "C0 01 40 00", 2, ErrNesting},
		{"instance in an instance", "02 00 00 00", 2, ErrNesting},
		{"resource instance in an instance", "02 00 40 00", 2, ErrNesting},
		{"resource in a multiple resource", "82 00 C0 00", 2, ErrNesting},
		{"multiple resource in a multiple resource", "82 00 80 00", 2, ErrNesting},
		{"instance in a multiple resource", "04 00 82 01 00 00", 4, ErrNesting},
		{"cut in the first", "C1", 0, ErrTruncated},
		{"cut in an instance", "01 00 C1", 2, ErrTruncated},
		{"cut in a multiple resource", "03 00 81 01 41", 4, ErrTruncated},
		{"cut behind an instance", "00 00 00", 2, ErrTruncated},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Validate(unhex(t, tt.octets))
			if tt.err == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, tt.err)
			var at *Error
			require.ErrorAs(t, err, &at)
			require.Equal(t, tt.offset, at.Offset)
			require.Contains(t, err.Error(), fmt.Sprintf("tlv: offset %d: ", tt.offset))
		})
	}
}

func TestKindHolds(t *testing.T) {
	kinds := []Kind{ObjectInstance, ResourceInstance, MultipleResource, Resource}
	var got []string
	for _, outer := range kinds {
		for _, inner := range kinds {
			if outer.Holds(inner) {
				got = append(got, outer.String()+" > "+inner.String())
				require.True(t, outer.Nested())
			}
		}
	}
	require.Equal(t, []string{
		"Object Instance > Multiple Resource",
		"Object Instance > Resource",
		"Multiple Resource > Resource Instance",
	}, got)
	require.False(t, Resource.Nested())
	require.False(t, ResourceInstance.Nested())
	require.Equal(t, "Resource", Kind(0xFF).String(), "no panic on what is no kind")
}

func TestAppendEntryIsShortest(t *testing.T) {
	tests := []struct {
		id     uint16
		length int
		head   string
	}{
		{0, 0, "C0 00"},
		{1, 7, "C7 01"},
		{255, 8, "C8 FF 08"},
		{256, 0, "E0 01 00"},
		{65535, 255, "E8 FF FF FF"},
		{1, 256, "D0 01 01 00"},
		{0x1234, 65535, "F0 12 34 FF FF"},
		{1, 65536, "D8 01 01 00 00"},
		{0x1234, MaxValueLength, "F8 12 34 FF FF FF"},
	}
	for _, tt := range tests {
		t.Run(tt.head, func(t *testing.T) {
			value := bytes.Repeat([]byte{0xA5}, tt.length)
			b, err := AppendEntry([]byte("dst"), Entry{Kind: Resource, ID: tt.id, Value: value})
			require.NoError(t, err)
			head := append([]byte("dst"), unhex(t, tt.head)...)
			require.Equal(t, head, b[:len(head)])
			require.True(t, bytes.Equal(value, b[len(head):]))
		})
	}
}

func TestAppendEntryRefusesALongValue(t *testing.T) {
	require.Equal(t, 16777215, MaxValueLength)
	dst := []byte("dst")
	b, err := AppendEntry(dst, Entry{Kind: Resource, ID: 3, Value: make([]byte, MaxValueLength+1)})
	require.ErrorIs(t, err, ErrTooLong)
	require.Equal(t, dst, b)
}

func TestAppendEntryWritesEveryKind(t *testing.T) {
	for kind, first := range map[Kind]byte{
		ObjectInstance: 0b00_000_000, ResourceInstance: 0b01_000_000,
		MultipleResource: 0b10_000_000, Resource: 0b11_000_000,
	} {
		b, err := AppendEntry(nil, Entry{Kind: kind, ID: 5})
		require.NoError(t, err)
		require.Equal(t, []byte{first, 5}, b)
	}
}
