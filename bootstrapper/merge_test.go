package bootstrapper_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// given is what one source brings.
type given struct {
	origin bootstrapper.Origin
	puts   []put
}

func from(o bootstrapper.Origin, puts ...put) given { return given{o, puts} }

func TestMerge(t *testing.T) {
	tests := []struct {
		name      string
		before    []given // applied in this order
		then      given
		want      []string // what the store holds
		displaced []string
		removed   []string
	}{
		{
			name: "a first source",
			then: from(smartcard, acc(1, 5)),
			want: []string{"/0/1 smartcard", "/1/1 smartcard"},
		},
		{
			name:   "sources without a collision stand side by side",
			before: []given{from(factory, acc(1, 5)), from(server, acc(2, 6))},
			then:   from(smartcard, acc(3, 7), device("card")),
			want: []string{"/0/1 factory", "/0/2 server", "/0/3 smartcard",
				"/1/1 factory", "/1/2 server", "/1/3 smartcard", "/3/0 smartcard"},
		},
		{
			name:    "a source replaces what it gave, and no other",
			before:  []given{from(factory, acc(1, 5)), from(smartcard, acc(2, 6), device("card"))},
			then:    from(smartcard, acc(3, 7)),
			want:    []string{"/0/1 factory", "/0/3 smartcard", "/1/1 factory", "/1/3 smartcard"},
			removed: []string{"/0/2", "/1/2", "/3/0"},
		},
		{
			name:   "a source that keeps its identities collides with nothing",
			before: []given{from(smartcard, acc(1, 5), sec(0, bootstrapID))},
			then:   from(smartcard, acc(1, 5), sec(0, bootstrapID), device("new")),
			want:   []string{"/0/0 smartcard", "/0/1 smartcard", "/1/1 smartcard", "/3/0 smartcard"},
		},
		{
			name:      "the card wins over the factory with the same instance, and the account goes whole",
			before:    []given{from(factory, sec(1, 5), srv(9, 5, 60), acc(2, 6))},
			then:      from(smartcard, acc(1, 7)),
			want:      []string{"/0/1 smartcard", "/0/2 factory", "/1/1 smartcard", "/1/2 factory"},
			displaced: []string{"account of Short Server ID 5 from factory, /0/1 /1/9: the same Object Instance"},
		},
		{
			name:      "the card wins over the factory with the same Short Server ID",
			before:    []given{from(factory, acc(1, 5))},
			then:      from(smartcard, acc(2, 5)),
			want:      []string{"/0/2 smartcard", "/1/2 smartcard"},
			displaced: []string{"account of Short Server ID 5 from factory, /0/1 /1/1: the same Short Server ID"},
		},
		{
			name:      "the card wins over the factory with the Bootstrap-Server account",
			before:    []given{from(factory, sec(0, bootstrapID), acc(1, 5))},
			then:      from(smartcard, sec(3, bootstrapID)),
			want:      []string{"/0/1 factory", "/0/3 smartcard", "/1/1 factory"},
			displaced: []string{"Bootstrap-Server account from factory, /0/0: a second Bootstrap-Server account"},
		},
		{
			name:      "the factory yields to the card, in whichever order they come",
			before:    []given{from(smartcard, acc(1, 5))},
			then:      from(factory, acc(1, 6), acc(2, 5), acc(3, 7)),
			want:      []string{"/0/1 smartcard", "/0/3 factory", "/1/1 smartcard", "/1/3 factory"},
			displaced: []string{"account of Short Server ID 6 from factory, /0/1 /1/1: the same Object Instance", "account of Short Server ID 5 from factory, /0/2 /1/2: the same Short Server ID"},
		},
		{
			name:      "the factory yields to a server",
			before:    []given{from(server, sec(0, bootstrapID))},
			then:      from(factory, sec(1, bootstrapID), acc(2, 5)),
			want:      []string{"/0/0 server", "/0/2 factory", "/1/2 factory"},
			displaced: []string{"Bootstrap-Server account from factory, /0/1: a second Bootstrap-Server account"},
		},
		{
			name:      "a server wins over both",
			before:    []given{from(factory, acc(1, 5)), from(smartcard, sec(0, bootstrapID), acc(2, 6))},
			then:      from(server, acc(3, 5), sec(0, bootstrapID), acc(2, 7)),
			want:      []string{"/0/0 server", "/0/2 server", "/0/3 server", "/1/2 server", "/1/3 server"},
			displaced: []string{"Bootstrap-Server account from smartcard, /0/0: a second Bootstrap-Server account", "account of Short Server ID 5 from factory, /0/1 /1/1: the same Short Server ID", "account of Short Server ID 6 from smartcard, /0/2 /1/2: the same Object Instance"},
		},
		{
			name:      "a changed card is newer than what a server wrote",
			before:    []given{from(server, acc(1, 5))},
			then:      from(smartcard, acc(1, 5)),
			want:      []string{"/0/1 smartcard", "/1/1 smartcard"},
			displaced: []string{"account of Short Server ID 5 from server, /0/1 /1/1: the same Short Server ID"},
		},
		{
			name:      "one account may collide with several",
			before:    []given{from(factory, acc(1, 5), acc(2, 6), acc(3, 7))},
			then:      from(smartcard, sec(1, 6), srv(3, 6, 60)),
			want:      []string{"/0/1 smartcard", "/1/3 smartcard"},
			displaced: []string{"account of Short Server ID 5 from factory, /0/1 /1/1: the same Object Instance", "account of Short Server ID 6 from factory, /0/2 /1/2: the same Short Server ID", "account of Short Server ID 7 from factory, /0/3 /1/3: the same Object Instance"},
		},
		{
			name:      "OSCORE goes with the account that links to it",
			before:    []given{from(factory, acc(1, 5), oscore(4), link(1, 4))},
			then:      from(smartcard, acc(2, 5)),
			want:      []string{"/0/2 smartcard", "/1/2 smartcard"},
			displaced: []string{"account of Short Server ID 5 from factory, /0/1 /1/1 /21/4: the same Short Server ID"},
		},
		{
			name:      "OSCORE stays while an account that stays links to it",
			before:    []given{from(factory, acc(1, 5), acc(2, 6), oscore(4), link(1, 4), link(2, 4))},
			then:      from(smartcard, acc(1, 5)),
			want:      []string{"/0/1 smartcard", "/0/2 factory", "/1/1 smartcard", "/1/2 factory", "/21/4 factory"},
			displaced: []string{"account of Short Server ID 5 from factory, /0/1 /1/1: the same Short Server ID"},
		},
		{
			name:      "OSCORE that two accounts link to goes once",
			before:    []given{from(factory, acc(1, 5), acc(2, 6), oscore(4), link(1, 4), link(2, 4))},
			then:      from(smartcard, acc(1, 7), acc(2, 8)),
			want:      []string{"/0/1 smartcard", "/0/2 smartcard", "/1/1 smartcard", "/1/2 smartcard"},
			displaced: []string{"account of Short Server ID 5 from factory, /0/1 /1/1 /21/4: the same Object Instance", "account of Short Server ID 6 from factory, /0/2 /1/2: the same Object Instance"},
		},
		{
			name:      "an account goes when its OSCORE collides",
			before:    []given{from(factory, acc(1, 5), oscore(4), link(1, 4))},
			then:      from(smartcard, acc(2, 6), oscore(4), link(2, 4)),
			want:      []string{"/0/2 smartcard", "/1/2 smartcard", "/21/4 smartcard"},
			displaced: []string{"account of Short Server ID 5 from factory, /0/1 /1/1 /21/4: the same Object Instance"},
		},
		{
			name:      "access control goes with its owner, and not for others",
			before:    []given{from(factory, acc(1, 5), acc(2, 6), acl(1, 5), acl(2, 6), acl(3, 65535), acl(4, 0), sec(0, bootstrapID))},
			then:      from(smartcard, acc(1, 7), sec(3, bootstrapID)),
			want:      []string{"/0/1 smartcard", "/0/2 factory", "/0/3 smartcard", "/1/1 smartcard", "/1/2 factory", "/2/2 factory", "/2/3 factory", "/2/4 factory"},
			displaced: []string{"Bootstrap-Server account from factory, /0/0: a second Bootstrap-Server account", "account of Short Server ID 5 from factory, /0/1 /1/1 /2/1: the same Object Instance"},
		},
		{
			name:      "the highest and the lowest Short Server ID are ones",
			before:    []given{from(factory, sec(1, 1), srv(4, 1, 60), sec(2, 65534), srv(5, 65534, 60))},
			then:      from(smartcard, acc(1, 5), acc(2, 6)),
			want:      []string{"/0/1 smartcard", "/0/2 smartcard", "/1/1 smartcard", "/1/2 smartcard"},
			displaced: []string{"account of Short Server ID 1 from factory, /0/1 /1/4: the same Object Instance", "account of Short Server ID 65534 from factory, /0/2 /1/5: the same Object Instance"},
		},
		{
			name:      "other instances go alone",
			before:    []given{from(factory, acc(1, 5), device("factory"), raw(3333, 1, "a"), raw(3333, 2, "b"), acl(7, 5))},
			then:      from(smartcard, device("card"), raw(3333, 2, "c"), acl(7, 5)),
			want:      []string{"/0/1 factory", "/1/1 factory", "/2/7 smartcard", "/3/0 smartcard", "/3333/1 factory", "/3333/2 smartcard"},
			displaced: []string{"Object Instance from factory, /2/7: the same Object Instance", "Object Instance from factory, /3/0: the same Object Instance", "Object Instance from factory, /3333/2: the same Object Instance"},
		},
		{
			name:      "other instances of the factory yield",
			before:    []given{from(smartcard, acc(1, 5), device("card"))},
			then:      from(factory, device("factory"), raw(3333, 1, "a")),
			want:      []string{"/0/1 smartcard", "/1/1 smartcard", "/3/0 smartcard", "/3333/1 factory"},
			displaced: []string{"Object Instance from factory, /3/0: the same Object Instance"},
		},
		{
			name:      "a half account collides like a whole one",
			before:    []given{from(factory, acc(1, 5), srv(2, 6, 60))},
			then:      from(smartcard, sec(7, 6)),
			want:      []string{"/0/1 factory", "/0/7 smartcard", "/1/1 factory"},
			displaced: []string{"account of Short Server ID 6 from factory, /1/2: the same Short Server ID"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var store bootstrapper.MemStore
			for _, g := range tt.before {
				apply(t, &store, g.origin, g.puts...)
			}
			res := apply(t, &store, tt.then.origin, tt.then.puts...)
			require.Equal(t, tt.want, list(res.State))
			require.Equal(t, append([]string{}, tt.displaced...), texts(res.Displaced))
			require.Equal(t, append([]string{}, tt.removed...), texts(res.Removed))
			for _, p := range res.Applied {
				o, ok := res.State.Origin(p)
				require.True(t, ok && o == tt.then.origin, p)
			}
			require.Len(t, res.Applied, res.State.Source(tt.then.origin).Len())
		})
	}
}

