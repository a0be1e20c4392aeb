package bootstrapper

import "github.com/lwm2mboot/lwm2mboot/objects"

// secrets are the octets of secrets and their references, both ways. They live
// for one Load or Replace and are not to be printed.
type secrets struct {
	refs   map[string]string // octets to reference
	octets map[string]string // reference to octets
}

func newSecrets() secrets { return secrets{map[string]string{}, map[string]string{}} }

func (s secrets) add(octets, ref string) { s.refs[octets], s.octets[ref] = ref, octets }

// references are all of them, also of secrets that have more than one.
func (s secrets) references() [][]byte {
	list := make([][]byte, 0, len(s.octets))
	for ref := range s.octets {
		list = append(list, []byte(ref))
	}
	return list
}

// secretFunc says what is to stand in the place of a secret.
type secretFunc func(at objects.Path, in objects.Instance, v objects.Value) (objects.Value, error)

// mapSecrets changes each secret in s that is not empty, active or disabled,
// to what f says. After an error s is good for nothing.
func (s *State) mapSecrets(f secretFunc) error {
	for t := range s.trees {
		if err := mapTree(t, f); err != nil {
			return err
		}
	}
	return nil
}

// trees walks what is active and what is disabled, of every origin.
func (s *State) trees(yield func(*objects.Tree) bool) {
	for i := range s.sources {
		if src := &s.sources[i]; !yield(&src.active) || !yield(&src.disabled) {
			return
		}
	}
}

func mapTree(t *objects.Tree, f secretFunc) error {
	for o := range t.Objects() {
		for in := range o.Instances() {
			out, changed := in, false
			for r := range in.Resources() {
				if !hasSecret(r) {
					continue
				}
				r, err := mapResource(o.ID(), in, r, f)
				if err != nil {
					return err
				}
				out.Set(r)
				changed = true
			}
			if changed {
				t.Put(o.ID(), out)
			}
		}
	}
	return nil
}

func mapResource(object objects.ObjectID, in objects.Instance, r objects.Resource, f secretFunc) (objects.Resource, error) {
	at := objects.ResourcePath(object, in.ID(), r.ID())
	if !r.Multiple() {
		v, err := f(at, in, r.Value())
		return objects.Single(r.ID(), v), err
	}
	var values []objects.ResourceInstance
	for id, v := range r.Values() {
		if isSecret(v) {
			at, _ := at.Child(id)
			var err error
			if v, err = f(at, in, v); err != nil {
				return r, err
			}
		}
		values = append(values, objects.ResourceInstance{ID: id, Value: v})
	}
	return objects.Multiple(r.ID(), values...), nil
}

func (s *State) hasSecret() bool {
	for t := range s.trees {
		for _, v := range t.All() {
			if isSecret(v) {
				return true
			}
		}
	}
	return false
}

func hasSecret(r objects.Resource) bool {
	for _, v := range r.Values() {
		if isSecret(v) {
			return true
		}
	}
	return false
}

// isSecret leaves out what is secret and empty, as the key of an account
// without security is: there is nothing to keep.
func isSecret(v objects.Value) bool { return v.IsSecret() && octetsOf(v) != "" }
