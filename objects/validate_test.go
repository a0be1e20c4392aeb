package objects

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

func TestGoodFileIsValid(t *testing.T) {
	for _, opts := range []*ValidateOptions{nil, {}, {Strict: true, NeedServer: true, NoAccessControl: true}} {
		problems := goodTree(t).Validate(opts)
		require.Empty(t, problems)
		require.NoError(t, problems.Err())
	}
}

// edits of a tree, which a row of the tables below puts in a line.
type edit func(*Tree)

func set(path string, v Value) edit {
	return func(t *Tree) {
		p, err := ParsePath(path)
		if err != nil {
			panic(err)
		}
		object, _ := p.Object()
		instance, _ := p.Instance()
		in, ok := t.Instance(object, instance)
		if !ok {
			in = NewInstance(instance)
		}
		id, _ := p.Resource()
		if ri, ok := p.ResourceInstance(); ok {
			in.Set(Multiple(id, ResourceInstance{ri, v}))
		} else {
			in.Set(Single(id, v))
		}
		t.Put(object, in)
	}
}

func remove(path string) edit {
	return func(t *Tree) {
		p, err := ParsePath(path)
		if err != nil || !t.Delete(p) {
			panic(path)
		}
	}
}

func put(object ObjectID, in Instance) edit { return func(t *Tree) { t.Put(object, in) } }

// scenario is the good file after edits, and what is wrong with it then.
type scenario struct {
	name  string
	edits []edit
	want  []string
}

func (s scenario) run(t *testing.T, opts *ValidateOptions) {
	t.Run(s.name, func(t *testing.T) {
		tree := goodTree(t)
		for _, edit := range s.edits {
			edit(tree)
		}
		problems := tree.Validate(opts)
		require.Equal(t, s.want, texts(problems), "%v", problems)
		hasError := strings.Contains(strings.Join(s.want, ","), "error")
		require.Equal(t, hasError, problems.Err() != nil)
		for _, p := range problems {
			require.NotEmpty(t, p.Text)
			require.NotContains(t, p.Text, "3x@mpl", "a key")
			require.NotContains(t, p.Text, "avsystem", "a value")
		}
	})
}

var (
	bootstrapServer = put(0, Security{URI: "coaps://bs", BootstrapServer: true, Identity: []byte("i"), SecretKey: NewSecret([]byte("k"))}.Instance(7))
	secondServer    = []edit{
		put(0, Security{URI: "coap://two", Mode: ModeNoSec, ShortServerID: 2}.Instance(2)),
		put(1, Server{ShortServerID: 2, Lifetime: 5, NotificationStoring: Some(true), Binding: "U"}.Instance(2)),
	}
)