// A server may have written over one part of the card's account. When the
// card's data change, the rest is no account any more.
func TestAnAccountThatLosesAPartGoesWhole(t *testing.T) {
	tests := []struct {
		name      string
		card      []put // what the card had given
		wrote     put   // what a server wrote
		object    objects.ObjectID
		instance  uint16
		want      []string
		displaced []string
	}{
		{
			"the Server Instance was rewritten", []put{acc(1, 5)}, srv(1, 5, 60), 1, 1,
			[]string{"/0/2 smartcard", "/1/2 smartcard"},
			[]string{"account of Short Server ID 5 from server, /1/1: a part of it is gone"},
		},
		{
			"the Security Instance was rewritten", []put{acc(1, 5)}, sec(1, 5), 0, 1,
			[]string{"/0/2 smartcard", "/1/2 smartcard"},
			[]string{"account of Short Server ID 5 from server, /0/1: a part of it is gone"},
		},
		{
			"what it links to was rewritten", []put{acc(1, 5), oscore(3), link(1, 3)}, oscore(3), 21, 3,
			[]string{"/0/2 smartcard", "/1/2 smartcard"},
			[]string{"account of Short Server ID 5 from server, /21/3: a part of it is gone"},
		},
		{
			"access control is no part", []put{acc(1, 5), acl(1, 5)}, acl(1, 5), 2, 1,
			[]string{"/0/2 smartcard", "/1/2 smartcard", "/2/1 server"},
			[]string{},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var store bootstrapper.MemStore
			state := apply(t, &store, smartcard, tt.card...).State
			in, _ := tree(tt.wrote).Instance(tt.object, tt.instance)
			state.Put(server, tt.object, in)
			require.NoError(t, store.Replace(t.Context(), state))

			res := apply(t, &store, smartcard, acc(2, 6))
			require.Equal(t, tt.want, list(res.State))
			require.Equal(t, tt.displaced, texts(res.Displaced))
		})
	}
}

