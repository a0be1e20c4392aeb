package objects

import (
	"slices"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

func TestZeroTreeIsEmptyAndReady(t *testing.T) {
	var tree Tree
	require.Zero(t, tree.Len())
	require.True(t, tree.Has(Path{}))
	require.False(t, tree.Delete(Path{}))
	require.False(t, tree.SetVersion(0, v11))
	require.True(t, tree.Equal(new(Tree)))
	require.Empty(t, slices.Collect(tree.Objects()))
	tree.Put(1, NewInstance(5))
	require.Equal(t, 1, tree.Len())
}

func TestTreeIsSorted(t *testing.T) {
	var tree Tree
	for _, p := range [][2]uint16{{5, 9}, {0, 3}, {5, 1}, {3, 0}, {0, 0}, {5, 4}} {
		tree.Put(ObjectID(p[0]), NewInstance(p[1]))
	}
	var got []Path
	for o := range tree.Objects() {
		for in := range o.Instances() {
			got = append(got, InstancePath(o.ID(), in.ID()))
		}
	}
	require.True(t, slices.IsSortedFunc(got, Path.Compare), "%v", got)
	require.Len(t, got, 6)
	require.Equal(t, 6, tree.Len())
	o, ok := tree.Object(5)
	require.True(t, ok)
	require.Equal(t, 3, o.Len())
	_, ok = tree.Object(4)
	require.False(t, ok)
}

func TestPutReplacesTheInstance(t *testing.T) {
	tree := sampleTree()
	tree.Put(1, NewInstance(1, Single(3, Integer(4))))
	in, ok := tree.Instance(1, 1)
	require.True(t, ok)
	require.Equal(t, 1, in.Len())
	_, ok = in.Resource(7)
	require.False(t, ok)
	require.Equal(t, 4, tree.Len())
}

func TestSetVersion(t *testing.T) {
	tree := sampleTree()
	other := tree.Clone()
	require.True(t, tree.SetVersion(1, v11))
	o, _ := tree.Object(1)
	require.Equal(t, v11, o.Version())
	require.Equal(t, 2, o.Len())
	tree.Put(1, NewInstance(8))
	o, _ = tree.Object(1)
	require.Equal(t, v11, o.Version(), "Put keeps the version")
	o, _ = other.Object(1)
	require.Equal(t, tlv.Version{}, o.Version())
}

func TestTreeDelete(t *testing.T) {
	tests := []struct {
		path  string
		found bool
		left  string
	}{
		{"/", true, ""},
		{"/1", true, `/0/0{5=[9 bytes]} /9/3{6={0=5 1=[9 bytes]}}`},
		{"/2", false, sampleText},
		{"/1/1", true, `/0/0{5=[9 bytes]} /1/0{} /9/3{6={0=5 1=[9 bytes]}}`},
		{"/0/0", true, `/1/0{} /1/1{0=7 7="U"} /9/3{6={0=5 1=[9 bytes]}}`},
		{"/1/2", false, sampleText},
		{"/2/0", false, sampleText},
		{"/0/0/5", true, `/0/0{} /1/0{} /1/1{0=7 7="U"} /9/3{6={0=5 1=[9 bytes]}}`},
		{"/1/1/0", true, `/0/0{5=[9 bytes]} /1/0{} /1/1{7="U"} /9/3{6={0=5 1=[9 bytes]}}`},
		{"/1/1/1", false, sampleText},
		{"/1/5/0", false, sampleText},
		{"/9/3/6", true, `/0/0{5=[9 bytes]} /1/0{} /1/1{0=7 7="U"} /9/3{}`},
		{"/9/3/6/0", true, `/0/0{5=[9 bytes]} /1/0{} /1/1{0=7 7="U"} /9/3{6={1=[9 bytes]}}`},
		{"/9/3/6/2", false, sampleText},
		{"/1/1/7/0", false, sampleText},
		{"/1/1/6/0", false, sampleText},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			tree := sampleTree()
			p, err := ParsePath(test.path)
			require.NoError(t, err)
			require.Equal(t, test.found, p.Depth() == 0 || tree.Has(p))
			require.Equal(t, test.found, tree.Delete(p))
			require.Equal(t, test.left, tree.String())
			require.Equal(t, p.Depth() == 0, tree.Has(p) && test.found)
		})
	}
}

func TestLastValueDeletedLeavesAnEmptyResource(t *testing.T) {
	tree := sampleTree()
	require.True(t, tree.Delete(ResourceInstancePath(9, 3, 6, 0)))
	require.True(t, tree.Delete(ResourceInstancePath(9, 3, 6, 1)))
	r, ok := tree.Resource(ResourcePath(9, 3, 6))
	require.True(t, ok)
	require.True(t, r.Multiple())
	require.Zero(t, r.Len())
}

