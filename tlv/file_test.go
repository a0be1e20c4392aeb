package tlv

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// text reads a String of the known good file.
func text(t *testing.T, b []byte) string {
	t.Helper()
	s, err := ParseString(b)
	require.NoError(t, err)
	return s
}

func integer(t *testing.T, b []byte) int64 {
	t.Helper()
	v, err := ParseInteger(b)
	require.NoError(t, err)
	return v
}

func boolean(t *testing.T, b []byte) bool {
	t.Helper()
	v, err := ParseBoolean(b)
	require.NoError(t, err)
	return v
}

func TestKnownGoodFileSaysWhatItsSourceSays(t *testing.T) {
	b := knownGoodFile(t)
	require.Len(t, b, 126)
	got := map[string]any{}
	for o, err := range Objects(b) {
		require.NoError(t, err)
		require.Equal(t, Version{}, o.Version)
		require.NoError(t, Validate(o.Instances))
		for inst, err := range o.Entries() {
			require.NoError(t, err)
			for res, err := range inst.Entries() {
				require.NoError(t, err)
				require.Equal(t, Resource, res.Kind)
				path := fmt.Sprintf("/%d/%d/%d", o.ID, inst.ID, res.ID)
				require.Same(t, &b[res.Body()], &res.Value[0], "offsets count in the file")
				switch path {
				case "/0/1/0", "/0/1/3", "/0/1/5", "/1/1/7":
					got[path] = text(t, res.Value)
				case "/0/1/1", "/1/1/6":
					got[path] = boolean(t, res.Value)
				default:
					got[path] = integer(t, res.Value)
				}
			}
		}
	}
	require.Equal(t, map[string]any{
		"/0/1/0": "coaps://eu.iot.avsystem.cloud:5684", "/0/1/1": false, "/0/1/2": int64(0),
		"/0/1/3": "example-psk-identity", "/0/1/5": "3x@mpl3P5K53cr3tK3y", "/0/1/10": int64(1),
		"/1/1/0": int64(1), "/1/1/1": int64(86400), "/1/1/6": false, "/1/1/7": "U",
	}, got)
}

func TestKnownGoodFileIsWrittenBack(t *testing.T) {
	b := knownGoodFile(t)
	f, err := ParseFile(b)
	require.NoError(t, err)
	for i := range f.Objects {
		f.Objects[i].Instances = rewrite(t, f.Objects[i].Instances)
	}
	got, err := AppendFile([]byte("dst"), f)
	require.NoError(t, err)
	require.Equal(t, append([]byte("dst"), b...), got)
}

func TestFileCutShortTellsWhatIsMissing(t *testing.T) {
	b := knownGoodFile(t)
	for n := range b {
		_, err := ParseFile(b[:n])
		require.ErrorIs(t, err, ErrTruncated, "%d octets", n)
		var at *Error
		require.ErrorAs(t, err, &at)
		require.Equal(t, n, at.Offset)
		want := len(b)
		if n < 4 {
			want = 4
		}
		require.Equal(t, want-n, at.Missing, "%d octets", n)
	}
}

