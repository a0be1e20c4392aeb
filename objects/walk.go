package objects

import "iter"

// All walks every value with its path, in order: /0/0/0, /0/0/1, …; the path
// of a value of a multiple-instance Resource has four segments. Instances
// without Resources and Resources without values yield nothing.
func (t *Tree) All() iter.Seq2[Path, Value] {
	return func(yield func(Path, Value) bool) {
		for _, o := range t.objects {
			for _, in := range o.instances {
				if !in.walk(o.id, yield) {
					return
				}
			}
		}
	}
}

func (in Instance) walk(object ObjectID, yield func(Path, Value) bool) bool {
	for _, r := range in.resources {
		p := ResourcePath(object, in.id, r.id)
		if !r.multiple {
			if !yield(p, r.value) {
				return false
			}
			continue
		}
		for _, ri := range r.values {
			if p, _ := p.Child(ri.ID); !yield(p, ri.Value) {
				return false
			}
		}
	}
	return true
}

// Resource is the Resource that a path of three segments names, if it is
// there.
func (t *Tree) Resource(p Path) (r Resource, ok bool) {
	if p.Depth() != 3 {
		return Resource{}, false
	}
	object, _ := p.Object()
	instance, _ := p.Instance()
	id, _ := p.Resource()
	in, _ := t.Instance(object, instance)
	return in.Resource(id)
}

// Value is the value that a path names, if it is there: of a single-instance
// Resource by three segments, of a Resource Instance by four.
func (t *Tree) Value(p Path) (v Value, ok bool) {
	instance, deep := p.ResourceInstance()
	if deep {
		p = p.Parent()
	}
	r, ok := t.Resource(p)
	if deep {
		return r.Instance(instance)
	}
	return r.value, ok && !r.multiple
}

// Has reports whether what the path names is in the tree; the root always is.
func (t *Tree) Has(p Path) (ok bool) {
	object, _ := p.Object()
	instance, _ := p.Instance()
	switch p.Depth() {
	case 0:
		return true
	case 1:
		_, ok = t.Object(object)
	case 2:
		_, ok = t.Instance(object, instance)
	case 3:
		_, ok = t.Resource(p)
	default:
		_, ok = t.Value(p)
	}
	return ok
}