func TestValidateSecurity(t *testing.T) {
	for _, s := range []scenario{
		{"no URI", []edit{remove("/0/1/0")}, []string{"/0/1/0 error"}},
		{"no Bootstrap-Server flag", []edit{remove("/0/1/1")}, []string{"/0/1/1 error"}},
		{"no mode", []edit{remove("/0/1/2")}, []string{"/0/1/2 error"}},
		{"no Short Server ID", []edit{remove("/0/1/10")}, []string{"/ error", "/0/1/10 error", "/1/1 warning"}},
		{"Short Server ID 0", []edit{set("/0/1/10", Integer(0)), set("/1/1/0", Integer(0))}, []string{"/ error", "/0/1/10 error", "/1/1/0 error"}},
		{"Short Server ID 1 and 65534", []edit{set("/0/1/10", Integer(65534)), set("/1/1/0", Integer(65534))}, nil},
		{"Short Server ID 65535", []edit{set("/0/1/10", Integer(65535)), set("/1/1/0", Integer(65535))}, []string{"/0/1/10 error", "/1/1/0 error"}},
		{"Short Server ID 70000", []edit{set("/0/1/10", Integer(70000))}, []string{"/ error", "/0/1/10 error", "/1/1 warning"}},

		{"empty URI", []edit{set("/0/1/0", String(""))}, []string{"/0/1/0 error"}},
		{"no URI at all", []edit{set("/0/1/0", String("hello"))}, []string{"/0/1/0 error"}},
		{"user in the URI", []edit{set("/0/1/0", String("coaps://topsecret@h"))}, []string{"/0/1/0 error"}},
		{"URI of 255 bytes", []edit{set("/0/1/0", String("coaps://"+strings.Repeat("h", 247)))}, nil},
		{"URI of 256 bytes", []edit{set("/0/1/0", String("coaps://"+strings.Repeat("h", 248)))}, []string{"/0/1/0 warning"}},
		{"unknown scheme", []edit{set("/0/1/0", String("lorawan://h"))}, []string{"/0/1/0 warning"}},
		{"coap with PSK", []edit{set("/0/1/0", String("coap://h"))}, []string{"/0/1/0 error"}},
		{"coaps with NoSec", []edit{set("/0/1/2", Integer(3))}, []string{"/0/1/0 error"}},
		{"coap with NoSec", []edit{set("/0/1/2", Integer(3)), set("/0/1/0", String("coap://h"))}, nil},
		{"coap+tcp with PSK", []edit{set("/0/1/0", String("coap+tcp://h")), set("/1/1/7", String("T"))}, []string{"/0/1/0 error"}},
		{"coaps+tcp with PSK", []edit{set("/0/1/0", String("coaps+tcp://h")), set("/1/1/7", String("T"))}, nil},
		{"coaps+tcp with NoSec", []edit{set("/0/1/0", String("coaps+tcp://h")), set("/1/1/7", String("T")), set("/0/1/2", Integer(3))}, []string{"/0/1/0 error"}},
		{"coap with EST", []edit{set("/0/1/0", String("coap://h")), set("/0/1/2", Integer(4))}, []string{"/0/1/0 error"}},
		{"SMS with NoSec", []edit{set("/0/1/0", String("tel:+49")), set("/0/1/2", Integer(3)), set("/1/1/7", String("S"))}, nil},
		{"SMS with PSK", []edit{set("/0/1/0", String("coaps+sms://h")), set("/1/1/7", String("US"))}, nil},

		{"PSK without identity", []edit{remove("/0/1/3")}, []string{"/0/1/3 error"}},
		{"PSK with an empty identity", []edit{set("/0/1/3", Opaque(nil))}, []string{"/0/1/3 error"}},
		{"PSK without key", []edit{remove("/0/1/5")}, []string{"/0/1/5 error"}},
		{"PSK with an empty key", []edit{set("/0/1/5", Opaque(nil))}, []string{"/0/1/5 error"}},
		{"RPK", []edit{set("/0/1/2", Integer(1)), set("/0/1/4", Opaque([]byte("k")))}, nil},
		{"RPK without the Server's key", []edit{set("/0/1/2", Integer(1))}, []string{"/0/1/4 error"}},
		{"RPK without keys", []edit{set("/0/1/2", Integer(1)), remove("/0/1/3"), remove("/0/1/5")}, []string{"/0/1/3 error", "/0/1/4 error", "/0/1/5 error"}},
		{"certificate", []edit{set("/0/1/2", Integer(2)), set("/0/1/4", Opaque([]byte("k")))}, nil},
		{"certificate without any", []edit{set("/0/1/2", Integer(2)), remove("/0/1/3"), remove("/0/1/5")}, []string{"/0/1/3 error", "/0/1/4 error", "/0/1/5 error"}},
		{"EST before enrolment", []edit{set("/0/1/2", Integer(4)), remove("/0/1/3"), remove("/0/1/5")}, nil},
		{"NoSec without credentials", []edit{set("/0/1/2", Integer(3)), set("/0/1/0", String("coap://h")), remove("/0/1/3"), remove("/0/1/5")}, nil},
		{"mode 5", []edit{set("/0/1/2", Integer(5))}, []string{"/0/1/2 error"}},
		{"mode 5 with coap", []edit{set("/0/1/2", Integer(5)), set("/0/1/0", String("coap://h"))}, []string{"/0/1/2 error"}},
		{"no mode with coap and no key", []edit{remove("/0/1/2"), set("/0/1/0", String("coap://h")), remove("/0/1/5")}, []string{"/0/1/2 error"}},
		{"mode -1", []edit{set("/0/1/2", Integer(-1))}, []string{"/ error", "/0/1/2 error", "/1/1 warning"}},

		{"matching type 0", []edit{set("/0/1/13", Unsigned(0))}, nil},
		{"matching type 3", []edit{set("/0/1/13", Unsigned(3))}, nil},
		{"matching type 4", []edit{set("/0/1/13", Unsigned(4))}, []string{"/0/1/13 error"}},
		{"certificate usage 3", []edit{set("/0/1/15", Unsigned(3))}, nil},
		{"certificate usage 4", []edit{set("/0/1/15", Unsigned(4))}, []string{"/0/1/15 error"}},
		{"negative hold off", []edit{set("/0/1/11", Integer(-1))}, []string{"/0/1/11 warning"}},
		{"hold off 0", []edit{set("/0/1/11", Integer(0))}, nil},
		{"negative account timeout", []edit{set("/0/1/12", Integer(-1))}, []string{"/0/1/12 warning"}},
		{"account timeout 0", []edit{set("/0/1/12", Integer(0))}, nil},
		{"SMS key of 24 octets", []edit{set("/0/1/8", Opaque(make([]byte, 24)))}, []string{"/0/1/8 warning"}},
		{"SMS key of 32 octets", []edit{set("/0/1/8", Opaque(make([]byte, 32)))}, nil},

		{"Bootstrap-Server besides", []edit{bootstrapServer}, nil},
		{"Bootstrap-Server alone", []edit{bootstrapServer, remove("/0/1"), remove("/1")}, nil},
		{"two Bootstrap-Servers", []edit{bootstrapServer, put(0, Security{URI: "coap://b", Mode: ModeNoSec, BootstrapServer: true}.Instance(3))}, []string{"/0/7/1 error"}},
		{"three Bootstrap-Servers", []edit{bootstrapServer, put(0, Security{URI: "coap://b", Mode: ModeNoSec, BootstrapServer: true}.Instance(3)), put(0, Security{URI: "coap://b", Mode: ModeNoSec, BootstrapServer: true}.Instance(8))}, []string{"/0/7/1 error", "/0/8/1 error"}},
		{"Bootstrap-Server with a Short Server ID", []edit{bootstrapServer, set("/0/7/10", Integer(2222))}, []string{"/0/7/10 warning"}},
		{"Bootstrap-Server with the ID of a Server", []edit{bootstrapServer, set("/0/7/10", Integer(1))}, []string{"/0/7/10 warning"}},

		{"an instance behind one that cannot be read", []edit{secondServer[0], secondServer[1], set("/0/2/11", Integer(-1)), set("/0/1/14", Integer(1))},
			[]string{"/0/1/14 error", "/0/2/11 warning", "/1/1 warning"}},
		{"two Servers", secondServer, nil},
		{"the same Server twice over UDP", []edit{put(0, Security{URI: "coap://two", Mode: ModeNoSec, ShortServerID: 1}.Instance(2))}, []string{"/0/2/10 error"}},
		{"the same Server over UDP and TCP", []edit{put(0, Security{URI: "coap+tcp://two", Mode: ModeNoSec, ShortServerID: 1}.Instance(2)), set("/1/1/7", String("UT"))}, nil},
		{"the same Server over two unknown schemes", []edit{set("/0/1/0", String("x://h")), put(0, Security{URI: "y://h", Mode: ModeNoSec, ShortServerID: 1}.Instance(2))}, []string{"/0/1/0 warning", "/0/2/0 warning"}},
		{"the same Server twice over an unknown scheme", []edit{set("/0/1/0", String("x://h")), put(0, Security{URI: "x://g", Mode: ModeNoSec, ShortServerID: 1}.Instance(2))}, []string{"/0/1/0 warning", "/0/2/0 warning", "/0/2/10 error"}},
		{"two Servers without an ID", []edit{put(0, Security{URI: "coap://two", Mode: ModeNoSec}.Instance(2)), put(0, Security{URI: "coap://two", Mode: ModeNoSec}.Instance(3))}, []string{"/0/2/10 error", "/0/3/10 error"}},
	} {
		s.run(t, nil)
	}
}