func TestPaddingIsIgnored(t *testing.T) {
	b := knownGoodFile(t)
	want, err := ParseFile(b)
	require.NoError(t, err)
	for _, padding := range []string{"\x00", "\xFF", "\x00\x01\x00\x00\x00"} {
		got, err := ParseFile(append(bytes.Clone(b), bytes.Repeat([]byte(padding), 9000)...))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestParseFileReadsVersions(t *testing.T) {
	b := unhex(t, "0004 001C  0000 00 0000  0001 0101 0002 0000  0003 0205 0000  0015 FF00 0003 C1002A")
	f, err := ParseFile(append(b, 0xFF))
	require.NoError(t, err)
	want := []struct {
		id       uint16
		v        Version
		text     string
		offset   int
		instance int // where the first octet of Instances is
	}{
		{0, Version{}, "default", 4, 9},
		{1, Version{Major: 1, Minor: 1}, "1.1", 9, 15},
		{3, Version{Major: 2, Minor: 5}, "2.5", 17, 23},
		{21, Version{Major: 255}, "255.0", 23, 29},
	}
	require.Len(t, f.Objects, len(want))
	for i, w := range want {
		o := f.Objects[i]
		require.Equal(t, w.id, o.ID)
		require.Equal(t, w.v, o.Version)
		require.Equal(t, w.text, o.Version.String())
		require.Equal(t, w.offset, o.Offset())
		for e, err := range o.Entries() {
			require.NoError(t, err)
			require.Equal(t, w.instance, e.Offset())
			r := o.Reader()
			var first Entry
			require.True(t, r.Next(&first))
			require.Equal(t, e, first)
			break
		}
	}
	got, err := AppendFile(nil, f)
	require.NoError(t, err)
	require.Equal(t, b, got)
}

func TestShortestObjects(t *testing.T) {
	for octets, want := range map[string]Version{
		"0001 0005 0003 00 0000":   {},
		"0001 0006 0003 0205 0000": {Major: 2, Minor: 5},
	} {
		f, err := ParseFile(unhex(t, octets))
		require.NoError(t, err)
		require.Len(t, f.Objects, 1)
		require.Equal(t, want, f.Objects[0].Version)
		require.Empty(t, f.Objects[0].Instances)
	}
}

func TestSameObjectTwiceIsYieldedTwice(t *testing.T) {
	f, err := ParseFile(unhex(t, "0002 000E  0001 00 0002 0000  0001 00 0002 0001"))
	require.NoError(t, err)
	require.Len(t, f.Objects, 2)
	require.Equal(t, f.Objects[0].ID, f.Objects[1].ID)
}

func TestObjectsFaults(t *testing.T) {
	tests := []struct {
		name, octets string
		found        int // objects before the fault
		offset       int
		err          error
	}{
		{"one object more than said", "0001 000A 0000 00 0000 0001 00 0000", 1, 9, ErrInconsistent},
		{"one object fewer than said", "0003 000A 0000 00 0000 0001 00 0000", 2, 14, ErrInconsistent},
		{"number but no size", "0001 0000", 0, 4, ErrInconsistent},
		{"the largest number", "FFFF 0005 0000 00 0000", 1, 9, ErrInconsistent},
		{"object of four octets", "0001 0004 0000 00 00", 0, 4, ErrInconsistent},
		{"object of five with a long version", "0001 0005 0000 01 00 00", 0, 4, ErrInconsistent},
		{"second object of one", "0002 0006 0000 00 0000 00", 1, 9, ErrInconsistent},
		{"length beyond size", "0001 0006 0000 00 0002 0000", 0, 4, ErrInconsistent},
		{"length beyond size, long version", "0001 0007 0000 0100 0002 00 00", 0, 4, ErrInconsistent},
		{"the largest length", "0001 0005 0000 00 FFFF", 0, 4, ErrInconsistent},
		{"size leaves an octet", "0001 0006 0000 00 0000 00", 1, 9, ErrInconsistent},
		{"size of an octet too few", "0001 0006 0000 00 0002 0000", 0, 4, ErrInconsistent},
		{"size of 8001", "0001 8001 0000 00 7FFC", 0, 2, ErrTooLong},
		{"half erased", "0001 FFFF", 0, 2, ErrTooLong},
		{"the other half", "FFFF 0000", 0, 4, ErrInconsistent},
		{"three octets", "0000 00", 0, 3, ErrTruncated},
		{"size of one more than there is", "0001 0006 0000 00 0001", 0, 9, ErrTruncated},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := unhex(t, tt.octets)
			found := 0
			var err error
			for o, e := range Objects(b) {
				require.NoError(t, err, "the error is the last that is yielded")
				if err = e; err != nil {
					require.Zero(t, o)
					continue
				}
				found++
			}
			require.Equal(t, tt.found, found)
			require.ErrorIs(t, err, tt.err)
			var at *Error
			require.ErrorAs(t, err, &at)
			require.Equal(t, tt.offset, at.Offset)
			require.Equal(t, tt.err == ErrTruncated, at.Missing > 0)

			f, err := ParseFile(b)
			require.ErrorIs(t, err, tt.err)
			require.Empty(t, f.Objects, "all or nothing")
		})
	}
}

func TestObjectsMayBeLeft(t *testing.T) {
	for o, err := range Objects(knownGoodFile(t)) {
		require.NoError(t, err)
		require.Zero(t, o.ID)
		break
	}
}

func TestInstancesAliasTheFileAndEndThere(t *testing.T) {
	b := knownGoodFile(t)
	f, err := ParseFile(b)
	require.NoError(t, err)
	require.Same(t, &b[9], &f.Objects[0].Instances[0])
	_ = append(f.Objects[0].Instances, 0xEE)
	require.Equal(t, knownGoodFile(t), b)
}

