//go:build unix

package lwm2mboot_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadmeOfTheTool types what README.md says under "Make a file for a card".
func TestReadmeOfTheTool(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, section, _ := strings.Cut(string(text), "\n## Make a file for a card\n")
	section, _, found := strings.Cut(section, "\n- **Input.**")
	require.True(t, found)
	before, rest, _ := strings.Cut(section, "```yaml\n")
	device, behind, found := strings.Cut(rest, "```")
	require.True(t, found)
	section = before + behind

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "device.yaml"), []byte(device), 0o600))
	bin := t.TempDir()
	sh := func(line string) *exec.Cmd {
		cmd := exec.Command("sh", "-c", "exec "+line) // t.Context ends before simulate is to
		cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		cmd.Dir = dir
		return cmd
	}
	typed := 0
	var shown bytes.Buffer
	for line := range strings.Lines(section) {
		line, indented := strings.CutPrefix(strings.TrimRight(line, "\n"), "    ")
		if !indented || strings.HasPrefix(line, " ") {
			continue
		}
		typed++
		switch {
		case strings.HasPrefix(line, "go "): // in the project's directory
			name := filepath.Base(strings.Fields(line)[2])
			out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "./"+strings.TrimPrefix(strings.Fields(line)[2], "./")).CombinedOutput()
			require.NoError(t, err, "%s", out)
			if strings.HasPrefix(line, "go install") {
				continue
			}
			line = strings.Join(append([]string{name}, strings.Fields(line)[3:]...), " ")
		case strings.Contains(line, "lwm2mboot simulate"):
			cmd := sh(line)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			t.Cleanup(func() {
				require.NoError(t, cmd.Process.Signal(os.Interrupt))
				require.NoError(t, cmd.Wait())
				_, err := os.Lstat(filepath.Join(dir, "sim"))
				require.ErrorIs(t, err, os.ErrNotExist, "the link is gone")
			})
			_, err = bufio.NewReader(out).ReadString('\n') // it is ready
			require.NoError(t, err)
			continue
		}
		if strings.HasPrefix(line, "echo ") {
			line = "sh -c '" + line + "'"
		}
		out, err := sh(line).CombinedOutput()
		require.NoError(t, err, "%s: %s", line, out)
		shown.Write(out)
	}
	require.Equal(t, 9, typed)
	require.Contains(t, shown.String(), "register with coaps://lwm2m.example.com:5684")
	require.NotContains(t, shown.String(), "000102030405060708090A0B0C0D0E0F")
}
