package objects

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

func link(object, instance uint16) tlv.Objlnk { return tlv.Objlnk{Object: object, Instance: instance} }

// Views with every field set, each to a value of its own.
var (
	wholeSecurity = Security{
		URI: "coaps://a", BootstrapServer: true, Mode: ModeNoSec,
		Identity: []byte("three"), ServerPublicKey: []byte("fo"), SecretKey: NewSecret([]byte("five5")),
		SMSMode: Some[uint8](6), SMSKeyParameters: []byte("seven 7"), SMSSecretKeys: NewSecret([]byte("eight888")), SMSNumber: "+9",
		ShortServerID: 10, ClientHoldOff: Some[Seconds](11), BootstrapTimeout: Some[Seconds](12),
		MatchingType: Some[uint8](13), SNI: "fourteen", CertificateUsage: Some[uint8](15), Ciphersuites: []uint16{160, 161},
		OSCORE: Some(link(21, 17)), Groups: []uint16{18}, ServerSignatures: []uint16{19}, ClientSignatures: []uint16{20},
		ServerSignatureCerts: []uint16{21}, TLS13Features: Some[uint16](22), ServerTLSExtensions: Some[uint16](23), ClientTLSExtensions: Some[uint16](24),
		SecondaryURIs: []string{"25", "26"}, MQTTServer: Some(link(24, 26)), COSE: []tlv.Objlnk{link(23, 27)},
		RDSDestinationPort: Some[uint8](28), RDSSourcePort: Some[uint8](29), RDSApplicationID: "thirty",
	}
	wholeSecurityText = `/4{0="coaps://a" 1=true 2=3 3=[5 bytes] 4=[2 bytes] 5=[5 bytes] 6=6 7=[7 bytes] 8=[8 bytes] 9="+9" 10=10 11=11 12=12 13=13 14="fourteen" 15=15 16={0=160 1=161} 17=21:17 18={0=18} 19={0=19} 20={0=20} 21={0=21} 22=22 23=23 24=24 25={0="25" 1="26"} 26=24:26 27={0=23:27} 28=28 29=29 30="thirty"}`

	wholeServer = Server{
		ShortServerID: 100, Lifetime: 1, DefaultMinPeriod: Some[Seconds](2), DefaultMaxPeriod: Some[Seconds](3), DisableTimeout: Some[Seconds](5),
		NotificationStoring: Some(true), Binding: "U", APNLink: Some(link(11, 10)), AlertCode: Some[uint8](11),
		LastBootstrapped: Some(time.Unix(12, 0).UTC()), PriorityOrder: Some[int64](13), InitialRegistrationDelay: Some[Seconds](14),
		RegistrationFailureBlock: Some(true), BootstrapOnFailure: Some(false), RetryCount: Some[int64](17), RetryTimer: Some[Seconds](18),
		SequenceDelay: Some[Seconds](19), SequenceRetryCount: Some[int64](20), Trigger: Some(true), PreferredTransport: "T",
		MuteSend: Some(false), AlternateAPNLinks: []tlv.Objlnk{link(11, 24)}, SupportedVersions: []string{"1.1", "1.2"},
		NotificationMode: Some[uint8](26), ProfileIDHash: Some[uint8](27),
	}
	wholeServerText = `/4{0=100 1=1 2=2 3=3 5=5 6=true 7="U" 10=11:10 11=11 12=1970-01-01T00:00:12Z 13=13 14=14 15=true 16=false 17=17 18=18 19=19 20=20 21=true 22="T" 23=false 24={0=11:24} 25={0="1.1" 1="1.2"} 26=26 27=27}`

	wholeAccessControl     = AccessControl{ObjectID: 3, InstanceID: 1, ACL: map[uint16]AccessRights{0: AccessRead, 101: AccessWrite | AccessDelete}, Owner: 33}
	wholeAccessControlText = `/4{0=3 1=1 2={0=1 101=10} 3=33}`

	wholeOSCORE = OSCORE{
		MasterSecret: NewSecret([]byte("a")), SenderID: []byte("bb"), RecipientID: []byte("ccc"), AEAD: Some[int64](33), HMAC: Some[int64](-44),
		MasterSalt: NewSecret([]byte("555555")), IDContext: []byte("6666666"),
	}
	wholeOSCOREText = `/4{0=[1 bytes] 1=[2 bytes] 2=[3 bytes] 3=33 4=-44 5=[6 bytes] 6=[7 bytes]}`
)