func TestValidateServer(t *testing.T) {
	for _, s := range []scenario{
		{"no Short Server ID", []edit{remove("/1/1/0")}, []string{"/ error", "/0/1 warning", "/1/1/0 error"}},
		{"no lifetime", []edit{remove("/1/1/1")}, []string{"/1/1/1 error"}},
		{"no notification storing", []edit{remove("/1/1/6")}, []string{"/1/1/6 warning"}},
		{"no Binding", []edit{remove("/1/1/7")}, []string{"/1/1/7 warning"}},
		{"lifetime 0", []edit{set("/1/1/1", Integer(0))}, nil},
		{"lifetime -1", []edit{set("/1/1/1", Integer(-1))}, []string{"/1/1/1 error"}},
		{"pmin 0", []edit{set("/1/1/2", Integer(0))}, nil},
		{"pmin -1", []edit{set("/1/1/2", Integer(-1))}, []string{"/1/1/2 warning"}},
		{"pmax 1", []edit{set("/1/1/3", Integer(1))}, nil},
		{"pmax 0", []edit{set("/1/1/3", Integer(0))}, []string{"/1/1/3 error"}},
		{"disable timeout 0", []edit{set("/1/1/5", Integer(0))}, nil},
		{"disable timeout -1", []edit{set("/1/1/5", Integer(-1))}, []string{"/1/1/5 warning"}},
		{"value of an executable", []edit{set("/1/1/8", Raw(nil))}, []string{"/1/1/8 warning"}},

		{"Binding with another transport too", []edit{set("/1/1/7", String("TU"))}, nil},
		{"Binding of 1.0", []edit{set("/1/1/7", String("UQ"))}, nil},
		{"Binding of 1.0 with SMS", []edit{set("/1/1/7", String("UQS"))}, nil},
		{"empty Binding", []edit{set("/1/1/7", String(""))}, []string{"/1/1/7 error"}},
		{"unknown Binding", []edit{set("/1/1/7", String("UX"))}, []string{"/1/1/7 error"}},
		{"Binding without the URI's transport", []edit{set("/1/1/7", String("T"))}, []string{"/1/1/7 error"}},
		{"Binding SQ with a coaps URI", []edit{set("/1/1/7", String("SQ"))}, []string{"/1/1/7 error"}},
		{"coaps over Non-IP", []edit{set("/1/1/7", String("N"))}, nil},
		{"coaps+tcp is not Non-IP", []edit{set("/0/1/0", String("coaps+tcp://h")), set("/1/1/7", String("N"))}, []string{"/1/1/7 error"}},
		{"any Binding with an unknown scheme", []edit{set("/0/1/0", String("x://h")), set("/1/1/7", String("H"))}, []string{"/0/1/0 warning"}},
		{"no Binding with coaps+tcp", []edit{set("/0/1/0", String("coaps+tcp://h")), remove("/1/1/7")}, []string{"/1/1/7 warning"}},
		{"preferred transport", []edit{set("/1/1/22", String("U"))}, nil},
		{"preferred transport not in the Binding", []edit{set("/1/1/22", String("T"))}, []string{"/1/1/22 error"}},
		{"two preferred transports", []edit{set("/1/1/22", String("UT")), set("/1/1/7", String("UT"))}, []string{"/1/1/22 error"}},
		{"preferred transport and no Binding", []edit{set("/1/1/22", String("T")), remove("/1/1/7")}, []string{"/1/1/7 warning"}},

		{"Short Server ID twice", []edit{put(1, Server{ShortServerID: 1, Lifetime: 5, NotificationStoring: Some(true), Binding: "U"}.Instance(2))}, []string{"/1/2/0 error"}},
		{"no Short Server ID twice", []edit{set("/1/2/1", Integer(1)), set("/1/2/6", Boolean(true)), set("/1/2/7", String("U")), set("/1/3/1", Integer(1)), set("/1/3/6", Boolean(true)), set("/1/3/7", String("U"))},
			[]string{"/1/2/0 error", "/1/3/0 error"}},
		{"an instance behind one that cannot be read", []edit{put(1, Server{ShortServerID: 5, Lifetime: -1, NotificationStoring: Some(true), Binding: "U"}.Instance(2)), set("/1/1/16", Integer(1))},
			[]string{"/ error", "/0/1 warning", "/1/1/16 error", "/1/2 warning", "/1/2/1 error"}},
		{"Server without Security", []edit{secondServer[1]}, []string{"/1/2 warning"}},
		{"Security without Server", []edit{secondServer[0]}, []string{"/0/2 warning"}},
		{"no pair, but a Bootstrap-Server", []edit{bootstrapServer, set("/1/1/0", Integer(9))}, []string{"/0/1 warning", "/1/1 warning"}},
		{"no pair", []edit{set("/1/1/0", Integer(9))}, []string{"/ error", "/0/1 warning", "/1/1 warning"}},
		{"nothing", []edit{remove("/")}, []string{"/ error"}},
		{"nothing but the Device", []edit{remove("/"), put(3, NewInstance(0, Single(0, String("x"))))}, []string{"/ error", "/3/0/16 warning"}},
	} {
		s.run(t, nil)
	}
}

