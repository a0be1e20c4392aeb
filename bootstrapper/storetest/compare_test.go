package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// edit changes the card's active tree.
func edit(change func(t *objects.Tree)) func(*bootstrapper.State) {
	return func(s *bootstrapper.State) {
		t := s.Source(bootstrapper.Smartcard)
		change(t)
		s.SetSource(bootstrapper.Smartcard, t)
	}
}

// set puts a Resource into /3/0.
func set(r objects.Resource) func(*bootstrapper.State) {
	return edit(func(t *objects.Tree) {
		in, _ := t.Instance(3, 0)
		in.Set(r)
		t.Put(3, in)
	})
}

func TestDifferenceSaysWhere(t *testing.T) {
	base := func() *bootstrapper.State {
		s := numbered(1)
		set(objects.Single(0, objects.String("maker")))(s)
		set(objects.Multiple(6, objects.ResourceInstance{ID: 4, Value: objects.Integer(5)}))(s)
		set(objects.Single(7, objects.Opaque([]byte("key")).AsSecret()))(s)
		return s
	}
	tests := []struct {
		name   string
		change func(s *bootstrapper.State)
		where  string
	}{
		{"an Object", edit(func(t *objects.Tree) { t.Delete(objects.ObjectPath(3)) }), "active, smartcard: /3 "},
		{"a version", edit(func(t *objects.Tree) { t.SetVersion(3, tlv.Version{Major: 1, Minor: 1}) }), "active, smartcard: /3 is of version"},
		{"an Instance", edit(func(t *objects.Tree) {
			t.Put(3, objects.NewInstance(1))
			t.Delete(objects.InstancePath(3, 0))
		}), "active, smartcard: /3/0 "},
		{"one Instance more", edit(func(t *objects.Tree) { t.Put(3, objects.NewInstance(1)) }), "active, smartcard: 4 Object"},
		{"a Resource", edit(func(t *objects.Tree) { t.Delete(objects.ResourcePath(3, 0, 0)) }), "active, smartcard: /3/0/0 "},
		{"one Resource more", set(objects.Single(9, objects.Integer(1))), "active, smartcard: /3/0 has 4"},
		{"multiplicity", set(objects.Multiple(0, objects.ResourceInstance{Value: objects.String("maker")})), "/3/0/0 is of multiple"},
		{"number of values", set(objects.Multiple(6)), "/3/0/6 has 0"},
		{"a number of a value", set(objects.Multiple(6, objects.ResourceInstance{ID: 5, Value: objects.Integer(5)})), "/3/0/6, value 4: "},
		{"a type", set(objects.Single(0, objects.Opaque([]byte("maker")))), "/3/0/0, value 0: of type Opaque, want String"},
		{"a value", set(objects.Single(0, objects.String("other"))), `/3/0/0, value 0: "other", want "maker"`},
		{"a secret", set(objects.Single(7, objects.Opaque([]byte("KEY")).AsSecret())), "/3/0/7, value 0: [3 bytes], want [3 bytes]"},
		{"a mark lost", set(objects.Single(7, objects.Opaque([]byte("key")))), "/3/0/7, value 0: the mark"},
		{"a mark too many", set(objects.Single(0, objects.String("maker").AsSecret())), "/3/0/0, value 0: marked"},
		{"what is disabled", func(s *bootstrapper.State) { s.Disable(bootstrapper.Factory, "factory of 1") }, "active, factory: /0 "},
		{"a reason", func(s *bootstrapper.State) {
			active := s.Source(bootstrapper.Server)
			disabled, _ := s.Disabled(bootstrapper.Server)
			d, _ := s.Digest(bootstrapper.Server)
			f, _ := s.Digest(bootstrapper.Factory)
			s.SetSource(bootstrapper.Server, disabled)
			s.Disable(bootstrapper.Server, "x")
			s.SetSource(bootstrapper.Server, active)
			s.SetDigest(bootstrapper.Server, d)
			s.SetDigest(bootstrapper.Factory, f)
		}, `disabled, server: reason "x"`},
		{"what yielded", func(s *bootstrapper.State) { s.SetYielded(true) }, "Yielded: true, want false"},
		{"a digest", func(s *bootstrapper.State) { s.SetDigest(bootstrapper.Factory, bootstrapper.Digest{}) }, "digest, factory: "},
		{"a place", func(s *bootstrapper.State) {
			c := s.Card()
			c.Place = "x"
			s.SetCard(c)
		}, `card: place "x"`},
		{"the number of PINs", func(s *bootstrapper.State) { s.SetCard(bootstrapper.Card{Place: s.Card().Place}) }, "card: 0 marks"},
		{"a PIN", func(s *bootstrapper.State) {
			c := s.Card()
			c.PINs[0].Tries++
			s.SetCard(c)
		}, "card: mark of a PIN 1 of 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Empty(t, difference(base(), base()))
			s := base()
			tt.change(s)
			require.Contains(t, difference(base(), s), tt.where)
			require.NotEmpty(t, difference(s, base()))
		})
	}
}