func TestALinkToAnotherObjectMakesItNoPartOfTheAccount(t *testing.T) {
	var store bootstrapper.MemStore
	state := new(bootstrapper.State)
	state.SetSource(factory, tree(acc(1, 5), device("factory"), func(t *objects.Tree) {
		in, _ := t.Instance(objects.ObjectSecurity, 1)
		in.Set(objects.Single(objects.SecurityMQTTServer, objects.Objlnk(tlvObjlnk(3, 0))))
		t.Put(objects.ObjectSecurity, in)
	}))
	require.NoError(t, store.Replace(t.Context(), state))

	res := apply(t, &store, smartcard, acc(1, 5))
	require.Equal(t, []string{"/0/1 smartcard", "/1/1 smartcard", "/3/0 factory"}, list(res.State))
}

func TestLinksToMQTTAndCOSEGoWithTheAccount(t *testing.T) {
	var store bootstrapper.MemStore
	res := apply(t, &store, factory, acc(1, 5), raw(24, 0, "m"), raw(23, 1, "c"), raw(23, 2, "d"), func(t *objects.Tree) {
		in, _ := t.Instance(objects.ObjectSecurity, 1)
		in.Set(objects.Single(objects.SecurityMQTTServer, objects.Objlnk(tlvObjlnk(24, 0))))
		in.Set(objects.Multiple(objects.SecurityCOSESecurity,
			objects.ResourceInstance{ID: 0, Value: objects.Objlnk(tlvObjlnk(23, 1))}))
		t.Put(objects.ObjectSecurity, in)
	})
	require.Len(t, res.Applied, 5)
	res = apply(t, &store, smartcard, acc(1, 5))
	require.Equal(t, []string{"/0/1 smartcard", "/1/1 smartcard", "/23/2 factory"}, list(res.State))
}