func TestValidateAgainstDefinitions(t *testing.T) {
	for _, s := range []scenario{
		{"wrong type in /0", []edit{set("/0/1/14", Integer(1))}, []string{"/ error", "/0/1/14 error", "/1/1 warning"}},
		{"wrong type in /1", []edit{set("/1/1/16", Integer(1))}, []string{"/ error", "/0/1 warning", "/1/1/16 error"}},
		{"Unsigned for an Integer", []edit{set("/1/1/2", Unsigned(1))}, []string{"/1/1/2 error"}},
		{"raw for an Opaque", []edit{set("/0/1/3", Raw([]byte("x")))}, []string{"/0/1/3 error"}},
		{"multiple for single", []edit{set("/0/1/14/0", String("x"))}, []string{"/ error", "/0/1/14 error", "/1/1 warning"}},
		{"single for multiple", []edit{set("/0/1/16", Unsigned(1))}, []string{"/0/1/16 error"}},
		{"wrong type of one of several", []edit{set("/0/1/16/4", String("x"))}, []string{"/ error", "/0/1/16/4 error", "/1/1 warning"}},
		{"value of several that no field holds", []edit{set("/0/1/16/4", Unsigned(70000))}, []string{"/ error", "/0/1/16/4 error", "/1/1 warning"}},
		{"value that no field holds", []edit{set("/1/1/14", Unsigned(math.MaxUint64))}, []string{"/ error", "/0/1 warning", "/1/1/14 error"}},
		{"range of one of several", []edit{set("/0/1/18/4", Unsigned(70000))}, []string{"/ error", "/0/1/18/4 warning", "/0/1/18/4 error", "/1/1 warning"}},
		{"range in /0", []edit{set("/0/1/28", Integer(16))}, []string{"/0/1/28 warning"}},
		{"range in /1", []edit{set("/1/1/26", Integer(2))}, []string{"/1/1/26 warning"}},
		{"range of an enormous Unsigned", []edit{set("/0/1/13", Unsigned(math.MaxUint64))}, []string{"/ error", "/0/1/13 error", "/1/1 warning"}},
		{"range of an enormous Unsigned, a warning", []edit{set("/1/1/11", Unsigned(math.MaxUint64))}, []string{"/ error", "/0/1 warning", "/1/1/11 warning", "/1/1/11 error"}},
		{"range in /3", []edit{set("/3/0/9", Integer(101))}, []string{"/3/0/9 warning", "/3/0/16 warning"}},
		{"wrong type in /3", []edit{set("/3/0/9", String("x"))}, []string{"/3/0/9 warning", "/3/0/16 warning"}},
		{"multiple for single in /3", []edit{set("/3/0/9/0", Integer(1))}, []string{"/3/0/9 warning", "/3/0/16 warning"}},
		{"the Device", []edit{set("/3/0/16", String("U"))}, nil},
		{"range of a length", []edit{set("/0/1/7", Opaque([]byte("12345")))}, []string{"/0/1/7 warning"}},
		{"second instance of /3", []edit{set("/3/1/9", Integer(1))}, []string{"/3/1 warning", "/3/1/16 warning"}},
		{"Resource without a definition", []edit{set("/1/1/99", Raw([]byte("x")))}, nil},
		{"object without a definition", []edit{set("/4000/0/1", Raw([]byte("x")))}, nil},
		{"unknown version, everything raw", []edit{func(t *Tree) {
			o, _ := t.Object(1)
			f, _ := t.Encode()
			t.Delete(ObjectPath(o.ID()))
			f.Objects[1].Version = tlv.Version{Major: 9}
			t.DecodeObject(f.Objects[1], nil)
		}}, []string{"/ error", "/0/1 warning", "/1/1/0 error"}},
		{"1.0 allows the Short Server ID 65535", []edit{set("/1/1/0", Integer(65535)), func(t *Tree) { t.SetVersion(1, v10) }}, []string{"/ error", "/0/1 warning", "/1/1 warning"}},
	} {
		s.run(t, nil)
	}
}

