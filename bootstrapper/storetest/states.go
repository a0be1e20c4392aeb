package storetest

import (
	"bytes"
	"iter"
	"time"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// States are States that have something of everything that a Store must keep,
// each with a name: every type of Value, marked as secret and not, single and
// multiple; Instances and Resources of none; versions; what is disabled, and
// why; digests; the card; the longest file that is accepted. The first is
// empty. They are the same each time, and the caller's own.
func States() iter.Seq2[string, *bootstrapper.State] {
	return func(yield func(string, *bootstrapper.State) bool) {
		for _, s := range states {
			if !yield(s.name, s.make()) {
				return
			}
		}
	}
}

var states = []struct {
	name string
	make func() *bootstrapper.State
}{
	{"an empty State", func() *bootstrapper.State { return new(bootstrapper.State) }},
	{"accounts of every origin", before},
	{"values of every type", func() *bootstrapper.State { return ofInstances(single(values())) }},
	{"values of every type, secret", func() *bootstrapper.State { return ofInstances(single(secret(values()))) }},
	{"multiple values", multiple},
	{"Object Instances without Resources", func() *bootstrapper.State {
		return ofInstances(objects.NewInstance(0), objects.NewInstance(1, objects.Single(0, objects.Raw(nil))), objects.NewInstance(objects.MaxID-1))
	}},
	{"versions of Objects", versions},
	{"what is disabled, nothing being active", func() *bootstrapper.State {
		s := before()
		for _, o := range origins {
			s.Disable(o, "\"Größe\", and a \x00 and a \n")
		}
		return s
	}},
	{"digests without data", func() *bootstrapper.State {
		s := new(bootstrapper.State)
		s.SetDigest(bootstrapper.Factory, bootstrapper.Digest{}) // known, and zero
		s.SetDigest(bootstrapper.Server, bootstrapper.DigestOf([]byte("server")))
		return s
	}},
	{"a card and its PINs", withCard},
	{"one value of 32 KB", func() *bootstrapper.State {
		return ofInstances(single([]objects.Value{objects.Opaque(bytes.Repeat([]byte{0x55}, tlv.MaxAcceptedSize)).AsSecret()}))
	}},
	{"1024 Object Instances", func() *bootstrapper.State {
		list := make([]objects.Instance, objects.MaxInstances)
		for i := range list {
			list[i] = single([]objects.Value{objects.Integer(int64(i))}).WithID(uint16(i * 60))
		}
		return ofInstances(list...)
	}},
}

// ofInstances has the Instances in an Object of no known definition, half of
// what the card gave being disabled.
func ofInstances(list ...objects.Instance) *bootstrapper.State {
	t := new(objects.Tree)
	for _, in := range list {
		t.Put(33000, in)
	}
	s := new(bootstrapper.State)
	s.SetSource(bootstrapper.Smartcard, t)
	s.Disable(bootstrapper.Smartcard, "the card's data changed")
	s.SetSource(bootstrapper.Smartcard, t)
	return s
}

// single has a Resource for each value.
func single(list []objects.Value) objects.Instance {
	in := objects.NewInstance(0)
	for i, v := range list {
		in.Set(objects.Single(objects.ResourceID(i), v))
	}
	return in
}

// multiple has a Resource of no value, one of one, one of many; the marks of
// secrets differ from value to value.
func multiple() *bootstrapper.State {
	var many []objects.ResourceInstance
	for i, v := range append(values(), secret(values())...) {
		many = append(many, objects.ResourceInstance{ID: uint16(i * 7), Value: v})
	}
	many = append(many, objects.ResourceInstance{ID: 65535, Value: objects.String("last")})
	return ofInstances(objects.NewInstance(0,
		objects.Multiple(0),
		objects.Multiple(1, objects.ResourceInstance{ID: 3, Value: objects.Opaque([]byte("key")).AsSecret()}),
		objects.Multiple(65535, many...),
	))
}

func versions() *bootstrapper.State {
	s := before()
	for i, o := range origins {
		t := s.Source(o)
		t.SetVersion(objects.ObjectSecurity, tlv.Version{Major: 1, Minor: uint8(i)})
		t.SetVersion(objects.ObjectServer, tlv.Version{Major: uint8(255 - i), Minor: 255})
		s.SetSource(o, t)
		s.Disable(o, "to keep the versions of what is disabled, too")
		t.SetVersion(objects.ObjectSecurity, tlv.Version{Major: 2})
		s.SetSource(o, t)
	}
	return s
}

// withCard remembers as much of a card as a State takes.
func withCard() *bootstrapper.State {
	c := bootstrapper.Card{Place: string(bytes.Repeat([]byte{'/', 0, 0xFF}, bootstrapper.MaxPlace/3))}
	for i := range bootstrapper.MaxPINMarks {
		c.PINs = append(c.PINs, bootstrapper.PINMark{
			Salt:    [16]byte{byte(i), 15: 0xFF},
			Digest:  bootstrapper.Digest{byte(i), 31: 0xFF},
			Tries:   uint8(i * 17),
			Outcome: bootstrapper.PINTried + bootstrapper.PINOutcome(i%3),
		})
	}
	s := new(bootstrapper.State)
	s.SetCard(c)
	s.SetYielded(true)
	return s
}

var longAgo = time.Date(1951, 3, 17, 4, 5, 6, 0, time.UTC)
