package objects

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

// line is one of testdata/objects.tsv.
type line struct {
	object                                         ObjectID
	version                                        tlv.Version
	id, name, ops, inst, mand, typ, limit, unitURN string
}

func registryLines(t *testing.T) (lines []line) {
	f, err := os.Open("../testdata/objects.tsv")
	require.NoError(t, err)
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if strings.HasPrefix(s.Text(), "#") {
			continue
		}
		c := strings.Split(s.Text(), "\t")
		require.Len(t, c, 10)
		object, err := strconv.Atoi(c[0])
		require.NoError(t, err)
		major, minor, _ := strings.Cut(c[1], ".")
		require.Len(t, major+minor, 2)
		v := tlv.Version{Major: major[0] - '0', Minor: minor[0] - '0'}
		lines = append(lines, line{ObjectID(object), v, c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]})
	}
	require.Len(t, lines, 234)
	return lines
}

func TestTablesAreTheRegistrys(t *testing.T) {
	resources := map[*Definition]int{}
	for _, l := range registryLines(t) {
		d, exact := new(Registry).Lookup(l.object, l.version)
		require.True(t, exact, "%d %v", l.object, l.version)
		require.Equal(t, l.version, d.Version)
		if l.id == "-" {
			require.Equal(t, l.name, d.Name)
			require.Equal(t, l.inst == "Multiple", d.Multiple)
			require.Equal(t, l.mand == "Mandatory", d.Mandatory)
			resources[d] += 0
			continue
		}
		resources[d]++
		id, err := strconv.Atoi(l.id)
		require.NoError(t, err)
		r, ok := d.Resource(ResourceID(id))
		require.True(t, ok, "/%d/x/%d in %v", l.object, id, l.version)
		got := line{l.object, l.version, l.id, r.Name, dash(r.Operations.String()), "Single", "Optional", r.Type.String(), l.limit, dash(r.Units)}
		if r.Multiple {
			got.inst = "Multiple"
		}
		if r.Mandatory {
			got.mand = "Mandatory"
		}
		if r.Type == TypeNone {
			got.typ = "-"
		}
		require.Equal(t, l, got)
		require.Equal(t, limitOf(t, l.limit), r.Range, "/%d/x/%d in %v: %q", l.object, id, l.version, l.limit)
	}
	n := 0
	for d := range new(Registry).All() {
		require.Equal(t, resources[d], len(d.Resources), "object %d version %v", d.ID, d.Version)
		n++
	}
	require.Equal(t, len(resources), n)
	require.Equal(t, 14, n)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// limitOf reads the registry's notations of a range.
func limitOf(t *testing.T, s string) Range {
	s = strings.ReplaceAll(strings.TrimSuffix(s, " bytes"), "..", "-")
	switch {
	case s == "-" || strings.HasPrefix(s, "The possible values"):
		return Range{}
	case s == "16-bit":
		return Range{Max: 65535}
	case s == "16-32-48" || s == "16,32,48":
		return Range{Min: 16, Max: 48, Step: 16}
	}
	low, high, ok := strings.Cut(s, "-")
	if !ok {
		high = low
	}
	from, err1 := strconv.ParseInt(low, 10, 64)
	to, err2 := strconv.ParseInt(high, 10, 64)
	require.NoError(t, err1)
	require.NoError(t, err2)
	return Range{Min: from, Max: to}
}

// The constants of ids.go are the registry's names without what is no letter
// or digit, without "LwM2M", and without the object's name in /2 and /21.
func TestConstantsAreNamedAsTheRegistryDoes(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "ids.go", nil, 0)
	require.NoError(t, err)
	constants := map[string]string{} // name: number
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "ResourceID" {
				constants[strings.ToLower(spec.Names[0].Name)] = spec.Values[0].(*ast.BasicLit).Value
			}
		}
		return true
	})
	prefixes := map[ObjectID]string{0: "security", 1: "server", 2: "accesscontrol", 3: "device", 21: "oscore"}
	other := regexp.MustCompile(`[^a-z0-9]|lwm2m|access control`)
	used := map[string]bool{}
	for _, l := range registryLines(t) {
		if l.id == "-" {
			continue
		}
		name := other.ReplaceAllString(strings.ToLower(l.name), "")
		if l.object == ObjectOSCORE {
			name = strings.TrimPrefix(name, "oscore")
		}
		name = prefixes[l.object] + name
		require.Equal(t, l.id, constants[name], "%s", name)
		used[name] = true
	}
	require.Len(t, constants, len(used), "constants without a Resource")
}