func TestValidateUsesTheRegistryGiven(t *testing.T) {
	var reg Registry
	require.NoError(t, reg.Register(Definition{ID: 4000, Resources: []ResourceDefinition{{ID: 1, Type: TypeFloat}, {ID: 2, Type: TypeString, AnyOctets: true}, {ID: 3, Type: TypeInteger, AnyOctets: false}}}))
	edits := []edit{put(4000, NewInstance(0, Single(1, Integer(1)), Single(2, Opaque(nil)))), set("/4000/0/3", Opaque(nil))}
	scenario{"own object", edits, []string{"/4000/0/1 warning", "/4000/0/3 warning"}}.run(t, &ValidateOptions{Registry: &reg})
}

func TestValidateOptions(t *testing.T) {
	strict := &ValidateOptions{Strict: true}
	scenario{"no 6 and 7", []edit{remove("/1/1/6"), remove("/1/1/7")}, []string{"/1/1/6 error", "/1/1/7 error"}}.run(t, strict)
	scenario{"ID of the Bootstrap-Server", []edit{bootstrapServer, set("/0/7/10", Integer(2222))}, []string{"/0/7/10 error"}}.run(t, strict)
	scenario{"other warnings stay", []edit{set("/0/1/0", String("x://h"))}, []string{"/0/1/0 warning"}}.run(t, strict)

	need := &ValidateOptions{NeedServer: true}
	scenario{"Bootstrap-Server alone", []edit{bootstrapServer, remove("/0/1"), remove("/1")}, []string{"/ error"}}.run(t, need)
	scenario{"both", []edit{bootstrapServer}, nil}.run(t, need)

	single := &ValidateOptions{NoAccessControl: true}
	scenario{"two Servers", secondServer, []string{"/2 error"}}.run(t, single)
	scenario{"a Server and the Bootstrap-Server", []edit{bootstrapServer}, nil}.run(t, single)
	scenario{"one Server, two transports", []edit{put(0, Security{URI: "coap+tcp://two", Mode: ModeNoSec, ShortServerID: 1}.Instance(2)), set("/1/1/7", String("UT"))}, nil}.run(t, single)
}

