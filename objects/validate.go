package objects

import (
	"slices"
	"sort"
)

// ValidateOptions say what a tree is held against. The zero value, and nil,
// fit any source of bootstrap information.
type ValidateOptions struct {
	// Registry has the definitions; nil: the built-in ones.
	Registry *Registry

	// Strict makes errors of what the specification forbids and services are
	// known to do: a Server instance without Resource 6 or 7, a Short Server
	// ID on the Bootstrap-Server account.
	Strict bool

	// NeedServer asks for an account of a regular Server, as the end of a
	// bootstrap session does. Without it a Bootstrap-Server account is enough.
	NeedServer bool

	// NoAccessControl says that the client does not support /2, so that it can
	// have one Server only (Core 1.2 6.1.6).
	NoAccessControl bool
}

// Validate reports everything in t that is inconsistent, in the order of the
// paths. Nothing is an [Error] that leaves an account usable; that this client
// may be unable to dial an account (raw public keys, TCP, SMS) is no problem.
// [Problems.Err] makes one error of the list.
//
//   - each value against its definition: type, number of instances, range
//   - Security instances: what must be there, the credentials of the mode,
//     the URI and whether its scheme suits the mode, one Bootstrap-Server, no
//     Short Server ID twice over the same transport
//   - Server instances: what must be there, lifetime and periods, the Binding,
//     no Short Server ID twice
//   - between them: partners, Binding and URI, links to /21, whether there is
//     any account to use
//   - Access Control instances: what they refer to
//   - the Device, when it is in the tree: /3/0/16
//
// Values that are secret do not show in the texts.
func (t *Tree) Validate(opts *ValidateOptions) Problems {
	v := validator{tree: t}
	if opts != nil {
		v.opts = *opts
	}
	for _, o := range t.objects {
		v.object(o)
	}
	v.security()
	v.server()
	v.pairs()
	v.oscore()
	v.accessControl()
	v.device()
	sort.SliceStable(v.problems, func(i, j int) bool { return v.problems[i].Path.Compare(v.problems[j].Path) < 0 })
	return v.problems
}

// validator goes over one tree.
type validator struct {
	tree     *Tree
	opts     ValidateOptions
	problems Problems

	// What could be read, in order, for the checks between objects.
	securities []securityEntry
	servers    []serverEntry
}

func (v *validator) report(g Grade, p Path, text string) {
	v.problems = append(v.problems, Problem{Path: p, Grade: g, Text: text})
}

// tolerated is the grade of what services do though the text forbids it.
func (v *validator) tolerated() Grade {
	if v.opts.Strict {
		return Error
	}
	return Warning
}

// instances are those of an object.
func (v *validator) instances(id ObjectID) []Instance {
	o, _ := v.tree.Object(id)
	return o.instances
}

// missing reports those of the Resources that in does not have, and returns
// whether there are any.
func (v *validator) missing(g Grade, object ObjectID, in Instance, ids ...ResourceID) (some bool) {
	for _, id := range ids {
		if _, ok := in.Resource(id); !ok {
			v.report(g, ResourcePath(object, in.id, id), "missing")
			some = true
		}
	}
	return some
}

// unreadable reports what kept a view from being read, unless the check
// against the definition has said it; it returns whether there was anything.
func (v *validator) unreadable(bad *Problem) bool {
	if bad == nil {
		return false
	}
	said := slices.ContainsFunc(v.problems, func(p Problem) bool {
		return p.Grade == Error && p.Path == bad.Path
	})
	if !said {
		v.problems = append(v.problems, *bad)
	}
	return true
}
