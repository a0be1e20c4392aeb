package bootstrapper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// full is a State with something of everything.
func full() *bootstrapper.State {
	s := new(bootstrapper.State)
	s.SetSource(factory, tree(acc(9, 9)))
	s.Disable(factory, "displaced")
	s.SetSource(factory, tree(acc(1, 5)))
	s.SetSource(smartcard, tree(acc(2, 6), device("card")))
	s.SetDigest(smartcard, bootstrapper.DigestOf([]byte("x")))
	return s
}

func TestTheZeroStateIsEmpty(t *testing.T) {
	var s bootstrapper.State
	require.Zero(t, s.Tree().Len())
	for _, o := range []bootstrapper.Origin{factory, smartcard, server} {
		require.Zero(t, s.Source(o).Len())
		_, ok := s.Digest(o)
		require.False(t, ok)
		disabled, reason := s.Disabled(o)
		require.Zero(t, disabled.Len())
		require.Empty(t, reason)
	}
	require.True(t, s.Equal(new(bootstrapper.State)))
}

func TestAnInstanceHasOneOrigin(t *testing.T) {
	s := full()
	require.Equal(t, []string{"/0/1 factory", "/0/2 smartcard", "/1/1 factory", "/1/2 smartcard", "/3/0 smartcard"}, list(s))

	in, _ := tree(device("server")).Instance(objects.ObjectDevice, 0)
	s.Put(server, objects.ObjectDevice, in)
	require.False(t, s.Source(smartcard).Has(objects.ObjectPath(objects.ObjectDevice)))
	v, _ := s.Tree().Value(objects.ResourcePath(objects.ObjectDevice, 0, objects.DeviceManufacturer))
	text, _ := v.Text()
	require.Equal(t, "server", text)

	s.SetSource(server, tree(acc(1, 5), acc(2, 6)))
	require.Equal(t, []string{"/0/1 server", "/0/2 server", "/1/1 server", "/1/2 server"}, list(s), "and what was the server's before is gone")
	require.Zero(t, s.Source(factory).Len())
}

func TestOriginIsToldOfWhatLiesInAnInstance(t *testing.T) {
	tests := []struct {
		path string
		want bootstrapper.Origin
		ok   bool
	}{
		{"/", 0, false},
		{"/0", 0, false},
		{"/0/1", factory, true},
		{"/0/2", smartcard, true},
		{"/0/2/5", smartcard, true},
		{"/0/2/5/7", smartcard, true},
		{"/0/9", 0, false}, // disabled
		{"/7/7", 0, false},
	}
	s := full()
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			p, err := objects.ParsePath(tt.path)
			require.NoError(t, err)
			o, ok := s.Origin(p)
			require.Equal(t, tt.want, o)
			require.Equal(t, tt.ok, ok)
		})
	}
}

func TestDeleteTakesFromEveryOrigin(t *testing.T) {
	s := full()
	require.True(t, s.Delete(objects.ObjectPath(objects.ObjectSecurity)))
	require.Equal(t, []string{"/1/1 factory", "/1/2 smartcard", "/3/0 smartcard"}, list(s))
	require.False(t, s.Delete(objects.ObjectPath(objects.ObjectSecurity)))
	require.True(t, s.Delete(objects.InstancePath(objects.ObjectServer, 1)))
	require.True(t, s.Delete(objects.Path{}))
	require.Empty(t, list(s))
	disabled, _ := s.Disabled(factory)
	require.Equal(t, 2, disabled.Len(), "disabled ones are apart")
}

func TestDisablePutsASourceAside(t *testing.T) {
	s := full()
	s.Disable(smartcard, "changed")
	require.Equal(t, []string{"/0/1 factory", "/1/1 factory"}, list(s))
	disabled, reason := s.Disabled(smartcard)
	require.True(t, disabled.Equal(tree(acc(2, 6), device("card"))))
	require.Equal(t, "changed", reason)
	_, ok := s.Digest(smartcard)
	require.False(t, ok)

	s.Disable(factory, "again")
	disabled, reason = s.Disabled(factory)
	require.True(t, disabled.Equal(tree(acc(1, 5))), "in the place of what was there")
	require.Equal(t, "again", reason)

	s.Disable(factory, "and again")
	disabled, reason = s.Disabled(factory)
	require.True(t, disabled.Equal(tree(acc(1, 5))), "nothing is active: it stays")
	require.Equal(t, "again", reason)

	s.Disable(server, "nothing there")
	_, reason = s.Disabled(server)
	require.Empty(t, reason)
}