func TestEmptyFiles(t *testing.T) {
	for _, octets := range []string{"00000000", "FFFFFFFF", "00000000FFFF", "FFFFFFFF00", "FFFFFFFFFFFFFFFFFFFFFFFF", "00000005", "0000FFFF", "00000005000000"} {
		b := unhex(t, octets)
		require.True(t, Empty(b), octets)
		n, err := FileSize(b)
		require.NoError(t, err)
		require.Equal(t, 4, n)
		f, err := ParseFile(b)
		require.NoError(t, err)
		require.Empty(t, f.Objects)
	}
	for _, octets := range []string{"", "00", "FFFFFF", "00010000", "0001FFFF", "FFFF0000", "0001000500"} {
		require.False(t, Empty(unhex(t, octets)), octets)
	}
	b, err := AppendFile(nil, File{})
	require.NoError(t, err)
	require.Equal(t, []byte{0, 0, 0, 0}, b)
}

func TestFileSize(t *testing.T) {
	tests := []struct {
		head string
		n    int
		err  error
	}{
		{"", 4, nil},
		{"00 02 00", 4, nil},
		{"00 02 00 7A", 126, nil},
		{"00 02 00 7A FF FF", 126, nil},
		{"00 01 80 00", MaxAcceptedSize, nil},
		{"00 01 80 01", 0, ErrTooLong},
		{"00 01 FF FF", 0, ErrTooLong},
		{"00 00 00 01", 4, nil}, // empty, whatever its size
		{"00 00 FF FF", 4, nil},
		{"00 01 00 00", 4, nil}, // ParseFile will say that the object is missing
	}
	for _, tt := range tests {
		n, err := FileSize(unhex(t, tt.head))
		require.ErrorIs(t, err, tt.err, tt.head)
		require.Equal(t, tt.n, n, tt.head)
	}
}

// fileOf returns a file of n octets with one object.
func fileOf(n int) []byte {
	b := make([]byte, n)
	binary.BigEndian.PutUint16(b, 1)
	binary.BigEndian.PutUint16(b[2:], uint16(n-4))
	binary.BigEndian.PutUint16(b[7:], uint16(n-9))
	return b
}

func TestLargestFiles(t *testing.T) {
	require.Equal(t, 32768, MaxFileSize)
	require.Equal(t, 32772, MaxAcceptedSize)

	b := fileOf(MaxFileSize)
	f, err := ParseFile(b)
	require.NoError(t, err)
	got, err := AppendFile(nil, f)
	require.NoError(t, err)
	require.Equal(t, b, got)

	f, err = ParseFile(fileOf(MaxAcceptedSize))
	require.NoError(t, err, "accepted, but not written")
	got, err = AppendFile([]byte{7}, f)
	require.ErrorIs(t, err, ErrTooLong)
	require.Equal(t, []byte{7}, got)

	_, err = ParseFile(fileOf(MaxAcceptedSize + 1))
	require.ErrorIs(t, err, ErrTooLong)
}

func TestAppendFileRefusesWhatCannotBeWritten(t *testing.T) {
	tests := []struct {
		name string
		f    File
		err  error
	}{
		{"minor version alone", File{Objects: []Object{{ID: 1}, {ID: 3, Version: Version{Minor: 1}}}}, ErrValue},
		{"one octet too many", File{Objects: []Object{{ID: 1, Instances: make([]byte, MaxFileSize-9+1)}}}, ErrTooLong},
		{"one octet too many with a version", File{Objects: []Object{{ID: 1, Version: Version{Major: 1}, Instances: make([]byte, MaxFileSize-9)}}}, ErrTooLong},
		{"too many objects", File{Objects: make([]Object, MaxFileSize/5+1)}, ErrTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dst := []byte{0xAA}
			b, err := AppendFile(dst, tt.f)
			require.ErrorIs(t, err, tt.err)
			require.Equal(t, dst, b)
		})
	}
}

func TestAppendFileTakesTheMostObjects(t *testing.T) {
	f := File{Objects: make([]Object, (MaxFileSize-4)/5)}
	b, err := AppendFile(nil, f)
	require.NoError(t, err)
	got, err := ParseFile(b)
	require.NoError(t, err)
	require.Len(t, got.Objects, len(f.Objects))
}
