package dict

import (
	"cmp"
	"maps"
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// dotted is OID.X or RID.X.Y.
func (r *reader) dotted(x *syntax.DotExpr) (starlark.Value, config.Position, error) {
	if base, ok := x.X.(*syntax.Ident); ok && base.Name == "OID" {
		id, ok := r.names.Object(x.Name.Name)
		if !ok {
			return r.unknown(x.Name, "an Object", "OID.", r.names.ObjectIDs())
		}
		return starlark.MakeInt(int(id)), r.at(int(base.NamePos.Line)), nil
	}
	inner, ok := x.X.(*syntax.DotExpr)
	if !ok || !isIdent(inner.X, "RID") {
		return r.refuse(x.Dot, "only OID.Server, RID.Server.Binding and bytes.fromhex('00ff') have a dot: %s", asData)
	}
	object, ok := r.names.Object(inner.Name.Name)
	if !ok {
		return r.unknown(inner.Name, "an Object", "RID.", r.names.ObjectIDs())
	}
	id, ok := r.names.Resource(object, x.Name.Name)
	if !ok {
		return r.unknown(x.Name, "a Resource", "RID."+r.names.ObjectName(object)+".", r.names.ResourceIDs(object))
	}
	return starlark.MakeInt(int(id)), r.at(int(inner.X.(*syntax.Ident).NamePos.Line)), nil
}

func isIdent(x syntax.Expr, name string) bool {
	id, ok := x.(*syntax.Ident)
	return ok && id.Name == name
}

// unknown is the error of a name that is in no table.
func (r *reader) unknown(name *syntax.Ident, what, prefix string, known map[string]uint16) (starlark.Value, config.Position, error) {
	at := r.at(int(name.NamePos.Line))
	advice := "write its number"
	if like := nearest(name.Name, known); like != "" {
		advice = "did you mean " + prefix + like + "? Otherwise " + advice
	}
	return nil, at, config.Errorf(at, config.ErrKey, "not the name of %s that is known: %s", what, advice)
}

// maxName is the longest name that a nearest one is looked for.
const maxName = 64

// nearest is the known name that takes the fewest edits, the first of the
// alphabet if there are several; none if more than a third is different.
func nearest(name string, known map[string]uint16) string {
	if len(name) > maxName || len(known) == 0 {
		return ""
	}
	best := slices.MinFunc(slices.Sorted(maps.Keys(known)), func(a, b string) int {
		return cmp.Compare(config.Distance(name, a), config.Distance(name, b))
	})
	if config.Distance(name, best) > 1+len(name)/3 {
		return ""
	}
	return best
}
