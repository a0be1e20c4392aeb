//go:build interop

package interop

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// vpicc puts the card of vsmartcard-vpicc into the reader, with a PKCS#15
// application on it, until the test ends.
func vpicc(t *testing.T, files pkcs15.Files, content []byte) {
	t.Helper()
	var script strings.Builder
	fmt.Fprintf(&script, "dir %X\ndf 7F50 %X\n", files.Dir, string(apdu.AIDPKCS15))
	ef := func(fid apdu.FID, b []byte) { fmt.Fprintf(&script, "ef %v %X\n", fid, b) }
	ef(pkcs15.FIDODF, files.ODF)
	ef(pkcs15.FIDTokenInfo, files.TokenInfo)
	for _, dodf := range files.DODFs {
		ef(dodf.Ref.Path[len(dodf.Ref.Path)-1], dodf.Content)
	}
	ef(pkcs15.FIDBootstrap, content)

	awaitReader(t, "no card", isEmpty)
	var log bytes.Buffer
	cmd := exec.Command("/usr/bin/python3", "testdata/vpicc.py", vpcdAddress[strings.LastIndex(vpcdAddress, ":")+1:])
	cmd.Stdin = strings.NewReader(script.String())
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		func() {
			defer func() { // also when nobody let go of it
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}()
			awaitReader(t, "a card that nobody uses", isIdle)
		}()
		awaitReader(t, "no card", isEmpty)
	})
	ready, _ := bufio.NewReader(out).ReadString('\n')
	require.Equal(t, "ready\n", ready, "%s", &log)
	awaitReader(t, "a card", hasCard)
}

// The card has no logical channels: MANAGE CHANNEL is answered 6D00.
func TestBootstrapFromACardThatIsNotOurs(t *testing.T) {
	content := bootstrapFile(t)
	padded := append(bytes.Clone(content), bytes.Repeat([]byte{0xFF}, 1024-len(content))...)
	lwm2m := pkcs15.DataObject{ID: pkcs15.OIDLwM2M, Ref: apdu.FileRef{Path: apdu.Path{pkcs15.FIDBootstrap}}}
	opaque := pkcs15.DataObject{Form: pkcs15.OpaqueDO, ApplicationOID: pkcs15.OIDLwM2M, Ref: apdu.FileRef{Path: apdu.Path{0x3F00, 0x7F50, pkcs15.FIDBootstrap}}}
	for _, tt := range []struct {
		name   string
		object pkcs15.DataObject
		file   []byte
		search simboot.Search
	}{
		{"oidDO, relative path", lwm2m, content, simboot.AIDFirst},
		{"oidDO, padded file", lwm2m, padded, simboot.AIDFirst},
		{"opaqueDO, absolute path", opaque, padded, simboot.AIDFirst},
		{"by EF(DIR)", lwm2m, padded, simboot.DirFirst},
	} {
		t.Run(tt.name, func(t *testing.T) {
			app := pkcs15.Application{
				Dir:         pkcs15.DirRecord{Label: "LwM2M", Path: apdu.Path{0x3F00, 0x7F50}},
				Directories: []pkcs15.ObjectDirectory{{Ref: apdu.FileRef{Path: apdu.Path{pkcs15.FIDDODF}}, Objects: []pkcs15.DataObject{tt.object}}},
			}
			files, err := app.Build()
			require.NoError(t, err)
			vpicc(t, files, tt.file)
			card := connect(t, nil)

			cfg := &simboot.Config{Search: tt.search}
			_, _, err = simboot.Read(t.Context(), card, cfg)
			require.ErrorIs(t, err, apdu.ErrNoChannel)

			cfg.Channel = simboot.LogicalOrBasic
			file, found, err := simboot.Read(t.Context(), card, cfg)
			require.NoError(t, err)
			require.Zero(t, found.Channel)
			require.True(t, bytes.Equal(content, file))

			store := new(bootstrapper.MemStore)
			result, err := simboot.Bootstrap(t.Context(), card, store, cfg)
			require.NoError(t, err)
			require.True(t, result.Changed)
			check, err := simboot.Check(t.Context(), card, store, cfg)
			require.NoError(t, err)
			require.Equal(t, simboot.Unchanged, check.Change)
		})
	}
}
