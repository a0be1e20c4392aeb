//go:build linux || darwin

package simulate_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/simulate"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

var content = []byte{0, 1, 0, 5, 0, 1, 0, 0, 0}

func TestTheContentCanBeReadOverTheTerminal(t *testing.T) {
	channels := 1
	var trace bytes.Buffer
	terminal, err := simulate.Open(simulate.Options{
		Content: content, Size: 100, Channels: &channels, Trace: &trace, ADM: "12345678",
		Quirks: []string{"unquotedanswers"}, Behaviours: []string{"T0"}, Layouts: []string{"OpaqueObject"},
	})
	require.NoError(t, err)
	port, err := serialport.Open(terminal.Path(), nil)
	require.NoError(t, err)
	modem := csim.NewModem(port, nil)
	got, found, err := simboot.Read(t.Context(), csim.NewAccess(modem, nil), nil)
	require.NoError(t, err)
	require.Equal(t, content, []byte(got))
	require.Equal(t, 1, found.Channel)
	require.NoError(t, modem.Close())
	require.NoError(t, terminal.Close())
	require.Contains(t, trace.String(), "READ BINARY 01 B0 00 00")
	require.Equal(t, strings.Count(trace.String(), "\n"), strings.Count(trace.String(), ": SW "))
}

func TestACardWithKeysIsReadThroughTheSecureChannelAlone(t *testing.T) {
	keys, err := scp03.NewKeys(0, bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{2}, 16), nil)
	require.NoError(t, err)
	terminal, err := simulate.Open(simulate.Options{Content: content, Keys: keys})
	require.NoError(t, err)
	defer terminal.Close()
	port, err := serialport.Open(terminal.Path(), nil)
	require.NoError(t, err)
	modem := csim.NewModem(port, nil)
	defer modem.Close()
	card := csim.NewAccess(modem, nil)
	_, _, err = simboot.Read(t.Context(), card, nil)
	require.ErrorIs(t, err, apdu.ErrSecurity)
	got, _, err := simboot.Read(t.Context(), card, &simboot.Config{SecureChannel: simboot.SecureChannel{
		Mode: simboot.SecureRequired, Open: scp03.Opener(scp03.Config{KeysFor: scp03.FixedKeys(keys)})}})
	require.NoError(t, err)
	require.Equal(t, content, []byte(got))
}

func TestNamesThatNothingHas(t *testing.T) {
	for _, o := range []simulate.Options{
		{Quirks: []string{"NoCSIMM"}}, {Behaviours: []string{"T1"}}, {Layouts: []string{"OpaqueObjekt"}},
	} {
		_, err := simulate.Open(o)
		var bad *simulate.NameError
		require.ErrorAs(t, err, &bad)
		require.NotEmpty(t, bad.Nearest)
		require.Contains(t, bad.Error(), bad.Kind)
		require.Contains(t, bad.Error(), bad.Name)
	}
	for _, far := range []string{"", "completely-different", strings.Repeat("x", 1000)} {
		_, err := simulate.Open(simulate.Options{Quirks: []string{far}})
		var bad *simulate.NameError
		require.ErrorAs(t, err, &bad)
		require.Empty(t, bad.Nearest, far)
		require.Less(t, len(bad.Error()), 100)
	}
}

func TestOptionsThatNoCardHas(t *testing.T) {
	channels := 20
	for _, o := range []simulate.Options{{Channels: &channels}, {PIN: "1"}, {ADM: "x"}, {Size: -1}, {Size: 4, Content: content}} {
		_, err := simulate.Open(o)
		require.ErrorIs(t, err, simcard.ErrBadOption)
	}
}

func TestNamesAreThoseOfTheCatalogue(t *testing.T) {
	names := simulate.Names(simcard.Quirks())
	require.Len(t, names, len(simcard.Quirks()))
	for i, q := range simcard.Quirks() {
		require.Equal(t, q.String(), names[i])
	}
}

func TestLinkReplacesItsOwnAlone(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "sim")
	target := func() string {
		text, err := os.Readlink(name)
		require.NoError(t, err)
		return text
	}
	require.NoError(t, simulate.Link("/dev/null", name))
	require.Equal(t, "/dev/null", target())
	require.NoError(t, simulate.Link("/dev/null", name), "it leads there already")
	require.ErrorIs(t, simulate.Link("/dev/zero", name), simulate.ErrLink, "it leads to another terminal")
	require.NoError(t, simulate.Unlink("/dev/zero", name))
	require.Equal(t, "/dev/null", target(), "another's")
	require.NoError(t, simulate.Unlink("/dev/null", name))
	require.NoError(t, simulate.Unlink("/dev/null", name), "gone already")

	require.NoError(t, os.Symlink("/dev/no-such-terminal", name))
	require.NoError(t, simulate.Link("/dev/null", name))
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.Symlink(filepath.Join(dir, "elsewhere"), name))
	require.ErrorIs(t, simulate.Link("/dev/null", name), simulate.ErrLink)
	require.ErrorIs(t, simulate.Link("/dev/null", dir), simulate.ErrLink)
	require.Error(t, simulate.Link("/dev/null", filepath.Join(dir, "no", "such")))
}
