package objects

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPathTextForm(t *testing.T) {
	tests := []struct {
		text string
		path Path
	}{
		{"/", Path{}},
		{"/0", ObjectPath(0)},
		{"/65535", ObjectPath(65535)},
		{"/0/1", InstancePath(0, 1)},
		{"/1/0/22", ResourcePath(1, 0, 22)},
		{"/2/10/2/65535", ResourceInstancePath(2, 10, 2, 65535)},
	}
	for depth, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, err := ParsePath(test.text)
			require.NoError(t, err)
			require.Equal(t, test.path, got)
			require.Equal(t, test.text, test.path.String())
			require.Equal(t, "x"+test.text, string(test.path.AppendTo([]byte("x"))))
			require.Equal(t, max(0, min(depth, 1), depth-1), got.Depth())
		})
	}
}

func TestParsePathRefuses(t *testing.T) {
	for _, text := range []string{
		"", "0", "//", "/0/", "/0//1", "/-1", "/+1", "/00", "/01", "/65536", "/99999999999999999999",
		"/0/1/2/3/4", "/0/1/2/3/", "/a", "/ 1", "/1 ", "/0x1", "/1_0",
	} {
		_, err := ParsePath(text)
		require.Error(t, err, "%q", text)
	}
}

func TestParsePathTellsTheOffset(t *testing.T) {
	for text, where := range map[string]string{"": "offset 0", "/0/x": "offset 2", "/0/1/2/3/4": "offset 8", "/10/1/": "offset 5"} {
		_, err := ParsePath(text)
		require.ErrorContains(t, err, where, "%q", text)
	}
}

func TestPathSegments(t *testing.T) {
	full := ResourceInstancePath(5, 6, 7, 8)
	object, okO := full.Object()
	instance, okI := full.Instance()
	resource, okR := full.Resource()
	value, okV := full.ResourceInstance()
	require.Equal(t, []any{ObjectID(5), uint16(6), ResourceID(7), uint16(8)}, []any{object, instance, resource, value})
	require.True(t, okO && okI && okR && okV)

	for p, depth := full, 4; depth >= 0; p, depth = p.Parent(), depth-1 {
		_, okO := p.Object()
		_, okI := p.Instance()
		_, okR := p.Resource()
		_, okV := p.ResourceInstance()
		require.Equal(t, []bool{depth > 0, depth > 1, depth > 2, depth > 3}, []bool{okO, okI, okR, okV}, "%v", p)
		require.Equal(t, depth, p.Depth())
	}
}

func TestPathParentForgetsTheSegment(t *testing.T) {
	require.Equal(t, ResourcePath(5, 6, 7), ResourceInstancePath(5, 6, 7, 8).Parent())
	require.Equal(t, InstancePath(5, 6), ResourcePath(5, 6, 7).Parent())
	require.Equal(t, ObjectPath(5), InstancePath(5, 6).Parent())
	require.Equal(t, Path{}, ObjectPath(5).Parent())
	require.Equal(t, Path{}, Path{}.Parent())
}

func TestPathChild(t *testing.T) {
	p := Path{}
	for i, want := range []Path{ObjectPath(1), InstancePath(1, 2), ResourcePath(1, 2, 3), ResourceInstancePath(1, 2, 3, 4)} {
		child, ok := p.Child(uint16(i + 1))
		require.True(t, ok)
		require.Equal(t, want, child)
		p = child
	}
	same, ok := p.Child(5)
	require.False(t, ok)
	require.Equal(t, p, same)
}

func TestPathContains(t *testing.T) {
	tests := []struct {
		outer, inner string
		want         bool
	}{
		{"/", "/", true},
		{"/", "/0/1/2/3", true},
		{"/0", "/0", true},
		{"/0", "/0/1", true},
		{"/0/1", "/0/1/2/3", true},
		{"/0/1", "/0", false},
		{"/0/1", "/0/10", false},
		{"/1", "/0/1", false},
		{"/0", "/", false},
	}
	for _, test := range tests {
		outer, _ := ParsePath(test.outer)
		inner, _ := ParsePath(test.inner)
		require.Equal(t, test.want, outer.Contains(inner), "%s contains %s", test.outer, test.inner)
	}
}

func TestPathOrderIsThatOfAWalk(t *testing.T) {
	want := []string{"/", "/0", "/0/0", "/0/0/2", "/0/0/10", "/0/0/10/0", "/0/0/10/1", "/0/1", "/0/10", "/1", "/1/0", "/21"}
	var paths []Path
	for _, text := range want {
		p, err := ParsePath(text)
		require.NoError(t, err)
		require.Zero(t, p.Compare(p))
		paths = append(paths, p)
	}
	slices.Reverse(paths)
	slices.SortFunc(paths, Path.Compare)
	var got []string
	for _, p := range paths {
		got = append(got, p.String())
	}
	require.Equal(t, want, got)
}

func FuzzParsePath(f *testing.F) {
	for _, text := range []string{"/", "/0/1/10", "/65535/65535/65535/65535", "/00", "/0/1/2/3/4", "//", "/0/"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePath(text)
		if err != nil {
			require.Zero(t, p)
			return
		}
		require.Equal(t, text, p.String())
	})
}