// What a Tree handed out, and a clone of it, are not disturbed by any change.
func TestChangesDoNotReachWhatWasHandedOut(t *testing.T) {
	changes := map[string]func(*Tree){
		"put new":      func(t *Tree) { t.Put(0, NewInstance(1)) },
		"put over":     func(t *Tree) { t.Put(1, NewInstance(1, Single(9, Integer(1)))) },
		"put first":    func(t *Tree) { t.Put(1, NewInstance(0, Single(9, Integer(1)))) },
		"version":      func(t *Tree) { t.SetVersion(1, v12) },
		"delete all":   func(t *Tree) { t.Delete(Path{}) },
		"object":       func(t *Tree) { t.Delete(ObjectPath(0)) },
		"instance":     func(t *Tree) { t.Delete(InstancePath(1, 0)) },
		"resource":     func(t *Tree) { t.Delete(ResourcePath(1, 1, 0)) },
		"one value":    func(t *Tree) { t.Delete(ResourceInstancePath(9, 3, 6, 0)) },
		"decode":       func(t *Tree) { t.DecodeObject(tlv.Object{ID: 1, Instances: []byte{0b00_0_00_000, 7}}, nil) },
		"two in a row": func(t *Tree) { t.Put(1, NewInstance(5)); t.Put(1, NewInstance(6)) },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			tree := sampleTree()
			clone := tree.Clone()
			object, _ := tree.Object(1)
			instance, _ := tree.Instance(1, 1)
			resource, _ := tree.Resource(ResourcePath(9, 3, 6))
			walked := 0
			for range tree.Objects() {
				change(&tree)
				walked++
			}
			require.Equal(t, 3, walked)
			require.NotEqual(t, sampleText+"default", tree.String()+versionOf(&tree))
			require.Equal(t, sampleText+"default", clone.String()+versionOf(clone))
			require.Equal(t, `/1/0{} /1/1{0=7 7="U"}`, object.String())
			require.Equal(t, `/1{0=7 7="U"}`, instance.String())
			require.Equal(t, `6={0=5 1=[9 bytes]}`, resource.String())
		})
	}
}

func versionOf(t *Tree) string {
	o, _ := t.Object(1)
	return o.Version().String()
}

func TestCloneIsDeep(t *testing.T) {
	tree := sampleTree()
	clone := tree.Clone()
	require.True(t, tree.Equal(clone))
	clone.Put(1, NewInstance(1))
	require.Equal(t, sampleText, tree.String())
	require.False(t, tree.Equal(clone))
}

func TestInstanceCopiesAreIndependent(t *testing.T) {
	a := NewInstance(1, Single(3, Integer(3)), Single(1, Integer(1)), Single(2, Integer(2)))
	b, c := a, a
	b.Set(Single(2, Integer(20)))
	b.Set(Single(4, Integer(40)))
	require.True(t, c.Delete(1))
	require.False(t, c.Delete(1))
	require.Equal(t, "/1{1=1 2=2 3=3}", a.String())
	require.Equal(t, "/1{1=1 2=20 3=3 4=40}", b.String())
	require.Equal(t, "/1{2=2 3=3}", c.String())
	require.Equal(t, "/7{1=1 2=2 3=3}", a.WithID(7).String())
	require.EqualValues(t, 1, a.ID())
	var ids []ResourceID
	for r := range b.Resources() {
		ids = append(ids, r.ID())
	}
	require.Equal(t, []ResourceID{1, 2, 3, 4}, ids)
}

func TestNewInstanceAndMultipleSortCopiesAndTheLastCounts(t *testing.T) {
	resources := []Resource{Single(2, Integer(1)), Single(1, Integer(2)), Single(2, Integer(3)), Single(3, Integer(4))}
	require.Equal(t, "/0{1=2 2=3 3=4}", NewInstance(0, resources...).String())
	require.EqualValues(t, 2, resources[0].ID())
	values := []ResourceInstance{{2, Integer(1)}, {1, Integer(2)}, {2, Integer(3)}}
	r := Multiple(5, values...)
	values[1].Value = Integer(9)
	require.Equal(t, "5={1=2 2=3}", r.String())
}

func TestResourceValues(t *testing.T) {
	single := Single(5, Integer(7))
	require.False(t, single.Multiple())
	require.Equal(t, 1, single.Len())
	require.True(t, single.Value().Equal(Integer(7)))
	_, ok := single.Instance(0)
	require.False(t, ok)
	for id, v := range single.Values() {
		require.Zero(t, id)
		require.True(t, v.Equal(Integer(7)))
	}

	multiple := Multiple(5, ResourceInstance{3, Integer(30)}, ResourceInstance{1, Integer(10)})
	require.True(t, multiple.Multiple())
	require.Equal(t, 2, multiple.Len())
	require.True(t, multiple.Value().Equal(Value{}))
	v, ok := multiple.Instance(3)
	require.True(t, ok)
	require.True(t, v.Equal(Integer(30)))
	_, ok = multiple.Instance(2)
	require.False(t, ok)
	var ids []uint16
	for id := range multiple.Values() {
		ids = append(ids, id)
		if len(ids) == 2 {
			break
		}
	}
	require.Equal(t, []uint16{1, 3}, ids)
	for id := range multiple.Values() {
		require.EqualValues(t, 1, id)
		break
	}
}

