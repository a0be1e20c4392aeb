package show

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

func sample() *objects.Tree {
	t := new(objects.Tree)
	t.Put(objects.ObjectSecurity, objects.NewInstance(1,
		objects.Single(objects.SecuritySecretKey, objects.Opaque([]byte("secret key")).AsSecret()),
		objects.Multiple(objects.SecurityDTLSTLSCiphersuite, objects.ResourceInstance{ID: 4, Value: objects.Unsigned(49320)}),
		objects.Single(99, objects.Raw([]byte("who knows"))),
	))
	t.Put(4711, objects.NewInstance(0, objects.Single(3, objects.Opaque([]byte{0xFF, 1}))))
	return t
}

func TestTableNamesPathsAndMasksKeys(t *testing.T) {
	var out strings.Builder
	require.NoError(t, Table(&out, sample(), false))
	require.Equal(t, `/0           LWM2M Security
  /0/1/5     Secret Key            ******** (10 bytes, secret)
  /0/1/16/4  DTLS/TLS Ciphersuite  49320
  /0/1/99    not a known resource  [9 bytes]
/4711        not a known object
  /4711/0/3  not a known resource  hex FF01
`, out.String())
}

func TestTableShowsKeysWhenAskedTo(t *testing.T) {
	var out strings.Builder
	require.NoError(t, Table(&out, sample(), true))
	require.Contains(t, out.String(), `"secret key"`)
	require.Contains(t, out.String(), `"who knows"`)
}

func TestTableTellsAnOutputThatFails(t *testing.T) {
	require.ErrorIs(t, Table(full{}, sample(), false), errFull)
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