func TestViewsHoldEveryResource(t *testing.T) {
	tests := []struct {
		name   string
		object ObjectID
		in     Instance
		want   string
		whole  any
		view   func(Instance) (any, error)
	}{
		{"Security", 0, wholeSecurity.Instance(4), wholeSecurityText, wholeSecurity, func(in Instance) (any, error) { return in.Security() }},
		{"Server", 1, wholeServer.Instance(4), wholeServerText, wholeServer, func(in Instance) (any, error) { return in.Server() }},
		{"AccessControl", 2, wholeAccessControl.Instance(4), wholeAccessControlText, wholeAccessControl, func(in Instance) (any, error) { return in.AccessControl() }},
		{"OSCORE", 21, wholeOSCORE.Instance(4), wholeOSCOREText, wholeOSCORE, func(in Instance) (any, error) { return in.OSCORE() }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, test.in.String())
			view, err := test.view(test.in)
			require.NoError(t, err)
			require.Equal(t, test.whole, view)
			whole := reflect.ValueOf(test.whole)
			for i := range whole.NumField() {
				require.False(t, whole.Field(i).IsZero(), "this test sets no %s", whole.Type().Field(i).Name)
			}

			d, _ := new(Registry).Lookup(test.object, tlv.Version{})
			for _, def := range d.Resources {
				r, ok := test.in.Resource(def.ID)
				require.Equal(t, def.Operations != OpExecute, ok, "%s", def.Name)
				if ok {
					require.Equal(t, def.Multiple, r.Multiple(), "%s", def.Name)
				}
				for _, v := range r.Values() {
					require.Equal(t, def.Secret, v.IsSecret(), "%s", def.Name)
					if ok {
						require.Equal(t, def.Type, v.Type(), "%s", def.Name)
					}
				}
			}

			// A Resource of a type that no field takes is ErrType, and told by path.
			for r := range test.in.Resources() {
				in := test.in
				wrong := Float(1)
				path := ResourcePath(test.object, 4, r.ID())
				if r.Multiple() {
					in.Set(Multiple(r.ID(), ResourceInstance{7, wrong}))
					path, _ = path.Child(7)
				} else {
					in.Set(Single(r.ID(), wrong))
				}
				_, err := test.view(in)
				require.ErrorIs(t, err, ErrType)
				require.ErrorContains(t, err, "objects: "+path.String()+": ")
				if !r.Multiple() {
					in.Set(Multiple(r.ID(), ResourceInstance{0, r.Value()}))
					got, err := test.view(in)
					require.ErrorIs(t, err, ErrType, "several instances for one")
					in.Delete(r.ID())
					without, err := test.view(in)
					require.NoError(t, err)
					require.Equal(t, without, got, "as if it were absent")
				}
			}
		})
	}
}

func TestAbsentResourcesAreZeroFields(t *testing.T) {
	security, err := NewInstance(0).Security()
	require.NoError(t, err)
	require.Equal(t, Security{}, security)
	server, err := NewInstance(0).Server()
	require.NoError(t, err)
	require.Equal(t, Server{}, server)
	access, err := NewInstance(0).AccessControl()
	require.NoError(t, err)
	require.Equal(t, AccessControl{}, access)
	oscore, err := NewInstance(0).OSCORE()
	require.NoError(t, err)
	require.Equal(t, OSCORE{}, oscore)
}

func TestZeroFieldsAreAbsentResources(t *testing.T) {
	require.Equal(t, `/0{1=false 2=0}`, Security{}.Instance(0).String())
	require.Equal(t, `/0{0=0 1=0}`, Server{}.Instance(0).String())
	require.Equal(t, `/0{0=0 1=0 3=0}`, AccessControl{}.Instance(0).String())
	require.Equal(t, `/0{0=[0 bytes] 1=[0 bytes] 2=[0 bytes]}`, OSCORE{}.Instance(0).String())
}

func TestEmptySlicesAreResourcesWithoutOctetsOrValues(t *testing.T) {
	s := Security{Identity: []byte{}, ServerPublicKey: []byte{}, SecretKey: NewSecret([]byte{}), Ciphersuites: []uint16{}}
	in := s.Instance(0)
	require.Equal(t, `/0{1=false 2=0 3=[0 bytes] 4=[0 bytes] 5=[0 bytes] 16={}}`, in.String())
	again, err := in.Security()
	require.NoError(t, err)
	require.Equal(t, s, again)
	a := AccessControl{ACL: map[uint16]AccessRights{}}
	got, err := a.Instance(0).AccessControl()
	require.NoError(t, err)
	require.Equal(t, a, got)
}

func TestViewNumbersOutsideTheirFieldAreErrors(t *testing.T) {
	tests := []struct {
		name string
		r    Resource
		ok   bool
	}{
		{"mode 255", Single(2, Integer(255)), true},
		{"mode 256", Single(2, Integer(256)), false},
		{"mode -1", Single(2, Integer(-1)), false},
		{"Short Server ID 65535", Single(10, Integer(65535)), true},
		{"Short Server ID 65536", Single(10, Integer(65536)), false},
		{"Short Server ID -1", Single(10, Integer(-1)), false},
		{"longest hold off", Single(11, Integer(math.MaxInt64)), true},
		{"hold off -1", Single(11, Integer(-1)), true},
		{"Unsigned for an Integer", Single(11, Unsigned(math.MaxInt64)), true},
		{"Unsigned that does not fit", Single(11, Unsigned(math.MaxInt64+1)), false},
		{"Integer for an Unsigned", Single(13, Integer(3)), true},
		{"ciphersuite of three octets", Multiple(16, ResourceInstance{0, Unsigned(65536)}), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := NewInstance(0, test.r).Security()
			require.Equal(t, test.ok, err == nil, "%v", err)
		})
	}
}