// A caller may have put together what validation refuses. Such Instances are
// no one's account, so one does not draw the others along.
func TestInstancesWithoutAShortServerIDAreNoOnesAccount(t *testing.T) {
	for name, in := range map[string]objects.Instance{
		"none":     objects.NewInstance(0),
		"0":        objects.NewInstance(0, objects.Single(0, objects.Integer(0))),
		"65535":    objects.NewInstance(0, objects.Single(0, objects.Integer(65535))),
		"negative": objects.NewInstance(0, objects.Single(0, objects.Integer(-1))),
		"a String": objects.NewInstance(0, objects.Single(0, objects.String("5"))),
	} {
		t.Run(name, func(t *testing.T) {
			var store bootstrapper.MemStore
			state := new(bootstrapper.State)
			state.Put(factory, objects.ObjectServer, in.WithID(1))
			state.Put(factory, objects.ObjectServer, in.WithID(2))
			require.NoError(t, store.Replace(t.Context(), state))

			_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(fileOf(t, tree(acc(1, 5)))), &store, nil)
			var inconsistent *bootstrapper.InconsistentError
			require.ErrorAs(t, err, &inconsistent)
			for _, p := range inconsistent.Problems {
				require.True(t, objects.InstancePath(1, 2).Contains(p.Path), "%v: only /1/2 stays", p)
			}
		})
	}
}
