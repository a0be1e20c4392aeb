package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var iccids = []string{"8988211000000000011", "8988211000000000029", "8988211000000000037"}

func TestBatchMakesAFileForEachRow(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cards") + "/"
	args := []string{"batch", "-t", "testdata/template.yaml", "testdata/rows.csv", "-o", dir}
	r := tool(t, args...)
	require.Zero(t, r.status, r.stderr)
	require.Empty(t, r.stdout)
	require.Contains(t, r.stderr, "3 rows: 3 made")
	for _, iccid := range iccids {
		path := filepath.Join(dir, iccid+".bin")
		requireMode(t, path, 0o600)
		require.Zero(t, tool(t, "check", path).status)
	}
	require.Equal(t, statusFault, tool(t, args...).status, "they are there")
	require.Contains(t, tool(t, append(args, "--resume")...).stderr, "3 passed over")
	require.Zero(t, tool(t, append(args, "--force", "--size", "200")...).status)
	require.Len(t, contents(t, filepath.Join(dir, iccids[0]+".bin")), 200)
}

// line is a line of the stream.
type line struct {
	Row                        int
	ID, Identity, Error, ICCID string
	Hex                        string
}

func lines(t *testing.T, text []byte) (all []line) {
	t.Helper()
	for s := range bytes.Lines(text) {
		var l line
		require.NoError(t, json.Unmarshal(s, &l))
		all = append(all, l)
	}
	return all
}

func TestBatchStreamsFromPipeToPipe(t *testing.T) {
	r := feed(t, string(contents(t, "testdata/rows.ndjson")), "batch", "-t", "testdata/template.yaml", "--name", "${iccid}")
	require.Zero(t, r.status, r.stderr)
	got := lines(t, []byte(r.stdout))
	require.Len(t, got, 2)
	require.Equal(t, "device-2", got[1].Identity)
	require.Equal(t, iccids[1], got[1].ID)
	octets, err := hex.DecodeString(got[1].Hex)
	require.NoError(t, err)
	require.Zero(t, feed(t, string(octets), "check", "-").status)

	csv := feed(t, string(contents(t, "testdata/rows.csv")), "batch", "-t", "testdata/template.yaml", "-", "--rows", "csv", "--name", "${iccid}")
	require.True(t, strings.HasPrefix(csv.stdout, r.stdout))
	bare := "8988211000000000029;device-2;101112131415161718191A1B1C1D1E1F\n"
	headless := feed(t, bare, "batch", "-t", "testdata/template.yaml", "--header", "iccid,identity,key", "--comma", ";")
	require.Zero(t, headless.status, headless.stderr)
	require.Equal(t, got[1].Hex, lines(t, []byte(headless.stdout))[0].Hex)
	require.Equal(t, iccids[1], lines(t, []byte(feed(t, bare, "batch", "-t", "testdata/template.yaml", "--header", "iccid,identity,key", "--comma", ";", "--columns", "iccid").stdout))[0].ICCID)
}

func TestBatchStreamGoesToAFile(t *testing.T) {
	out := filepath.Join(t.TempDir(), "cards.ndjson")
	args := []string{"batch", "-t", "testdata/template.yaml", "testdata/rows.csv", "-o", out}
	require.Zero(t, tool(t, args...).status)
	requireMode(t, out, 0o600)
	whole := contents(t, out)
	require.Len(t, lines(t, whole), 3)

	r := tool(t, args...)
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "--resume")

	require.NoError(t, os.WriteFile(out, whole[:len(whole)/2], 0o600)) // torn
	require.NoError(t, os.Chmod(out, 0o644))
	r = tool(t, append(args, "--resume")...)
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, r.stderr, "2 made (214 octets), 1 passed over")
	require.Equal(t, whole, contents(t, out))
	requireMode(t, out, 0o600)
	require.Zero(t, tool(t, append(args, "--force")...).status)
	require.Equal(t, whole, contents(t, out))
	require.Equal(t, statusFault, tool(t, append(args[:4:4], "-o", filepath.Join(out, "below"))...).status)
	require.Zero(t, tool(t, append(args[:4:4], "-o", os.DevNull, "--force")...).status)
}

func TestBatchTellsRowsWithErrors(t *testing.T) {
	rows := "iccid,identity,key\n1,a,00112233445566778899AABBCCDDEEFF\n2,b,secretxx\n3,c,00112233445566778899AABBCCDDEEFF\n"
	r := feed(t, rows, "batch", "-t", "testdata/template.yaml")
	require.Equal(t, statusFault, r.status)
	require.Len(t, lines(t, []byte(r.stdout)), 1)
	require.Contains(t, r.stderr, "lwm2mboot: standard input: row 2, line 3: Security/1/SecretKey: ")
	require.Contains(t, r.stderr, "--keep-going")
	require.NotContains(t, r.stderr, "secretxx")
	require.Equal(t, 1, strings.Count(r.stderr, "row 2"))

	r = feed(t, rows, "batch", "-t", "testdata/template.yaml", "--keep-going")
	require.Equal(t, statusFault, r.status)
	got := lines(t, []byte(r.stdout))
	require.Len(t, got, 3)
	require.NotEmpty(t, got[1].Error)
	require.Contains(t, r.stderr, "3 rows: 2 made")
	require.Contains(t, r.stderr, "1 failed")
}