func TestForgetTakesASourceAway(t *testing.T) {
	s := full()
	s.Disable(smartcard, "changed")
	s.SetSource(smartcard, tree(acc(3, 7)))
	s.SetDigest(smartcard, bootstrapper.Digest{1})
	s.Forget(smartcard)
	require.Equal(t, []string{"/0/1 factory", "/1/1 factory"}, list(s))
	_, ok := s.Digest(smartcard)
	require.False(t, ok)
	disabled, reason := s.Disabled(smartcard)
	require.Zero(t, disabled.Len())
	require.Empty(t, reason)
	disabled, _ = s.Disabled(factory)
	require.Equal(t, 2, disabled.Len(), "not from others")
}

func TestStatesDifferInEverything(t *testing.T) {
	changes := map[string]func(*bootstrapper.State){
		"an instance": func(s *bootstrapper.State) { s.Delete(objects.InstancePath(3, 0)) },
		"an origin": func(s *bootstrapper.State) {
			in, _ := s.Tree().Instance(3, 0)
			s.Put(server, 3, in)
		},
		"what is disabled": func(s *bootstrapper.State) { s.Disable(factory, "displaced") },
		"why it is disabled": func(s *bootstrapper.State) {
			src := s.Source(factory)
			disabled, _ := s.Disabled(factory)
			s.SetSource(factory, disabled)
			s.Disable(factory, "another reason")
			s.SetSource(factory, src)
		},
		"whether the factory yielded": func(s *bootstrapper.State) { s.SetYielded(true) },
		"a digest":                    func(s *bootstrapper.State) { s.SetDigest(smartcard, bootstrapper.Digest{}) },
		"whether it has one":          func(s *bootstrapper.State) { s.SetDigest(server, bootstrapper.Digest{}) },
		"the version of object":       func(s *bootstrapper.State) { version(s, smartcard, 3, tlv.Version{Major: 1, Minor: 1}) },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			a, b := full(), full()
			require.True(t, a.Equal(b))
			change(b)
			require.False(t, a.Equal(b))
			require.False(t, b.Equal(a))
		})
	}
}

// version gives an object of a source another version.
func version(s *bootstrapper.State, o bootstrapper.Origin, id objects.ObjectID, v tlv.Version) {
	src := s.Source(o)
	src.SetVersion(id, v)
	s.SetSource(o, src)
}

func TestAStateSharesNothing(t *testing.T) {
	s, want := full(), full()
	clone := s.Clone()
	require.True(t, clone.Equal(s))
	clone.Delete(objects.Path{})
	clone.Forget(factory)
	clone.SetDigest(smartcard, bootstrapper.Digest{})
	s.Tree().Delete(objects.Path{})
	s.Source(smartcard).Delete(objects.Path{})
	disabled, _ := s.Disabled(factory)
	disabled.Delete(objects.Path{})
	require.True(t, s.Equal(want))

	mine := tree(acc(3, 7))
	s.SetSource(server, mine)
	mine.Delete(objects.Path{})
	require.Equal(t, 2, s.Source(server).Len())
}

func TestVersionsOfTheWhole(t *testing.T) {
	v11, v12 := tlv.Version{Major: 1, Minor: 1}, tlv.Version{Major: 1, Minor: 2}
	tests := []struct {
		name                    string
		factory, card, fromHere tlv.Version
		want                    tlv.Version
	}{
		{"none", tlv.Version{}, tlv.Version{}, tlv.Version{}, tlv.Version{}},
		{"a version given stands before the default", v11, tlv.Version{}, tlv.Version{}, v11},
		{"the card's before the factory's", v11, v12, tlv.Version{}, v12},
		{"a server's before the card's", v11, v11, v12, v12},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := new(bootstrapper.State)
			for o, v := range map[bootstrapper.Origin]tlv.Version{factory: tt.factory, smartcard: tt.card, server: tt.fromHere} {
				s.SetSource(o, tree(acc(uint16(o), uint16(o))))
				version(s, o, 0, v)
			}
			object, ok := s.Tree().Object(0)
			require.True(t, ok)
			require.Equal(t, 3, object.Len())
			require.Equal(t, tt.want, object.Version())
		})
	}
}

func TestAnOriginThatIsNonePanics(t *testing.T) {
	for _, o := range []bootstrapper.Origin{0, 4} {
		require.Panics(t, func() { new(bootstrapper.State).Source(o) })
	}
}

func TestNames(t *testing.T) {
	require.Equal(t, "factory smartcard server", factory.String()+" "+smartcard.String()+" "+server.String())
	require.Equal(t, "Origin(0)", bootstrapper.Origin(0).String())
	require.Equal(t, "Origin(4)", bootstrapper.Origin(4).String())
	seen := map[string]bool{}
	for r := range bootstrapper.LostPart + 2 {
		require.False(t, seen[r.String()], r)
		seen[r.String()] = true
	}
	require.True(t, seen["Reason(5)"])
	require.True(t, bootstrapper.Displaced{BootstrapServer: true}.Account())
	require.True(t, bootstrapper.Displaced{ShortServerID: 1}.Account())
	require.False(t, bootstrapper.Displaced{Origin: factory}.Account())
}
