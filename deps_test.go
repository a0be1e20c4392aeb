package lwm2mboot_test

import (
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/lwm2mboot/lwm2mboot"

// arrows are the imports that each package may have, outside tests and beside
// the standard library. No import runs back up, and simboot and transport
// never meet: a main package joins them.
var arrows = map[string][]string{
	"internal/ber":            {},
	"apdu":                    {"internal/ber"},
	"pkcs15":                  {"apdu", "internal/ber"},
	"tlv":                     {},
	"objects":                 {"tlv"},
	"objects/senmljson":       {"objects", "tlv"},
	"objects/omaxml":          {"objects", "tlv"},
	"bootstrapper":            {"objects", "tlv"},
	"bootstrapper/storetest":  {"bootstrapper", "objects", "tlv"},
	"simboot":                 {"apdu", "bootstrapper", "objects", "pkcs15", "tlv"},
	"transport":               {"apdu", "internal/ber", "tlv"}, // Redact knows what it hides
	"transport/csim":          {"apdu"},
	"transport/pcsc":          {"apdu"}, // its own client of pcscd: no library without cgo could be pinned
	"transport/serialport":    {"go.bug.st/serial", "golang.org/x/sys/unix"},
	"transport/simcard":       {"apdu", "apdu/scp03", "internal/ber", "pkcs15", "tlv"},
	"transport/simcard/pty":   {"github.com/creack/pty", "golang.org/x/sys/unix"},
	"transport/transporttest": {"apdu"},
	"examples/internal/show":  {"*"},
	"examples/quickstart":     {"*"},
	"examples/simread":        {"*"},
	"examples/firmware":       {"*"},
	"examples/mmcli":          {"*"},
	"examples/qmicli":         {"*"},
	"internal/sizeprobe":      {"*"},

	"examples/internal/faketool":   {"*"},
	"internal/sizeprobe/filestore": {"*"},
	"internal/sizeprobe/loaded":    {"*"},
	"interop":                      {},

	"internal/cmac":  {},
	"internal/table": {},
	"apdu/scp03":     {"apdu", "internal/cmac"},

	"cmd/lwm2mboot":                   {"*"},
	"cmd/lwm2mboot/internal/batch":    {"*"},
	"cmd/lwm2mboot/internal/check":    {"*"},
	"cmd/lwm2mboot/internal/config":   {"*"},
	"cmd/lwm2mboot/internal/dict":     {"*"},
	"cmd/lwm2mboot/internal/diff":     {"*"},
	"cmd/lwm2mboot/internal/image":    {"*"},
	"cmd/lwm2mboot/internal/personal": {"*"},
	"cmd/lwm2mboot/internal/show":     {"*"},
	"cmd/lwm2mboot/internal/simulate": {"*"},
}

// heavy are packages of the standard library that firmware must not link on
// our account: the network, and formats that no card speaks.
var heavy = []string{"net", "net/http", "crypto/x509", "crypto/tls", "encoding/json", "encoding/xml", "testing", "os/exec"}

// mayImportHeavy are the exceptions.
var mayImportHeavy = map[string][]string{
	"objects/senmljson": {"encoding/json"},
	"objects/omaxml":    {"encoding/xml"},

	"bootstrapper/storetest":  {"testing"},
	"transport/transporttest": {"testing"},

	"transport/pcsc": {"net"}, // pcscd's socket
}

func TestImportsFollowTheArrows(t *testing.T) {
	for dir, files := range packages(t) {
		allowed, known := arrows[dir]
		if !known {
			t.Errorf("package %s has no line in arrows", dir)
			continue
		}
		for _, imp := range imports(t, files) {
			local, inModule := strings.CutPrefix(imp, module+"/")
			third := strings.Contains(strings.Split(imp, "/")[0], ".")
			switch {
			case slices.Contains(allowed, "*"):
			case inModule && !slices.Contains(allowed, local):
				t.Errorf("%s imports %s, against the arrows", dir, local)
			case !inModule && third && !slices.Contains(allowed, imp):
				t.Errorf("%s imports %s", dir, imp)
			case !third && slices.Contains(heavy, imp) && !slices.Contains(mayImportHeavy[dir], imp):
				t.Errorf("%s imports %s, which firmware must not link", dir, imp)
			}
		}
	}
}

// TestFirmwareDoesNotLinkTheNetwork follows the imports of what a firmware
// needs through the standard library.
func TestFirmwareDoesNotLinkTheNetwork(t *testing.T) {
	all := packages(t)
	seen := map[string]string{} // package to who imports it
	var follow func(from, imp string)
	follow = func(from, imp string) {
		if _, ok := seen[imp]; ok || imp == "C" || imp == "unsafe" {
			return
		}
		seen[imp] = from
		if local, ok := strings.CutPrefix(imp, module+"/"); ok {
			for _, next := range imports(t, all[local]) {
				follow(imp, next)
			}
			return
		}
		pkg, err := build.Default.Import(imp, "", 0)
		if err != nil {
			pkg, err = build.Default.Import("vendor/"+imp, "", 0)
		}
		require.NoError(t, err, "imported by %s", from)
		for _, next := range pkg.Imports {
			follow(imp, next)
		}
	}
	for _, dir := range []string{"simboot", "transport/csim", "transport", "transport/simcard"} {
		follow("firmware", module+"/"+dir)
	}
	for _, banned := range []string{"net", "net/http", "crypto/x509", "crypto/tls"} {
		if by, ok := seen[banned]; ok {
			t.Errorf("%s is linked: %s imports it", banned, by)
		}
	}
	require.Contains(t, seen, "context", "the walk found nothing")
}

// packages lists the Go files of each package of the module, tests left out.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			dir := filepath.ToSlash(filepath.Dir(path))
			found[dir] = append(found[dir], path)
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

// imports parses the files and returns what they import, each once.
func imports(t *testing.T, files []string) []string {
	t.Helper()
	var list []string
	for _, path := range files {
		src, err := os.ReadFile(path)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			list = append(list, imp)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
