package senmljson

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/stretchr/testify/require"
)

// manyRecords returns a pack of n whose names come from a function.
func manyRecords(n int, name func(i int) string) []byte {
	var b strings.Builder
	for i := range n {
		b.WriteString(",{\"n\":\"" + name(i) + "\",\"v\":1}")
	}
	return []byte("[" + b.String()[1:] + "]")
}

func TestParseLimits(t *testing.T) {
	resource := func(i int) string { return fmt.Sprintf("/9/0/%d", i) }
	instance := func(i int) string { return fmt.Sprintf("/9/%d/0", i) }
	value := func(i int) string { return fmt.Sprintf("/9/0/0/%d", i) }
	object := func(i int) string { return fmt.Sprintf("/%d/0/0", i+1000) }
	any := func(i int) string { return fmt.Sprintf("/%d/%d/%d", 1000+i/1000, i%1000, 0) }
	tests := []struct {
		name  string
		limit int
		n     func(int) string
		path  string // to blame
	}{
		{"Resources", objects.MaxResources, resource, "/9/0"},
		{"Object Instances", objects.MaxInstances, instance, "/9"},
		{"Resource Instances", objects.MaxResourceInstances, value, "/9/0/0"},
		{"Objects", MaxObjects, object, "/1256/0/0"},
		{"records", MaxRecords, any, "/"},
	}
	require.Equal(t, []int{256, 16384, 1048576}, []int{MaxObjects, MaxRecords, MaxSize})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Codec{}.Parse(manyRecords(tt.limit, tt.n), objects.Path{}, nil)
			require.NoError(t, err)
			_, _, err = Codec{}.Parse(manyRecords(tt.limit+1, tt.n), objects.Path{}, nil)
			require.ErrorIs(t, err, objects.ErrLimit)
			var at *objects.DecodeError
			require.ErrorAs(t, err, &at)
			require.Equal(t, path(t, tt.path), at.Path)
		})
	}
	one := manyRecords(1, resource)
	_, _, err := Codec{}.Parse(append(one, make([]byte, MaxSize-len(one)+1)...), objects.Path{}, nil)
	require.ErrorIs(t, err, objects.ErrLimit)
	spaces := []byte(strings.Repeat(" ", MaxSize-len(one)))
	_, _, err = Codec{}.Parse(append(one, spaces...), objects.Path{}, nil)
	require.NoError(t, err)
}

func TestParseKeepsNoReferenceToThePayload(t *testing.T) {
	b := []byte(knownGoodJSON)
	tree, _, err := Codec{}.Parse(b, objects.Path{}, nil)
	require.NoError(t, err)
	for i := range b {
		b[i] = 0xFF
	}
	require.True(t, knownGoodTree(t).Equal(tree))
}