func TestViewsCopyOctets(t *testing.T) {
	key := []byte("key")
	in := Security{Identity: key}.Instance(0)
	key[0] = 'x'
	s, err := in.Security()
	require.NoError(t, err)
	require.Equal(t, "key", string(s.Identity))
	s.Identity[0] = 'y'
	again, _ := in.Security()
	require.Equal(t, "key", string(again.Identity))
}

func TestOSCOREIsReadFromStringsToo(t *testing.T) {
	in := NewInstance(0, Single(0, String("secret")), Single(1, String("me")), Single(2, Opaque([]byte{1})))
	o, err := in.OSCORE()
	require.NoError(t, err)
	require.Equal(t, "secret", string(o.MasterSecret.Bytes()))
	require.Equal(t, "me", string(o.SenderID))
	require.Equal(t, []byte{1}, o.RecipientID)
}

func TestGoodFileViews(t *testing.T) {
	tree := goodTree(t)
	in, _ := tree.Instance(0, 1)
	s, err := in.Security()
	require.NoError(t, err)
	require.Equal(t, Security{
		URI: "coaps://eu.iot.avsystem.cloud:5684", Mode: ModePSK, Identity: []byte("example-psk-identity"),
		SecretKey: NewSecret([]byte("3x@mpl3P5K53cr3tK3y")), ShortServerID: 1,
	}, s)
	require.True(t, in.Equal(s.Instance(1)))
	in, _ = tree.Instance(1, 1)
	server, err := in.Server()
	require.NoError(t, err)
	require.Equal(t, Server{ShortServerID: 1, Lifetime: 86400, NotificationStoring: Some(false), Binding: "U"}, server)
	require.True(t, in.Equal(server.Instance(1)))
}

func TestOptional(t *testing.T) {
	var none Optional[int]
	require.Equal(t, 7, none.Or(7))
	_, ok := none.Value()
	require.False(t, ok)
	require.Equal(t, "-", none.String())
	some := Some(0)
	require.Equal(t, 0, some.Or(7))
	v, ok := some.Value()
	require.True(t, ok)
	require.Zero(t, v)
	require.Equal(t, "0", some.String())
	require.NotEqual(t, none, some)
}

func TestSecondsDuration(t *testing.T) {
	require.Equal(t, 24*time.Hour, Seconds(86400).Duration())
	require.Equal(t, -time.Second, Seconds(-1).Duration())
	longest := time.Duration(math.MaxInt64 / int64(time.Second) * int64(time.Second))
	require.Equal(t, longest, Seconds(math.MaxInt64).Duration())
	require.Equal(t, -longest, Seconds(math.MinInt64).Duration())
	require.Equal(t, longest, Seconds(math.MaxInt64/int64(time.Second)+1).Duration())
}

func TestSecurityModeNames(t *testing.T) {
	var got []string
	for m := ModePSK; m <= ModeEST+1; m++ {
		got = append(got, m.String())
	}
	require.Equal(t, []string{"PSK", "RPK", "Certificate", "NoSec", "EST", "mode 5"}, got)
}

func TestDefaultsOfTheSpecification(t *testing.T) {
	var s Server
	require.True(t, s.BootstrapOnFailure.Or(DefaultBootstrapOnFailure))
	require.EqualValues(t, 5, s.RetryCount.Or(DefaultRetryCount))
	require.EqualValues(t, 60, s.RetryTimer.Or(DefaultRetryTimer))
	require.EqualValues(t, 86400, s.SequenceDelay.Or(DefaultSequenceDelay))
	require.EqualValues(t, 1, s.SequenceRetryCount.Or(DefaultSequenceRetryCount))
	require.EqualValues(t, 86400, s.DisableTimeout.Or(DefaultDisableTimeout))
	require.True(t, s.NotificationStoring.Or(DefaultNotificationStoring))
	var c Security
	require.EqualValues(t, 0, c.MatchingType.Or(DefaultMatchingType))
	require.EqualValues(t, 3, c.CertificateUsage.Or(DefaultCertificateUsage))
	require.EqualValues(t, 0, c.BootstrapTimeout.Or(DefaultBootstrapTimeout))
	require.EqualValues(t, 0, c.ClientHoldOff.Or(DefaultClientHoldOff))
}