func TestSecretsAreKeysAlone(t *testing.T) {
	var secrets []string
	for _, id := range []ObjectID{0, 1, 2, 3, 21} {
		d, _ := new(Registry).Lookup(id, tlv.Version{})
		for _, r := range d.Resources {
			if r.Secret {
				secrets = append(secrets, ResourcePath(id, 0, r.ID).String())
			}
		}
	}
	require.Equal(t, []string{"/0/0/5", "/0/0/8", "/21/0/0", "/21/0/5"}, secrets)
}

func TestLookup(t *testing.T) {
	var reg Registry
	require.NoError(t, reg.Register(Definition{ID: 19, Name: "BinaryAppDataContainer"}))
	require.NoError(t, reg.Register(Definition{ID: 19, Version: tlv.Version{Major: 1, Minor: 3}}))
	require.NoError(t, reg.Register(Definition{ID: 19, Version: tlv.Version{Major: 2, Minor: 1}}))
	tests := []struct {
		name    string
		object  ObjectID
		version tlv.Version
		want    string // version of the definition
		exact   bool
	}{
		{"published", 0, tlv.Version{Major: 1, Minor: 1}, "1.1", true},
		{"default of an enabler object is the newest", 1, tlv.Version{}, "1.2", true},
		{"default of /21", 21, tlv.Version{}, "2.0", true},
		{"newer minor", 0, tlv.Version{Major: 1, Minor: 9}, "1.2", false},
		{"newer minor of an older major", 21, tlv.Version{Major: 1, Minor: 7}, "1.1", false},
		{"unknown major", 0, tlv.Version{Major: 2, Minor: 0}, "", false},
		{"default of another object is 1.0", 19, tlv.Version{}, "1.0", true},
		{"between known minors", 19, tlv.Version{Major: 1, Minor: 2}, "1.3", false},
		{"older minor than known", 19, tlv.Version{Major: 2, Minor: 0}, "2.1", false},
		{"unknown object", 4000, tlv.Version{}, "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, exact := reg.Lookup(test.object, test.version)
			require.Equal(t, test.exact, exact)
			if test.want == "" {
				require.Nil(t, d)
				_, ok := d.Resource(0)
				require.False(t, ok, "a nil definition has no Resources")
				return
			}
			require.Equal(t, test.want, d.Version.String())
			require.Equal(t, test.object, d.ID)
		})
	}
}

func TestDefaultVersionOfAnEnablerObjectHasEveryResource(t *testing.T) {
	var reg *Registry
	d, _ := reg.Lookup(ObjectSecurity, tlv.Version{})
	require.Len(t, d.Resources, 31)
	d, _ = reg.Lookup(ObjectOSCORE, tlv.Version{})
	require.Len(t, d.Resources, 7)
	r, _ := d.Resource(OSCORESenderID)
	require.Equal(t, TypeOpaque, r.Type, "as the newest version has it")

	var mine Registry // where a Resource is gone in a later version
	require.NoError(t, mine.Register(Definition{ID: 5, Resources: []ResourceDefinition{{ID: 1, Type: TypeFloat}, {ID: 3, Type: TypeTime}}}))
	require.NoError(t, mine.Register(Definition{ID: 5, Version: tlv.Version{Major: 1, Minor: 1}, Resources: []ResourceDefinition{{ID: 2, Type: TypeString}, {ID: 1, Type: TypeInteger}}}))
	d, _ = mine.Lookup(5, tlv.Version{})
	require.Equal(t, []ResourceDefinition{{ID: 1, Type: TypeInteger}, {ID: 2, Type: TypeString}, {ID: 3, Type: TypeTime}}, d.Resources)
}

