package storetest

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

var origins = []bootstrapper.Origin{bootstrapper.Factory, bootstrapper.Smartcard, bootstrapper.Server}

// difference says in a line where got is not what is wanted, and is "" when it
// is. Unlike State.Equal it looks at the marks of secrets. It shows no value
// that is secret.
func difference(want, got *bootstrapper.State) string {
	for _, o := range origins {
		if d := treeDifference(want.Source(o), got.Source(o)); d != "" {
			return fmt.Sprintf("active, %v: %s", o, d)
		}
		wantTree, wantReason := want.Disabled(o)
		gotTree, gotReason := got.Disabled(o)
		if d := treeDifference(wantTree, gotTree); d != "" {
			return fmt.Sprintf("disabled, %v: %s", o, d)
		}
		if wantReason != gotReason {
			return fmt.Sprintf("disabled, %v: reason %q, want %q", o, gotReason, wantReason)
		}
		wantDigest, wantOK := want.Digest(o)
		gotDigest, gotOK := got.Digest(o)
		if wantDigest != gotDigest || wantOK != gotOK {
			return fmt.Sprintf("digest, %v: %v (known: %t), want %v (known: %t)", o, gotDigest, gotOK, wantDigest, wantOK)
		}
	}
	if want.Yielded() != got.Yielded() {
		return fmt.Sprintf("Yielded: %t, want %t", got.Yielded(), want.Yielded())
	}
	if d := cardDifference(want.Card(), got.Card()); d != "" {
		return "card: " + d
	}
	if !want.Equal(got) || !got.Equal(want) {
		return "State.Equal says so"
	}
	return ""
}

func treeDifference(want, got *objects.Tree) string {
	for o := range want.Objects() {
		other, ok := got.Object(o.ID())
		if !ok {
			return fmt.Sprintf("/%d is missing", o.ID())
		}
		if o.Version() != other.Version() {
			return fmt.Sprintf("/%d is of version %v, want %v", o.ID(), other.Version(), o.Version())
		}
		for in := range o.Instances() {
			p := objects.InstancePath(o.ID(), in.ID())
			other, ok := got.Instance(o.ID(), in.ID())
			if !ok {
				return fmt.Sprintf("%v is missing", p)
			}
			if d := instanceDifference(p, in, other); d != "" {
				return d
			}
		}
	}
	if got.Len() != want.Len() {
		return fmt.Sprintf("%d Object Instances, want %d", got.Len(), want.Len())
	}
	return ""
}

func instanceDifference(p objects.Path, want, got objects.Instance) string {
	for r := range want.Resources() {
		p, _ := p.Child(uint16(r.ID()))
		other, ok := got.Resource(r.ID())
		switch {
		case !ok:
			return fmt.Sprintf("%v is missing", p)
		case r.Multiple() != other.Multiple():
			return fmt.Sprintf("%v is of multiple instances: %t, want %t", p, other.Multiple(), r.Multiple())
		case r.Len() != other.Len():
			return fmt.Sprintf("%v has %d values, want %d", p, other.Len(), r.Len())
		}
		for id, v := range r.Values() {
			w, ok := other.Instance(id)
			if !r.Multiple() {
				w, ok = other.Value(), true
			}
			if d := valueDifference(v, w); !ok || d != "" {
				return fmt.Sprintf("%v, value %d: %s", p, id, d)
			}
		}
	}
	if got.Len() != want.Len() {
		return fmt.Sprintf("%v has %d Resources, want %d", p, got.Len(), want.Len())
	}
	return ""
}

func valueDifference(want, got objects.Value) string {
	switch {
	case want.Type() != got.Type():
		return fmt.Sprintf("of type %v, want %v", got.Type(), want.Type())
	case want.IsSecret() && !got.IsSecret():
		return "the mark of a secret is lost, so it would be printed; keep Value.IsSecret, and restore it with Value.AsSecret"
	case got.IsSecret() && !want.IsSecret():
		return "marked as secret, and was not"
	case !want.Equal(got):
		return fmt.Sprintf("%v, want %v", got, want)
	}
	return ""
}

func cardDifference(want, got bootstrapper.Card) string {
	switch {
	case want.Place != got.Place:
		return fmt.Sprintf("place %.40q, want %.40q", got.Place, want.Place)
	case len(want.PINs) != len(got.PINs):
		return fmt.Sprintf("%d marks of PINs, want %d", len(got.PINs), len(want.PINs))
	}
	for i := range want.PINs {
		if want.PINs[i] != got.PINs[i] {
			return fmt.Sprintf("mark of a PIN %d of %d is another one", i+1, len(want.PINs))
		}
	}
	return ""
}
