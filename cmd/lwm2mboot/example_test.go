//go:build linux || darwin

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/pcsc"
)

// shell runs command lines as they are typed, with the tool on the PATH, in a
// directory with the files that the examples name.
type shell struct{ dir string }

func newShell(t *testing.T) shell {
	t.Helper()
	s := shell{t.TempDir()}
	require.NoError(t, os.CopyFS(s.dir, os.DirFS("testdata")))
	self, err := os.Executable()
	require.NoError(t, err)
	for name, content := range map[string]string{
		"bin/lwm2mboot": fmt.Sprintf("#!/bin/sh\nLWM2MBOOT_TEST_AS_TOOL=1 exec '%s' \"$@\"\n", self),
		"seed.bin":      string(seed(t)),
		"seed.hex":      fmt.Sprintf("%x\n", seed(t)),
		"adm.key":       adm,
		"pin.txt":       "1234",
		"scp03.keys":    "enc " + scpENC + "\nmac " + scpMAC + "\n",
		"master.key":    strings.Repeat("00FF", 16),
	} {
		path := filepath.Join(s.dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o700))
	}
	return s
}

// command is a process of sh that ends with an interrupt when ctx does.
func (s shell) command(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(s.dir, "bin")+":"+os.Getenv("PATH"), pcsc.SocketEnv+"="+filepath.Join(s.dir, "none"))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd
}

// TestEveryExampleOfTheHelpWorks types what the help of each command shows.
func TestEveryExampleOfTheHelpWorks(t *testing.T) {
	n := 0
	everyCommand(t, func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			n++
			line = strings.TrimSpace(line)
			t.Run(line, func(t *testing.T) {
				t.Parallel()
				s := newShell(t)
				if words := strings.Fields(line); words[1] == "simulate" && !strings.Contains(line, "--list") {
					s.interrupted(t, line)
					return
				}
				s.typed(t, line)
			})
		}
	})
	require.Greater(t, n, 30)
}

// typed runs a line to its end. Where it names a port there is a card; there is
// no reader.
func (s shell) typed(t *testing.T, line string) {
	if strings.Contains(line, "/dev/ttyUSB2") {
		args := []string{"-c", "testdata/seed.json", "--adm-file", file(t, "adm", adm)}
		if strings.Contains(line, "--scp03-keys") {
			args = append(args, "--scp03-keys", filepath.Join(s.dir, "scp03.keys"))
		}
		port, _, _ := simulated(t, args...)
		line = strings.ReplaceAll(line, "/dev/ttyUSB2", port)
	}
	words := strings.Fields(line)
	for i, word := range words {
		if word == "-o" { // it must not be there
			require.NoError(t, os.RemoveAll(filepath.Join(s.dir, words[i+1])))
		}
	}
	var out, errOut bytes.Buffer
	cmd := s.command(t.Context(), line)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	if strings.Contains(line, "--reader") {
		require.Equal(t, statusFault, cmd.ProcessState.ExitCode(), errOut.String())
		require.Contains(t, errOut.String(), "pcscd")
		return
	}
	require.NoError(t, err, "%s", errOut.String())
	for i, word := range words {
		if word == "-o" {
			_, err := os.Stat(filepath.Join(s.dir, words[i+1]))
			require.NoError(t, err)
		}
	}
}

// interrupted runs a line until it has said something, and ends it by Ctrl-C.
func (s shell) interrupted(t *testing.T, line string) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := s.command(ctx, "exec "+line)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	first, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Zero(t, tool(t, "card", "inspect", "--port", strings.TrimSpace(first)).status)
	cancel()
	cmd.Wait() // whose error is ctx's
	require.Zero(t, cmd.ProcessState.ExitCode())
}
