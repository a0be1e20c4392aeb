package storetest

import (
	"fmt"
	"math"
	"time"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// values are of every type, with the ends of its range.
func values() []objects.Value {
	return []objects.Value{
		objects.Raw(nil), objects.Raw([]byte{0, 0xFF, 1}),
		objects.String(""), objects.String("coaps://größe.example:5684/\x00\n"),
		objects.Integer(0), objects.Integer(math.MinInt64), objects.Integer(math.MaxInt64),
		objects.Unsigned(0), objects.Unsigned(math.MaxUint64),
		objects.Float(0), objects.Float(math.Copysign(0, -1)), objects.Float(math.NaN()),
		objects.Float(math.Inf(-1)), objects.Float(math.SmallestNonzeroFloat64),
		objects.Boolean(false), objects.Boolean(true),
		objects.Opaque(nil), objects.Opaque([]byte{0}), objects.Opaque([]byte("0123456789abcdef")),
		objects.Time(time.Unix(0, 0)), objects.Time(longAgo), objects.Time(time.Unix(1<<40, 0)),
		objects.Objlnk(tlv.Objlnk{}), objects.Objlnk(tlv.Objlnk{Object: 65535, Instance: 65535}),
		objects.Corelnk(""), objects.Corelnk(`</3/0>;ver=1.1`),
	}
}

func secret(list []objects.Value) []objects.Value {
	for i := range list {
		list[i] = list[i].AsSecret()
	}
	return list
}

// keyOf is the pre-shared key of an account.
func keyOf(id uint16) string { return fmt.Sprintf("k3y-of-account-%05d", id) }

// account is /0/instance and /1/instance.
func account(t *objects.Tree, instance, id uint16) {
	security := objects.Security{
		URI: fmt.Sprintf("coaps://s%d.example", id), ShortServerID: id, Mode: objects.ModePSK,
		Identity: fmt.Appendf(nil, "device-%d", id), SecretKey: objects.NewSecret([]byte(keyOf(id))),
	}.Instance(instance)
	// A view says what a value is, and the definition that it is secret.
	security.Set(objects.Single(objects.SecuritySecretKey, objects.Opaque([]byte(keyOf(id))).AsSecret()))
	t.Put(objects.ObjectSecurity, security)
	t.Put(objects.ObjectServer, objects.Server{ShortServerID: id, Lifetime: 86400, Binding: "U"}.Instance(instance))
}

// numbered has accounts of every origin, active and disabled, that are of this
// number and in no State of another one. The disabled ones have the paths of
// active ones. There is no part that two of them have in common, so that a
// mixture shows.
func numbered(n uint16) *bootstrapper.State {
	s := new(bootstrapper.State)
	for i, o := range origins {
		at := 10*n + uint16(i)
		disabled, active := new(objects.Tree), new(objects.Tree)
		account(disabled, at, 1000+at)
		account(active, at, at)
		s.SetSource(o, disabled)
		s.Disable(o, fmt.Sprintf("%v of %d", o, n))
		s.SetSource(o, active)
	}
	for _, o := range origins { // Disable forgets
		s.SetDigest(o, bootstrapper.DigestOf(fmt.Append(nil, o, n)))
	}
	s.SetCard(bootstrapper.Card{
		Place: fmt.Sprint("place ", n),
		PINs:  []bootstrapper.PINMark{{Salt: [16]byte{byte(n)}, Tries: uint8(n), Outcome: bootstrapper.PINAccepted}},
	})
	return s
}

// before and after are the States that the checks replace one by the other.
func before() *bootstrapper.State { return numbered(1) }
func after() *bootstrapper.State  { return numbered(2) }

// keys are the secrets in before and after.
func keys() (list []string) {
	for _, s := range []*bootstrapper.State{before(), after()} {
		for _, o := range origins {
			disabled, _ := s.Disabled(o)
			for _, t := range []*objects.Tree{s.Source(o), disabled} {
				for _, v := range t.All() {
					if octets, _ := v.Octets(); v.IsSecret() {
						list = append(list, string(octets))
					}
				}
			}
		}
	}
	return list
}