func TestBatchDerivesKeys(t *testing.T) {
	master := file(t, "master", "000102030405060708090A0B0C0D0E0F\n101112131415161718191A1B1C1D1E1F\n")
	derive := func(args ...string) result {
		return tool(t, append([]string{"batch", "-t", "testdata/derived.yaml", "testdata/rows.csv"}, args...)...)
	}
	r := derive("--master-file", master)
	require.Zero(t, r.status, r.stderr)
	salted := derive("--master-file", master, "--salt", "00FF")
	require.Zero(t, salted.status)
	require.NotEqual(t, lines(t, []byte(r.stdout))[0].Hex, lines(t, []byte(salted.stdout))[0].Hex)
	require.Equal(t, r, feed(t, "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
		"batch", "-t", "testdata/derived.yaml", "testdata/rows.csv", "--master-file", "-"))

	require.NotZero(t, derive().status, "no master key")
	require.Equal(t, statusFault, derive("--master-file", file(t, "short", "00")).status)
	require.Equal(t, statusFault, derive("--master-file", filepath.Join(t.TempDir(), "none")).status)
	require.Equal(t, statusUsage, derive("--master-file", master, "--salt", "x").status)
}

func TestBatchTellsWarningsOnce(t *testing.T) {
	template := string(contents(t, "testdata/template.yaml")) + "    99: hex:00\n"
	path := file(t, "template.yaml", template)
	r := tool(t, "batch", "-t", path, "testdata/rows.csv")
	require.Zero(t, r.status, r.stderr)
	require.Equal(t, 1, strings.Count(r.stderr, path+":15:"))
	require.Contains(t, r.stderr, "3 with warnings")
}

func TestBatchRefusesBadInput(t *testing.T) {
	rows := "testdata/rows.csv"
	for status, all := range map[int][][]string{
		statusUsage: {
			{}, {"-t", "testdata/template.yaml", "a", "b"}, {"-t", "testdata/template.yaml", rows, "--comma", ";;"}, {"-t", "testdata/template.yaml", rows, "--rows", "xml"},
			{"-t", "testdata/template.yaml", rows, "-o", t.TempDir(), "--name", "a/b"},
			{"-t", "testdata/template.yaml", rows, "--resume"}, {"-t", "testdata/template.yaml", rows, "--resume", "-o", "-"},
			{"-t", "testdata/template.yaml", rows, "--size", "-1"},
			{"-t", "testdata/template.yaml", rows, "--columns", "key"}, {"-t", "testdata/template.yaml", rows, "--comma", "\""},
		},
		statusFault: {
			{"-t", "none", rows}, {"-t", "testdata/template.yaml", "none"}, {"-t", "testdata/seed.yaml", "testdata"},
			{"-t", file(t, "x.yaml", "["), rows}, {"-t", file(t, "x.yaml", "Nothing: {}"), rows},
			{"-t", "testdata/template.yaml", rows, "-o", file(t, "f", "") + "/"},
			{"-t", "testdata/template.yaml", file(t, "rows.csv", "iccid\n1\n")},
		},
	} {
		for _, args := range all {
			r := tool(t, append([]string{"batch"}, args...)...)
			require.Equal(t, status, r.status, "%v: %s", args, r.stderr)
			require.Empty(t, r.stdout)
		}
	}
}

func TestTheStandardInputIsReadOnce(t *testing.T) {
	template := string(contents(t, "testdata/template.yaml"))
	require.Zero(t, feed(t, template, "batch", "-t", "-", "testdata/rows.csv").status)
	require.Equal(t, statusUsage, feed(t, template, "batch", "-t", "-", "-").status)
}

func TestBatchEndsWhenInterrupted(t *testing.T) {
	in, rows := io.Pipe()
	out, stdout := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	var errOut bytes.Buffer
	status := make(chan int)
	go func() { status <- run(ctx, []string{"batch", "-t", "testdata/template.yaml"}, in, stdout, &errOut) }()
	_, err := rows.Write(contents(t, "testdata/rows.ndjson"))
	require.NoError(t, err)
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	cancel() // it waits for more rows
	require.Equal(t, statusInterrupted, <-status)
	rows.Close()
	require.Contains(t, errOut.String(), "2 rows: 2 made")
	require.Contains(t, errOut.String(), "lwm2mboot: interrupted\nlwm2mboot: --resume goes on with what was made, where -o FILE wrote it\n")
}