func TestRegisterReplacesOneVersion(t *testing.T) {
	var reg Registry
	mine := Definition{ID: 3, Version: v11, Name: "Mine", Resources: []ResourceDefinition{{ID: 7, Type: TypeString}, {ID: 2, Type: TypeFloat}}}
	require.NoError(t, reg.Register(mine))
	mine.Resources[0].ID = 99
	d, exact := reg.Lookup(3, v11)
	require.True(t, exact)
	require.Equal(t, "Mine", d.Name)
	require.Equal(t, []ResourceDefinition{{ID: 2, Type: TypeFloat}, {ID: 7, Type: TypeString}}, d.Resources, "copied and sorted")
	other, _ := reg.Lookup(3, v12)
	require.Equal(t, "Device", other.Name)
	again, _ := new(Registry).Lookup(3, v11)
	require.Equal(t, "Device", again.Name, "other registries do not change")

	var ids []string
	for d := range reg.All() {
		ids = append(ids, strconv.Itoa(int(d.ID))+" "+d.Version.String())
	}
	require.Equal(t, []string{"0 1.0", "0 1.1", "0 1.2", "1 1.0", "1 1.1", "1 1.2", "2 1.0", "2 1.1", "3 1.0", "3 1.1", "3 1.2", "21 1.0", "21 1.1", "21 2.0"}, ids)
	require.NoError(t, reg.Register(Definition{ID: 20, Name: "another object"}))
	var all []string
	for d := range reg.All() {
		if all = append(all, d.Name); d.ID == 20 {
			break // a walk can be left
		}
	}
	require.Len(t, all, 12)
	require.Equal(t, "another object", all[11])
}

func TestRegisterRefuses(t *testing.T) {
	one := func(r ResourceDefinition) []ResourceDefinition { return []ResourceDefinition{r} }
	for name, d := range map[string]Definition{
		"reserved object":          {ID: MaxID},
		"version 0.1":              {ID: 9, Version: tlv.Version{Minor: 1}},
		"a Resource twice":         {ID: 9, Resources: []ResourceDefinition{{ID: 1, Type: TypeTime}, {ID: 0, Type: TypeTime}, {ID: 1, Type: TypeTime}}},
		"no such type":             {ID: 9, Resources: one(ResourceDefinition{Type: TypeCorelnk + 1})},
		"executable with a type":   {ID: 9, Resources: one(ResourceDefinition{Type: TypeTime, Operations: OpExecute})},
		"readable without a type":  {ID: 9, Resources: one(ResourceDefinition{Operations: OpRead})},
		"readable and executable":  {ID: 9, Resources: one(ResourceDefinition{Operations: OpRead | OpExecute})},
		"range upside down":        {ID: 9, Resources: one(ResourceDefinition{Type: TypeInteger, Range: Range{Min: 2, Max: 1}})},
		"negative step":            {ID: 9, Resources: one(ResourceDefinition{Type: TypeInteger, Range: Range{Min: 1, Max: 2, Step: -1}})},
		"any octets of an Integer": {ID: 9, Resources: one(ResourceDefinition{Type: TypeInteger, AnyOctets: true})},
	} {
		var reg Registry
		require.Error(t, reg.Register(d), name)
		known, _ := reg.Lookup(9, tlv.Version{})
		require.Nil(t, known, name)
	}
}

func TestRange(t *testing.T) {
	tests := []struct {
		limit   Range
		text    string
		in, out []int64
	}{
		{Range{}, "", []int64{-1 << 63, 0, 1<<63 - 1}, nil},
		{Range{Min: 1, Max: 4}, "1..4", []int64{1, 4}, []int64{0, 5}},
		{Range{Min: 6, Max: 6}, "6", []int64{6}, []int64{5, 7}},
		{Range{Min: 16, Max: 48, Step: 16}, "16..48 by 16", []int64{16, 32, 48}, []int64{0, 24, 64}},
	}
	for _, test := range tests {
		require.Equal(t, test.text, test.limit.String())
		for _, n := range test.in {
			require.True(t, test.limit.Has(n), "%v has %d", test.limit, n)
		}
		for _, n := range test.out {
			require.False(t, test.limit.Has(n), "%v has %d", test.limit, n)
		}
	}
}

func TestOperationsAreTheRegistrysLetters(t *testing.T) {
	require.Equal(t, "RW", (OpRead | OpWrite).String())
	require.Equal(t, "E", OpExecute.String())
	require.Empty(t, Operations(0).String())
}

func TestReadingIsSafeForConcurrentUse(t *testing.T) {
	reg := specRegistry(t)
	tree := goodTree(t)
	file, err := tlv.ParseFile(goodFile(t))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var own Tree
			_, err := own.Decode(file, reg)
			if err != nil || !own.Equal(tree) || len(tree.Validate(&ValidateOptions{Registry: reg})) != 0 {
				t.Error("not as it was alone", err)
			}
			_ = tree.Clone().Delete(Path{})
		})
	}
	wg.Wait()
}