func TestValidateOSCORE(t *testing.T) {
	whole := put(21, OSCORE{MasterSecret: NewSecret([]byte("s")), SenderID: []byte("a"), RecipientID: []byte("b")}.Instance(3))
	to := func(object, instance uint16) edit { return set("/0/1/17", Objlnk(link(object, instance))) }
	for _, s := range []scenario{
		{"linked", []edit{whole, to(21, 3)}, nil},
		{"link to nothing", []edit{to(65535, 65535)}, nil},
		{"dangling", []edit{to(21, 3)}, []string{"/0/1/17 error"}},
		{"dangling beside one that is not", []edit{whole, to(21, 4)}, []string{"/0/1/17 error", "/21/3 warning"}},
		{"a link behind one that dangles", []edit{whole, to(21, 4), secondServer[0], secondServer[1], set("/0/2/17", Objlnk(link(21, 3)))}, []string{"/0/1/17 error"}},
		{"a link behind an instance without one", []edit{whole, secondServer[0], secondServer[1], set("/0/2/17", Objlnk(link(21, 3)))}, nil},
		{"link to another object", []edit{whole, to(1, 3), set("/1/3/4", Raw(nil)), remove("/1/3")}, []string{"/0/1/17 error", "/21/3 warning"}},
		{"link to the wrong object with an instance of the same ID", []edit{whole, to(22, 3)}, []string{"/0/1/17 error", "/21/3 warning"}},
		{"not linked", []edit{whole}, []string{"/21/3 warning"}},
		{"linked by the Bootstrap-Server", []edit{whole, bootstrapServer, set("/0/7/17", Objlnk(link(21, 3)))}, nil},
		{"no master secret", []edit{whole, to(21, 3), remove("/21/3/0")}, []string{"/21/3/0 error"}},
		{"empty master secret", []edit{whole, to(21, 3), set("/21/3/0", Opaque(nil))}, []string{"/21/3/0 error"}},
		{"empty IDs", []edit{whole, to(21, 3), set("/21/3/1", Opaque(nil)), set("/21/3/2", Opaque(nil))}, nil},
		{"no IDs", []edit{whole, to(21, 3), remove("/21/3/1"), remove("/21/3/2")}, []string{"/21/3/1 error", "/21/3/2 error"}},
		{"not linked and no IDs", []edit{whole, remove("/21/3/1"), remove("/21/3/2")}, []string{"/21/3 warning", "/21/3/1 warning", "/21/3/2 warning"}},
		{"not linked and empty", []edit{whole, set("/21/3/0", Opaque(nil))}, []string{"/21/3 warning", "/21/3/0 warning"}},
		{"Strings", []edit{whole, to(21, 3), set("/21/3/0", String("s")), set("/21/3/1", String("s"))}, nil},
		{"wrong type", []edit{whole, to(21, 3), set("/21/3/0", Integer(5))}, []string{"/21/3/0 error"}},
		{"an instance behind one that cannot be read", []edit{whole, to(21, 3), put(21, NewInstance(2, Single(3, String("x")))), set("/21/3/0", Opaque(nil))},
			[]string{"/21/2 warning", "/21/2/0 warning", "/21/2/1 warning", "/21/2/2 warning", "/21/2/3 error", "/21/3/0 error"}},
		{"wrong type of the algorithm", []edit{whole, to(21, 3), set("/21/3/3", String("x")), set("/21/3/0", Opaque(nil))}, []string{"/21/3/3 error"}},
	} {
		s.run(t, nil)
	}
}