func TestBatchDoesNotWriteOverItsTable(t *testing.T) {
	rows := contents(t, "testdata/rows.csv")
	path := file(t, "rows.csv", string(rows))
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(path, link))
	for _, out := range []string{path, link} {
		for _, flag := range []string{"--force", "--resume"} {
			r := tool(t, "batch", "-t", "testdata/template.yaml", path, "-o", out, flag)
			require.Equal(t, statusUsage, r.status, r.stderr)
			require.Contains(t, r.stderr, out)
			require.Equal(t, rows, contents(t, path))
		}
	}
	in, err := os.Open(path)
	require.NoError(t, err)
	defer in.Close()
	r := reveal(t, in, "batch", "-t", "testdata/template.yaml", "-o", path, "--force")
	require.Equal(t, statusUsage, r.status, "as the standard input, too")
	require.Equal(t, rows, contents(t, path))
	require.Zero(t, tool(t, "batch", "-t", "testdata/template.yaml", path, "-o", path+".ndjson", "--force").status)
}

func TestBatchTellsThatThereWereNoRows(t *testing.T) {
	for _, rows := range []string{"iccid,identity,key\n", ""} {
		r := feed(t, rows, "batch", "-t", "testdata/template.yaml")
		require.Zero(t, r.status)
		require.Contains(t, r.stderr, "lwm2mboot: 0 rows: 0 made")
	}
	require.NotContains(t, feed(t, "iccid\n", "batch", "-t", "testdata/template.yaml").stderr, "0 rows")
}

func TestBatchRefusesColumnsInBytes(t *testing.T) {
	template := strings.NewReplacer("'3x@mpl3P5K53cr3tK3y'", "b'${key}'", "b'3x@mpl3P5K53cr3tK3y'", "b'${key}'").Replace(string(contents(t, "testdata/seed.py")))
	require.Contains(t, template, "b'${key}'")
	path := file(t, "template.py", template)
	r := tool(t, "batch", "-t", path, "testdata/rows.csv")
	require.Equal(t, statusFault, r.status)
	require.Empty(t, r.stdout)
	require.Contains(t, r.stderr, path+":")
	require.Contains(t, r.stderr, "Security/1/SecretKey: ")
	require.Equal(t, statusFault, feed(t, strings.Replace(string(contents(t, "testdata/template.yaml")), "hex:${key}", "!!binary JHtrZXl9", 1),
		"batch", "-t", "-", "testdata/rows.csv").status)
}

func TestResumeTellsWhatItDoesNotTryAgain(t *testing.T) {
	rows := file(t, "rows.csv", "iccid,identity,key\n1,a,00\n2,b,xx\n")
	out := filepath.Join(t.TempDir(), "out.ndjson")
	args := []string{"batch", "-t", "testdata/template.yaml", rows, "-o", out, "--resume"}
	r := tool(t, append(args, "--keep-going")...)
	require.Equal(t, statusFault, r.status)
	require.NotContains(t, r.stderr, "earlier")
	require.NotContains(t, r.stderr, "-o FILE", "it has one")
	r = tool(t, args...)
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "1 failed")
	require.Contains(t, r.stderr, "1 rows had an error in an earlier run and were not tried again")

	other := file(t, "other.yaml", strings.Replace(string(contents(t, "testdata/template.yaml")), "86400", "60", 1))
	r = tool(t, "batch", "-t", other, rows, "-o", out, "--resume")
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "row 1 is not as the output has it")

	r = tool(t, "batch", "-t", "testdata/template.yaml", rows, "--resume")
	require.Equal(t, statusUsage, r.status)
	require.Contains(t, r.stderr, "-o FILE")
}

func TestTornFilesAreWrittenAnewByResumeWithForce(t *testing.T) {
	dir := t.TempDir() + "/"
	args := []string{"batch", "-t", "testdata/template.yaml", "testdata/rows.csv", "-o", dir}
	require.Zero(t, tool(t, args...).status)
	path := filepath.Join(dir, iccids[1]+".bin")
	whole := contents(t, path)
	require.NoError(t, os.WriteFile(path, whole[:50], 0o600))
	for _, more := range [][]string{{"--resume"}, {"--resume", "--keep-going"}} {
		r := tool(t, append(args, more...)...)
		require.Equal(t, statusFault, r.status)
		require.Contains(t, r.stderr, "--resume --force")
	}
	r := tool(t, append(args, "--resume", "--force")...)
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, r.stderr, "1 made")
	require.Contains(t, r.stderr, "2 passed over")
	require.Equal(t, whole, contents(t, path))
	require.NotContains(t, tool(t, append(args, "--keep-going")...).stderr, "--resume --force", "nobody asked to go on")
}

func TestTabsSeparateFieldsByName(t *testing.T) {
	rows := strings.ReplaceAll(string(contents(t, "testdata/rows.csv")), ",", "\t")
	want := feed(t, string(contents(t, "testdata/rows.csv")), "batch", "-t", "testdata/template.yaml")
	for _, comma := range []string{"tab", `\t`, "\t"} {
		require.Equal(t, want, feed(t, rows, "batch", "-t", "testdata/template.yaml", "--comma", comma), comma)
	}
	r := feed(t, rows, "batch", "-t", "testdata/template.yaml")
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "--comma")
}
