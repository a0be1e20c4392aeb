package tlv

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzEntries: entries lie end to end in the input and alias it, what is wrong
// is told with the right place and number, and what was read is written back
// in no more octets and read again the same.
func FuzzEntries(f *testing.F) {
	for _, v := range vectors {
		f.Add(unhex(f, v.octets))
	}
	f.Add([]byte{})
	f.Add([]byte{0xFF, 0, 1, 0, 0, 2, 0xAA, 0xBB})
	f.Fuzz(func(t *testing.T, b []byte) {
		var list []Entry
		var short []byte
		end := 0
		r := NewReader(b)
		for e, err := range Entries(b) {
			var same Entry
			require.Equal(t, err == nil, r.Next(&same))
			require.Equal(t, e, same)
			if err != nil {
				require.Equal(t, err, r.Err())
				requireTruncated(t, b, end, err)
				continue
			}
			require.Equal(t, end, e.Offset())
			end = e.Body() + len(e.Value)
			require.LessOrEqual(t, end, len(b))
			require.Equal(t, len(e.Value), cap(e.Value))
			if len(e.Value) > 0 {
				require.Same(t, &b[e.Body()], &e.Value[0])
			}
			list = append(list, e)
			short, err = AppendEntry(short, e)
			require.NoError(t, err)
		}
		require.LessOrEqual(t, len(short), end)
		n := 0
		for e, err := range Entries(short) {
			require.NoError(t, err)
			want := list[n]
			require.Equal(t, want.Kind, e.Kind)
			require.Equal(t, want.ID, e.ID)
			require.True(t, bytes.Equal(want.Value, e.Value))
			n++
		}
		require.Len(t, list, n)

		if Validate(b) == nil {
			once := rewrite(t, b)
			require.NoError(t, Validate(once))
			require.Equal(t, once, rewrite(t, once))
			require.Equal(t, dump(t, b), dump(t, once))
		}
	})
}

// requireTruncated: err is right about the entry at offset in b.
func requireTruncated(t *testing.T, b []byte, offset int, err error) {
	t.Helper()
	var at *Error
	require.ErrorAs(t, err, &at)
	require.ErrorIs(t, err, ErrTruncated)
	require.Equal(t, offset, at.Offset)
	require.Positive(t, at.Missing)
	if len(b) > 1<<16 {
		return
	}
	longer := append(bytes.Clone(b[offset:]), make([]byte, at.Missing)...)
	for _, err := range Entries(longer[:len(longer)-1]) {
		require.Error(t, err, "one octet less than missing is not enough")
	}
	for e, err := range Entries(longer) {
		if err == nil {
			require.Equal(t, len(longer), e.Body()+len(e.Value))
		}
	}
}

// FuzzFile: a file that is read is written back octet for octet, but for an
// erased one; what is missing of another is told rightly.
func FuzzFile(f *testing.F) {
	f.Add(knownGoodFile(f))
	f.Add([]byte{0xFF, 0xFF, 0xFF, 0xFF})
	f.Add([]byte{0, 2, 0, 11, 0, 1, 2, 5, 0, 0, 0, 3, 0, 0, 0, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := ParseFile(b)
		if err != nil {
			var at *Error
			require.ErrorAs(t, err, &at)
			require.Equal(t, errors.Is(err, ErrTruncated), at.Missing > 0)
			require.LessOrEqual(t, at.Offset, len(b))
			if at.Missing > 0 {
				n, err := FileSize(b)
				require.NoError(t, err)
				require.Equal(t, n, len(b)+at.Missing)
				_, err = ParseFile(append(bytes.Clone(b), make([]byte, at.Missing)...))
				if n > 4 {
					require.NotErrorIs(t, err, ErrTruncated)
				}
			}
			return
		}
		n, err := FileSize(b)
		require.NoError(t, err)
		require.Equal(t, len(file.Objects) == 0, Empty(b))
		for _, o := range file.Objects {
			require.GreaterOrEqual(t, o.Offset(), 4)
			require.LessOrEqual(t, o.Offset()+o.length(), n)
			require.Equal(t, len(o.Instances), cap(o.Instances))
		}
		again, err := AppendFile(nil, file)
		if n > MaxFileSize {
			require.ErrorIs(t, err, ErrTooLong)
			return
		}
		require.NoError(t, err)
		if Empty(b) {
			require.Equal(t, []byte{0, 0, 0, 0}, again)
			return
		}
		require.Equal(t, b[:n], again)
		reread, err := ParseFile(again)
		require.NoError(t, err)
		require.Equal(t, file, reread)
	})
}

// FuzzValues: octets that are a value of some type are written back in no more
// octets, and then read the same.
func FuzzValues(f *testing.F) {
	for _, v := range []string{"", "\x00", "\x01", "\xC8", "\x00\xC8", "\xFF\xFF\xFF\x80", "\x40\x36\x66\x66\x66\x66\x66\x66", "66:0", "FFFF:FFFF", "\xFF\xC0\x00\x01"} {
		f.Add([]byte(v))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := ParseInteger(b); err == nil {
			short := AppendInteger(nil, v)
			require.LessOrEqual(t, len(short), len(b))
			again, err := ParseInteger(short)
			require.NoError(t, err)
			require.Equal(t, v, again)
			at, err := ParseTime(b)
			require.NoError(t, err)
			require.Equal(t, short, AppendTime(nil, at))
		}
		if v, err := ParseUnsigned(b); err == nil {
			short := AppendUnsigned(nil, v)
			require.LessOrEqual(t, len(short), len(b))
			again, err := ParseUnsigned(short)
			require.NoError(t, err)
			require.Equal(t, v, again)
		}
		if v, err := ParseFloat(b); err == nil {
			short := AppendFloat(nil, v)
			require.LessOrEqual(t, len(short), len(b))
			again, err := ParseFloat(short)
			require.NoError(t, err)
			require.True(t, math.Float64bits(v) == math.Float64bits(again) || math.IsNaN(v) && math.IsNaN(again))
		}
		if v, err := ParseBoolean(b); err == nil {
			require.Equal(t, b, AppendBoolean(nil, v))
		}
		if v, err := ParseString(b); err == nil {
			again, err := AppendString([]byte{}, v)
			require.NoError(t, err)
			require.True(t, bytes.Equal(b, again))
		}
		if v, err := ParseObjlnk(b); err == nil {
			require.Equal(t, b, AppendObjlnk(nil, v))
			again, err := ParseObjlnkText(v.String())
			require.NoError(t, err)
			require.Equal(t, v, again)
		}
		if v, err := ParseObjlnkText(string(b)); err == nil {
			again, err := ParseObjlnkText(v.String())
			require.NoError(t, err)
			require.Equal(t, v, again)
		}
	})
}
