package diff_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/diff"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

func server(lifetime objects.Seconds) *objects.Tree {
	t := new(objects.Tree)
	t.Put(objects.ObjectServer, objects.Server{ShortServerID: 1, Lifetime: lifetime, Binding: "U"}.Instance(0))
	return t
}

func text(t *testing.T, old, new *objects.Tree, secrets bool) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, diff.Write(&b, diff.Trees(old, new), config.NewNames(nil), secrets))
	return b.String()
}

func TestEqualTreesHaveNoChanges(t *testing.T) {
	require.Empty(t, diff.Trees(server(60), server(60)))
	require.Empty(t, diff.Trees(new(objects.Tree), new(objects.Tree)))
}

func TestChangesAreInTheOrderOfPaths(t *testing.T) {
	old, now := server(60), server(90)
	in, _ := old.Instance(objects.ObjectServer, 0)
	in.Delete(objects.ServerBinding)
	in.Set(objects.Single(objects.ServerMuteSend, objects.Boolean(true)))
	old.Put(objects.ObjectServer, in)
	now.Put(objects.ObjectDevice, objects.NewInstance(0, objects.Multiple(objects.DeviceErrorCode, objects.ResourceInstance{ID: 3, Value: objects.Integer(1)})))
	require.Equal(t, ""+
		"~  /1/0/1     Server/0/Lifetime     60 -> 90\n"+
		"+  /1/0/7     Server/0/Binding      \"U\"\n"+
		"-  /1/0/23    Server/0/MuteSend     true\n"+
		"+  /3/0/11/3  Device/0/ErrorCode/3  1\n", text(t, old, now, false))
}

func TestOfSecretsNothingIsSaidButThatTheyDiffer(t *testing.T) {
	with := func(key string) *objects.Tree {
		t := new(objects.Tree)
		t.Put(objects.ObjectSecurity, objects.Security{SecretKey: objects.NewSecret([]byte(key))}.Instance(0))
		return t
	}
	require.Equal(t, "~  /0/0/5  Security/0/SecretKey  differs\n", text(t, with("one"), with("two"), false))
	require.Equal(t, "~  /0/0/5  Security/0/SecretKey  \"one\" -> \"two\"\n", text(t, with("one"), with("two"), true))
	require.NotContains(t, text(t, new(objects.Tree), with("one"), false), "one")
	require.NotContains(t, text(t, with("one"), new(objects.Tree), false), "one")
}

func TestVersionsAndHollowPlacesCount(t *testing.T) {
	old, now := server(60), server(60)
	old.SetVersion(objects.ObjectServer, tlv.Version{Major: 1, Minor: 1})
	old.Put(9, objects.NewInstance(2))
	now.Put(objects.ObjectDevice, objects.NewInstance(0, objects.Multiple(objects.DeviceErrorCode)))
	require.Equal(t, ""+
		"~  /1       Server              version 1.1, then default\n"+
		"~  /3/0/11  Device/0/ErrorCode  not there, then without a value\n"+
		"~  /9/2     9/2                 without a value, then gone\n", text(t, old, now, false))
}
