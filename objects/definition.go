package objects

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Operations is what a Server may do with a Resource. None of them: only the
// Bootstrap interface reaches it ("BS only").
type Operations uint8

// The operations of a definition.
const (
	OpRead Operations = 1 << iota
	OpWrite
	OpExecute
)

// String is the registry's notation: R, RW, E, "" for none.
func (o Operations) String() string {
	var b strings.Builder
	for i, letter := range "RWE" {
		if o&(1<<i) != 0 {
			b.WriteRune(letter)
		}
	}
	return b.String()
}

// Range limits a value: the number of an Integer or Unsigned Integer, the
// length in bytes of a String or Opaque. The zero value sets no limit.
type Range struct {
	Min, Max int64 // both allowed
	Step     int64 // when not 0: only Min, Min+Step, … up to Max
}

// Has reports whether n is in the range.
func (r Range) Has(n int64) bool {
	if r == (Range{}) {
		return true
	}
	return n >= r.Min && n <= r.Max && (r.Step == 0 || (n-r.Min)%r.Step == 0)
}

// String is "1..65534", or "16..48 by 16"; "" for no limit.
func (r Range) String() string {
	switch {
	case r == (Range{}):
		return ""
	case r.Step != 0:
		return fmt.Sprintf("%d..%d by %d", r.Min, r.Max, r.Step)
	case r.Min == r.Max:
		return fmt.Sprint(r.Min)
	}
	return fmt.Sprintf("%d..%d", r.Min, r.Max)
}

// ResourceDefinition is what is known of a Resource.
type ResourceDefinition struct {
	ID         ResourceID
	Name       string
	Operations Operations
	Multiple   bool
	Mandatory  bool // the registry's word; see [Tree.Validate] for what we demand
	Type       Type // TypeNone exactly for a Resource that can be executed
	Range      Range
	Units      string

	// Secret marks the values as secret: keys, not identities.
	Secret bool

	// AnyOctets: the versions of the object disagree whether the Resource is
	// a String or an Opaque. The values are read as Opaque, and either type is
	// taken for right.
	AnyOctets bool
}

// Definition is what is known of one version of an Object.
type Definition struct {
	ID        ObjectID
	Version   tlv.Version // zero is taken for 1.0
	Name      string
	Multiple  bool
	Mandatory bool

	Resources []ResourceDefinition // each ID once; a registered one is sorted
}

// Resource is the definition of a Resource, which is not to be changed; ok is
// false when there is none. d is one that a [Registry] handed out; nil has no
// Resources.
func (d *Definition) Resource(id ResourceID) (r *ResourceDefinition, ok bool) {
	if d == nil {
		return nil, false
	}
	at := sort.Search(len(d.Resources), func(i int) bool { return d.Resources[i].ID >= id })
	if at == len(d.Resources) || d.Resources[at].ID != id {
		return nil, false
	}
	return &d.Resources[at], true
}

// sorted is a copy of d in the form that a Registry keeps, or says why there
// can be none.
func (d Definition) sorted() (*Definition, error) {
	if d.Version == (tlv.Version{}) {
		d.Version = tlv.Version{Major: 1}
	}
	if d.ID == MaxID {
		return nil, fmt.Errorf("objects: definition of object %d, which is reserved", d.ID)
	}
	if d.Version.Major == 0 {
		return nil, fmt.Errorf("objects: definition of object %d has version %v", d.ID, d.Version)
	}
	d.Resources = slices.Clone(d.Resources)
	sortByID(d.Resources)
	for i, r := range d.Resources {
		if i > 0 && d.Resources[i-1].ID == r.ID {
			return nil, fmt.Errorf("objects: definition of object %d: resource %d twice", d.ID, r.ID)
		}
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("objects: definition of object %d: resource %d: %w", d.ID, r.ID, err)
		}
	}
	return &d, nil
}

func (r ResourceDefinition) check() error {
	executable := r.Operations&OpExecute != 0
	switch {
	case !r.Type.valid():
		return fmt.Errorf("type %d is none", r.Type)
	case executable != (r.Type == TypeNone):
		return fmt.Errorf("type %v with operations %q", r.Type, r.Operations)
	case executable && r.Operations != OpExecute:
		return fmt.Errorf("operations %q at once", r.Operations)
	case r.Range.Min > r.Range.Max || r.Range.Step < 0:
		return fmt.Errorf("range %v holds nothing", r.Range)
	case r.AnyOctets && r.Type != TypeString && r.Type != TypeOpaque:
		return fmt.Errorf("type %v cannot be of any octets", r.Type)
	}
	return nil
}

func sortByID(list []ResourceDefinition) {
	sort.SliceStable(list, func(i, j int) bool { return list[i].ID < list[j].ID })
}
