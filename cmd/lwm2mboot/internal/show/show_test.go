package show_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/show"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

func tree() *objects.Tree {
	t := new(objects.Tree)
	t.Put(objects.ObjectSecurity, objects.NewInstance(1,
		objects.Single(objects.SecurityServerURI, objects.String("coaps://lwm2m.example.com")),
		objects.Single(objects.SecuritySecretKey, objects.Opaque([]byte("top secret")).AsSecret()),
		objects.Multiple(objects.SecurityDTLSTLSCiphersuite,
			objects.ResourceInstance{ID: 0, Value: objects.Unsigned(0xC0A8)}, objects.ResourceInstance{ID: 7, Value: objects.Unsigned(0xC0AE)}),
		objects.Multiple(objects.SecurityGroupsToUseByClient),
	))
	t.SetVersion(objects.ObjectSecurity, tlv.Version{Major: 1, Minor: 1})
	t.Put(4242, objects.NewInstance(0, objects.Single(9, objects.Raw([]byte("who knows")))))
	return t
}

func TestTableShowsPathNameAndValue(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, show.Table(&b, tree(), config.NewNames(nil), false))
	require.Equal(t, ""+
		"/0/1         Security/1, version 1.1\n"+
		"  /0/1/0     ServerURI                \"coaps://lwm2m.example.com\"\n"+
		"  /0/1/5     SecretKey                ******** (10 octets, secret)\n"+
		"  /0/1/16/0  DTLSTLSCiphersuite       49320\n"+
		"  /0/1/16/7  DTLSTLSCiphersuite       49326\n"+
		"  /0/1/18    GroupsToUseByClient      no values\n"+
		"/4242/0      4242/0\n"+
		"  /4242/0/9  9                        ******** (9 octets, secret)\n", b.String())
}

func TestSecretsShowWhenTheyAreAskedFor(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, show.Table(&b, tree(), config.NewNames(nil), true))
	require.Contains(t, b.String(), `"top secret"`)
	require.Contains(t, b.String(), `"who knows"`)
}

func TestTableTellsThatItCannotBeWritten(t *testing.T) {
	full := errors.New("full")
	require.ErrorIs(t, show.Table(writer{full}, tree(), config.NewNames(nil), false), full)
}

type writer struct{ err error }

func (w writer) Write([]byte) (int, error) { return 0, w.err }

func TestValueIsTextWhereItIsTextOtherwiseHex(t *testing.T) {
	for _, tt := range []struct {
		value objects.Value
		want  string
	}{
		{objects.Integer(-5), "-5"},
		{objects.Boolean(true), "true"},
		{objects.Time(time.Unix(0, 0)), "1970-01-01T00:00:00Z"},
		{objects.Objlnk(tlv.Objlnk{Object: 21, Instance: 1}), "21:1"},
		{objects.Opaque([]byte("device-17")), `"device-17"`},
		{objects.Opaque([]byte{0x0A, 0xFF}), "0AFF (hex)"},
		{objects.Opaque(nil), "no octets"},
		{objects.String("esc \x1b[31m"), "657363201B5B33316D (hex)"},
		{objects.String("ünïcode"), `"ünïcode"`},
		{objects.Integer(7).AsSecret(), "******** (0 octets, secret)"},
	} {
		require.Equal(t, tt.want, show.Value(tt.value, false))
	}
}