func TestEqualSeesEveryDifference(t *testing.T) {
	base := sampleTree()
	for name, change := range map[string]func(*Tree){
		"object":      func(t *Tree) { t.Put(2, NewInstance(0)) },
		"instance":    func(t *Tree) { t.Put(1, NewInstance(2)) },
		"instance ID": func(t *Tree) { t.Delete(InstancePath(1, 0)); t.Put(1, NewInstance(2)) },
		"object ID": func(t *Tree) {
			t.Delete(ObjectPath(0))
			t.Put(2, NewInstance(0, Single(5, Opaque([]byte("topsecret")))))
		},
		"version":      func(t *Tree) { t.SetVersion(1, v10) },
		"resource":     func(t *Tree) { t.Put(1, NewInstance(0, Single(0, Integer(7)))) },
		"resource ID":  func(t *Tree) { t.Put(0, NewInstance(0, Single(6, Opaque([]byte("topsecret"))))) },
		"value":        func(t *Tree) { t.Put(0, NewInstance(0, Single(5, Opaque([]byte("topsecreT"))))) },
		"type":         func(t *Tree) { t.Put(0, NewInstance(0, Single(5, String("topsecret")))) },
		"multiplicity": func(t *Tree) { t.Put(9, NewInstance(3, Single(6, Value{}))) },
		"value ID": func(t *Tree) {
			t.Put(9, NewInstance(3, Multiple(6, ResourceInstance{2, Raw([]byte("topsecret"))}, ResourceInstance{0, Integer(5)})))
		},
		"one of several values": func(t *Tree) {
			t.Put(9, NewInstance(3, Multiple(6, ResourceInstance{1, Raw([]byte("topsecret"))}, ResourceInstance{0, Integer(6)})))
		},
		"one value less": func(t *Tree) { t.Delete(ResourceInstancePath(9, 3, 6, 1)) },
	} {
		other := sampleTree()
		require.True(t, base.Equal(&other))
		change(&other)
		require.False(t, base.Equal(&other), name)
		require.False(t, other.Equal(&base), name)
	}
	empty, single := NewInstance(0, Multiple(1)), NewInstance(0, Single(1, Value{}))
	require.False(t, empty.Equal(single))
}

func TestTreeLookups(t *testing.T) {
	tree := sampleTree()
	for path, want := range map[string]string{
		"/1/1/7": `"U"`, "/9/3/6/1": "[9 bytes]", "/9/3/6": "", "/1/1/7/0": "", "/1/1": "", "/1/1/8": "", "/4/0/0": "", "/9/3/6/2": "",
	} {
		p, err := ParsePath(path)
		require.NoError(t, err)
		v, ok := tree.Value(p)
		require.Equal(t, want != "", ok, path)
		if ok {
			require.Equal(t, want, v.String(), path)
		}
	}
	for path, want := range map[string]bool{
		"/": true, "/1": true, "/2": false, "/1/1": true, "/1/2": false, "/2/1": false,
		"/1/1/7": true, "/1/1/8": false, "/9/3/6": true, "/9/3/6/1": true, "/9/3/6/2": false, "/1/1/7/0": false,
	} {
		p, err := ParsePath(path)
		require.NoError(t, err)
		require.Equal(t, want, tree.Has(p), path)
		_, ok := tree.Resource(p)
		require.Equal(t, want && p.Depth() == 3, ok, path)
	}
	in, _ := tree.Instance(9, 3)
	_, ok := in.Value(6)
	require.False(t, ok, "a multiple Resource has no one value")
}

func TestAllWalksEveryValueInOrder(t *testing.T) {
	tree := sampleTree()
	tree.Put(9, NewInstance(4, Single(1, Boolean(true))))
	var got []string
	for p, v := range tree.All() {
		got = append(got, p.String()+" "+v.String())
	}
	want := []string{"/0/0/5 [9 bytes]", "/1/1/0 7", `/1/1/7 "U"`, "/9/3/6/0 5", "/9/3/6/1 [9 bytes]", "/9/4/1 true"}
	require.Equal(t, want, got)
	for stop := range len(want) {
		n := 0
		for range tree.All() {
			if n++; n > stop {
				break
			}
		}
		require.Equal(t, stop+1, n)
	}
}