func TestValidateAccessControl(t *testing.T) {
	acl := func(a AccessControl) edit { return put(2, a.Instance(0)) }
	for _, s := range []scenario{
		{"on a Server", []edit{acl(AccessControl{ObjectID: 1, InstanceID: 1, ACL: map[uint16]AccessRights{0: 1, 1: 31}, Owner: 1})}, nil},
		{"owned by the Bootstrap-Server", []edit{acl(AccessControl{ObjectID: 1, InstanceID: 1, Owner: MaxID})}, nil},
		{"on an object that is not in the tree", []edit{acl(AccessControl{ObjectID: 4, InstanceID: 1, Owner: 1})}, nil},
		{"on creating instances", []edit{acl(AccessControl{ObjectID: 1, InstanceID: MaxID, Owner: 1})}, nil},
		{"on an instance that is missing", []edit{acl(AccessControl{ObjectID: 1, InstanceID: 4, Owner: 1})}, []string{"/2/0/1 warning"}},
		{"on Security", []edit{acl(AccessControl{ObjectID: 0, InstanceID: 1, Owner: 1})}, []string{"/2/0/0 warning"}},
		{"on OSCORE", []edit{acl(AccessControl{ObjectID: 21, InstanceID: 1, Owner: 1})}, []string{"/2/0/0 warning"}},
		{"unknown owner", []edit{acl(AccessControl{ObjectID: 1, InstanceID: 1, Owner: 2})}, []string{"/2/0/3 warning"}},
		{"unknown Server", []edit{acl(AccessControl{ObjectID: 1, InstanceID: 1, Owner: 1, ACL: map[uint16]AccessRights{9: 1, 8: 1, 1: 1}})}, []string{"/2/0/2/8 warning", "/2/0/2/9 warning"}},
		{"unknown rights", []edit{acl(AccessControl{ObjectID: 1, InstanceID: 1, Owner: 1, ACL: map[uint16]AccessRights{1: 32}})}, []string{"/2/0/2/1 warning"}},
		{"twice", []edit{acl(AccessControl{ObjectID: 1, InstanceID: 1, Owner: 1}), put(2, AccessControl{ObjectID: 1, InstanceID: 1, Owner: 1}.Instance(3))}, []string{"/2/3 warning"}},
		{"empty instance", []edit{put(2, NewInstance(0))}, []string{"/2/0/0 warning", "/2/0/1 warning", "/2/0/3 warning"}},
		{"wrong type", []edit{acl(AccessControl{ObjectID: 1, InstanceID: 9, Owner: 9}), set("/2/0/0", String("x"))}, []string{"/2/0/0 warning"}},
		{"an instance behind one that cannot be read", []edit{acl(AccessControl{ObjectID: 1, InstanceID: 1, Owner: 1}), set("/2/0/0", String("x")), put(2, AccessControl{ObjectID: 1, InstanceID: 1, Owner: 9}.Instance(1))},
			[]string{"/2/0/0 warning", "/2/1/3 warning"}},
		{"an instance behind one that lacks something", []edit{put(2, NewInstance(0, Single(0, Integer(1)), Single(1, Integer(1)))), put(2, AccessControl{ObjectID: 1, InstanceID: 1, Owner: 9}.Instance(1))},
			[]string{"/2/0/3 warning", "/2/1/3 warning"}},
	} {
		s.run(t, nil)
	}
}

func TestProblemsErr(t *testing.T) {
	warning := Problem{Path: ObjectPath(1), Text: "odd"}
	bad := Problem{Path: ResourcePath(0, 1, 10), Grade: Error, Text: "missing"}
	require.Equal(t, "/1: warning: odd", warning.String())
	require.Equal(t, "/0/1/10: error: missing", fmt.Sprint(bad))
	require.NoError(t, Problems(nil).Err())
	require.NoError(t, Problems{warning}.Err())
	err := Problems{warning, bad, warning}.Err()
	require.ErrorIs(t, err, ErrInconsistent)
	require.ErrorContains(t, err, "/0/1/10: missing")
	require.NotContains(t, err.Error(), "more")
	worse := bad
	worse.Path = Path{}
	err = Problems{bad, worse, warning, bad}.Err()
	require.ErrorIs(t, err, ErrInconsistent)
	require.ErrorContains(t, err, "/0/1/10: missing, and 2 more")
}
