//go:build linux || darwin

package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// buffer is a bytes.Buffer for two goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// simulated runs the simulation until the end of the test, or until stop, which
// returns its exit status.
func simulated(t testing.TB, args ...string) (port string, stderr *buffer, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	stderr = new(buffer)
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"simulate"}, args...), nil, in, stderr)
		in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "%v", stderr)
	stop = sync.OnceValue(func() int { cancel(); return <-ended })
	t.Cleanup(func() { stop() })
	return strings.TrimSuffix(line, "\n"), stderr, stop
}

func TestTheSimulatedCardGivesTheFileBack(t *testing.T) {
	t.Parallel()
	bin := file(t, "seed.hex", strings.ToUpper("0002")+strings.TrimPrefix(string(contents(t, "../../testdata/bootstrap-126.hex")), "0002"))
	for _, args := range [][]string{{"-c", "testdata/seed.yaml"}, {"--file", bin}, {"-c", "testdata/seed.py", "--file-size", "126"}} {
		port, stderr, stop := simulated(t, args...)
		out := filepath.Join(t.TempDir(), "card.bin")
		r := tool(t, "card", "read", "--port", port, "-o", out)
		require.Zero(t, r.status, r.stderr)
		require.Empty(t, r.stdout)
		require.Equal(t, seed(t), contents(t, out))
		requireMode(t, out, 0o600)
		require.Zero(t, stop(), "an interrupt is the good end")
		require.Empty(t, stderr.String())
	}
}

func TestTheSimulationHasTheMannersAskedFor(t *testing.T) {
	t.Parallel()
	port, stderr, _ := simulated(t, "-c", "testdata/seed.yaml", "--quirk", "nocsim,SessionHandle", "--quirk", "LowerCaseAnswers",
		"--behaviour", "T0", "--layout", "AbsolutePaths", "--channels", "1", "--trace")
	r := tool(t, "card", "read", "--port", port, "--trace")
	require.Zero(t, r.status, r.stderr)
	require.Contains(t, r.stderr, "READ BINARY")
	require.Contains(t, stderr.String(), "READ BINARY")
	require.False(t, showsKey(stderr.String()))

	port, _, _ = simulated(t, "--channels", "0")
	r = tool(t, "card", "read", "--port", port)
	require.Equal(t, statusFault, r.status)
	require.Contains(t, r.stderr, "--basic")
	require.Equal(t, statusNoData, tool(t, "card", "read", "--port", port, "--basic").status)
}

func TestUnknownMannersTellTheNearest(t *testing.T) {
	t.Parallel()
	for flag, names := range map[string][2]string{
		"--quirk":     {"NoCSMI", "did you mean NoCSIM? --list-quirks lists them"},
		"--behaviour": {"ReadPastEnd628", "did you mean ReadPastEnd6282?"},
		"--layout":    {"Nonsense", "lwm2mboot: --list-layouts lists them"},
	} {
		r := tool(t, "simulate", flag, names[0])
		require.Equal(t, statusUsage, r.status)
		require.Contains(t, r.stderr, names[1])
		require.Contains(t, r.stderr, names[0])
	}
	require.Equal(t, statusUsage, tool(t, "simulate", "--channels", "20").status)
}

func TestListsOfManners(t *testing.T) {
	t.Parallel()
	r := tool(t, "simulate", "--list-quirks")
	require.Zero(t, r.status)
	require.Len(t, strings.Fields(r.stdout), len(simcard.Quirks()))
	require.Contains(t, tool(t, "simulate", "--list-behaviours").stdout, "ReadPastEnd6C\n")
	require.Contains(t, tool(t, "simulate", "--list-layouts").stdout, "OpaqueObject\n")
}

func TestTheLinkLeadsToTheTerminalAndGoesWithIt(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "sim")
	require.NoError(t, os.Symlink("/dev/no-such-terminal", link), "left behind by a run that was killed")
	port, _, stop := simulated(t, "-c", "testdata/seed.yaml", "--link", link)
	target, err := os.Readlink(link)
	require.NoError(t, err)
	require.Equal(t, port, target)
	require.Zero(t, tool(t, "card", "read", "--port", link).status)

	r := tool(t, "simulate", "--link", link)
	require.Equal(t, statusFault, r.status, "it leads to a terminal that is in use")
	require.Zero(t, stop())
	_, err = os.Lstat(link)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestTheLinkReplacesNothingElse(t *testing.T) {
	t.Parallel()
	taken := file(t, "taken", "mine")
	dangling := filepath.Join(t.TempDir(), "dangling")
	require.NoError(t, os.Symlink("no-such-file", dangling))
	for _, link := range []string{taken, dangling, t.TempDir(), filepath.Join(taken, "below")} {
		r := tool(t, "simulate", "--link", link)
		require.Equal(t, statusFault, r.status)
		require.Empty(t, r.stdout)
		_, err := os.Lstat(link)
		require.True(t, err == nil || link == filepath.Join(taken, "below"))
	}
	require.Equal(t, "mine", string(contents(t, taken)))
}

func TestSimulateRefusesBadInput(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-c", filepath.Join(t.TempDir(), "none")},
		{"-c", "testdata/seed.yaml", "--file", "x"},
		{"--file", "testdata/seed.yaml"},
		{"--file", file(t, "short", "\x00\x02\x00\x09")},
		{"--pin-file", file(t, "pin", "no digits")},
		{"--adm-file", filepath.Join(t.TempDir(), "none")},
		{"-c", "testdata/seed.yaml", "--file-size", "9"},
		{"x"},
	} {
		r := tool(t, append([]string{"simulate"}, args...)...)
		require.Contains(t, []int{statusFault, statusUsage}, r.status, "%v", args)
		require.NotContains(t, r.stderr, "no digits")
	}
	status := run(t.Context(), []string{"simulate"}, nil, full{}, new(bytes.Buffer))
	require.Equal(t, statusFault, status)
}
