//go:build interop

package interop

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// openSCConf lets OpenSC take any card for one of ISO/IEC 7816-4. It has no
// ATR by which it would do so by itself.
const openSCConf = "app default {\n\tenable_default_driver = true;\n\tframework pkcs15 {\n\t\tuse_file_caching = no;\n\t}\n}\n"

func pkcs15Tool(t *testing.T, args ...string) string {
	t.Helper()
	conf := filepath.Join(t.TempDir(), "opensc.conf")
	require.NoError(t, os.WriteFile(conf, []byte(openSCConf), 0o600))
	cmd := exec.CommandContext(t.Context(), "pkcs15-tool", append([]string{"--reader", readerName}, args...)...)
	cmd.Env = append(cmd.Environ(), "OPENSC_CONF="+conf)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "pkcs15-tool %q: %s", args, out)
	return string(out)
}

// OpenSC needs EF(DIR) and EF(TokenInfo), and does not know an oidDO, so the
// object is an opaqueDO.
func TestOpenSCFindsOurDataObject(t *testing.T) {
	content := bootstrapFile(t)
	for _, tt := range []struct {
		name string
		atr  []byte
		with []simcard.Option
		path string
	}{
		{"relative path", atrT1, []simcard.Option{simcard.BootstrapFileSize(len(content))}, "3f007f506432"},
		{"absolute path", atrT1, []simcard.Option{simcard.BootstrapFileSize(len(content)), simcard.AbsolutePaths}, "3f007f506432"},
		{"index and length", atrT1, []simcard.Option{simcard.IndexAndLength}, "3f007f506432"},
		{"absolute path, index and length", atrT1, []simcard.Option{simcard.IndexAndLength, simcard.AbsolutePaths}, "3f007f506432"},
		{"T=0", atrT0, []simcard.Option{simcard.T0, simcard.BootstrapFileSize(len(content))}, "3f007f506432"},
		{"long lengths", atrT1, []simcard.Option{simcard.LongLengths, simcard.BootstrapFileSize(len(content))}, "3f007f506432"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			insert(t, newCard(t, append(tt.with, simcard.OpaqueObject)...), tt.atr)
			list := pkcs15Tool(t, "--list-data-objects")
			require.Contains(t, list, "LwM2M Bootstrap")
			require.Contains(t, list, "2.23.43.9.1")
			require.Contains(t, list, tt.path)
			require.Contains(t, pkcs15Tool(t, "--dump"), "PKCS#15 Card")

			dump := filepath.Join(t.TempDir(), "dump")
			pkcs15Tool(t, "--read-data-object", "2.23.43.9.1", "--output", dump)
			got, err := os.ReadFile(dump)
			require.NoError(t, err)
			require.True(t, bytes.Equal(content, got), "%d bytes are not the file's %d", len(got), len(content))
		})
	}
}
