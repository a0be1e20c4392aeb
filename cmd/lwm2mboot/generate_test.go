package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheSeedInEveryFormGivesThe126Octets(t *testing.T) {
	for _, name := range []string{"seed.yaml", "seed.json", "seed.py", "seed-numbers.py"} {
		path := filepath.Join("testdata", name)
		r := reveal(t, nil, "generate", "-c", path)
		require.Equal(t, result{status: statusDone, stdout: string(seed(t))}, r, name)

		text, err := os.ReadFile(path)
		require.NoError(t, err)
		r = reveal(t, bytes.NewReader(text), "generate")
		require.Equal(t, string(seed(t)), r.stdout, "%s by its content alone", name)

		out := filepath.Join(t.TempDir(), "out.bin")
		require.Zero(t, tool(t, "generate", "-c", path, "-o", out).status)
		require.Equal(t, seed(t), contents(t, out))
		requireMode(t, out, 0o600)
	}
}

func TestGenerateWritesHexAndPadding(t *testing.T) {
	r := reveal(t, nil, "generate", "-c", "testdata/seed.yaml", "--hex")
	require.Equal(t, fmt.Sprintf("%X\n", seed(t)), r.stdout)
	r = reveal(t, nil, "generate", "-c", "testdata/seed.yaml", "--size", "200")
	require.Equal(t, string(seed(t))+strings.Repeat("\xFF", 74), r.stdout)
	r = tool(t, "generate", "-c", "testdata/seed.yaml", "--size", "100")
	require.Equal(t, statusFault, r.status)
	require.Empty(t, r.stdout)
}

func TestFormatIsTakenAtItsWord(t *testing.T) {
	py := string(contents(t, "testdata/seed.py"))
	require.Equal(t, statusFault, feed(t, py, "generate", "--format", "json").status)
	require.Zero(t, reveal(t, strings.NewReader("# x\n"+py), "generate", "--format", "dict").status)
	require.Zero(t, reveal(t, bytes.NewReader(contents(t, "testdata/seed.json")), "generate", "--format", "json").status)
	require.Equal(t, statusUsage, tool(t, "generate", "--format", "xml").status)
}

func TestAnErrorTellsFileLineAndPath(t *testing.T) {
	yaml := string(contents(t, "testdata/seed.yaml"))
	wrong := strings.Replace(yaml, "86400", "a day", 1)
	path := file(t, "wrong.yaml", wrong)
	r := tool(t, "generate", "-c", path)
	require.Equal(t, statusFault, r.status)
	require.True(t, strings.HasPrefix(r.stderr, "lwm2mboot: "+path+":12:15: Server/1/Lifetime: "), r.stderr)
	r = feed(t, wrong, "generate")
	require.True(t, strings.HasPrefix(r.stderr, "lwm2mboot: standard input:12:15: "), r.stderr)

	r = tool(t, "generate", "-c", file(t, "syntax.py", "{0: {1: {0: exec('x')}}}"))
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "syntax.py:1:13: ")
	r = tool(t, "generate", "-c", filepath.Join(t.TempDir(), "none.yaml"))
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "none.yaml")
}

func TestValidationTellsEveryProblemAndCanBeSkipped(t *testing.T) {
	yaml := string(contents(t, "testdata/seed.yaml"))
	yaml = strings.Replace(yaml, "Binding: U", "Binding: Q", 1)
	yaml = strings.Replace(yaml, "    Mode: PSK\n", "", 1)
	r := feed(t, yaml, "generate")
	require.Equal(t, statusFault, r.status)
	require.Empty(t, r.stdout)
	require.Contains(t, r.stderr, "Security/1/Mode: error: ")
	require.Contains(t, r.stderr, "Server/1/Binding: error: ")
	require.Contains(t, r.stderr, "--no-validate")
	require.Equal(t, 3, strings.Count(r.stderr, "\n"))

	r = reveal(t, strings.NewReader(yaml), "generate", "--no-validate")
	require.Equal(t, statusDone, r.status)
	require.Empty(t, r.stderr)
	require.Len(t, r.stdout, 123)
}

func TestWarningsDoNotKeepAFileFromBeingMade(t *testing.T) {
	yaml := string(contents(t, "testdata/seed.yaml")) + "    99: hex:00\n"
	r := reveal(t, strings.NewReader(yaml), "generate")
	require.Equal(t, statusDone, r.status)
	require.Contains(t, r.stderr, "standard input:15:")
	require.Contains(t, r.stderr, "warning")
	require.NotEmpty(t, r.stdout)
}

func TestFilesAreReadBesideTheConfigurationOnly(t *testing.T) {
	yaml := strings.Replace(string(contents(t, "testdata/seed.yaml")), "3x@mpl3P5K53cr3tK3y", "file:psk.bin", 1)
	path := file(t, "seed.yaml", yaml)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "psk.bin"), []byte(key), 0o600))
	require.Equal(t, string(seed(t)), reveal(t, nil, "generate", "-c", path).stdout)
	yaml = strings.Replace(yaml, "file:psk.bin", "file:testdata/rows.csv", 1)
	require.Equal(t, statusFault, feed(t, yaml, "generate").status, "what is piped has no place")
}

func TestHugeInputIsRefused(t *testing.T) {
	r := feed(t, strings.Repeat(" ", maxInput+1), "generate")
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "standard input: more than")
}

func TestExistingFilesAreOverwrittenByForceOnly(t *testing.T) {
	out := file(t, "out.bin", "old")
	require.NoError(t, os.Chmod(out, 0o644))
	r := tool(t, "generate", "-c", "testdata/seed.yaml", "-o", out)
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "lwm2mboot: "+out)
	require.Contains(t, r.stderr, "--force")
	require.Equal(t, "old", string(contents(t, out)))

	require.Zero(t, tool(t, "generate", "-c", "testdata/seed.yaml", "-o", out, "--force").status)
	require.Equal(t, seed(t), contents(t, out))
	requireMode(t, out, 0o600)

	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(out, link))
	require.Zero(t, tool(t, "generate", "-c", "testdata/seed.yaml", "-o", link, "--force", "--size", "130").status)
	require.Len(t, contents(t, out), 130, "what the link leads to is meant")

	left, err := filepath.Glob(filepath.Join(filepath.Dir(out), ".*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestOutputThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "no", "such"), filepath.Join(file(t, "f", ""), "below")} {
		require.Equal(t, statusFault, tool(t, "generate", "-c", "testdata/seed.yaml", "-o", path).status)
	}
	require.Zero(t, tool(t, "generate", "-c", "testdata/seed.yaml", "-o", os.DevNull).status, "no regular file is written to")
	var errOut bytes.Buffer
	status := run(t.Context(), []string{"generate", "-c", "testdata/seed.yaml"}, nil, full{}, &errOut)
	require.Equal(t, statusFault, status)
}

// full is a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }
