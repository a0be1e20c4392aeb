package main

import (
	"runtime/debug"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// everyCommand walks the tree, but for what cobra adds.
func everyCommand(t *testing.T, do func(cmd *cobra.Command)) {
	t.Helper()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		do(cmd)
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(newRoot(new(app)))
}

func TestEveryCommandTeachesByExample(t *testing.T) {
	everyCommand(t, func(cmd *cobra.Command) {
		require.NotEmpty(t, cmd.Short, cmd.CommandPath())
		require.NotEmpty(t, cmd.Example, cmd.CommandPath())
		for line := range strings.Lines(cmd.Example) {
			require.Contains(t, line, cmd.CommandPath())
		}
		for line := range strings.Lines(cmd.Long) {
			require.LessOrEqual(t, len([]rune(line)), 81, "%s: %s", cmd.CommandPath(), line)
		}
		args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
		r := tool(t, args...)
		require.Zero(t, r.status)
		require.Empty(t, r.stderr)
		require.Contains(t, r.stdout, cmd.Example)
	})
}

func TestNoFlagTakesASecret(t *testing.T) {
	everyCommand(t, func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			for _, word := range []string{"pin", "adm", "master"} {
				if strings.HasPrefix(f.Name, word) {
					require.True(t, strings.HasSuffix(f.Name, "-file") || f.Name == "adm-reference", f.Name)
				}
			}
		})
	})
}

func TestHelpWithoutACommand(t *testing.T) {
	r := tool(t)
	require.Zero(t, r.status)
	require.Contains(t, r.stdout, "Exit status:")
	r = tool(t, "card")
	require.Zero(t, r.status)
	require.Contains(t, r.stdout, "inspect")
}

func TestWrongCommandLinesAreStatus2WithAdvice(t *testing.T) {
	for args, advice := range map[string]string{
		"generat":                        "did you mean generate?",
		"nonsense":                       "see lwm2mboot --help",
		"generate --frmat":               "see lwm2mboot generate --help",
		"generate x":                     "see lwm2mboot generate --help",
		"batch":                          "see lwm2mboot batch --help",
		"card read":                      "see lwm2mboot card read --help",
		"decode":                         "see lwm2mboot decode --help",
		"decode --to xml x":              "see lwm2mboot decode --help",
		"card read --port a -o b x":      "see lwm2mboot card read --help",
		"card image --file a --config b": "see lwm2mboot card image --help",
	} {
		r := tool(t, strings.Fields(args)...)
		require.Equal(t, statusUsage, r.status, args)
		require.Empty(t, r.stdout)
		require.Equal(t, 2, strings.Count(r.stderr, "\n"), r.stderr)
		require.Contains(t, r.stderr, "\nlwm2mboot: "+advice+"\n")
	}
}

func TestVersionTellsWhatWasBuilt(t *testing.T) {
	r := tool(t, "version")
	require.Zero(t, r.status)
	require.True(t, strings.HasPrefix(r.stdout, "lwm2mboot "), r.stdout)
	info := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "1a2b3c4d5e6f7a8b"}}}
	require.True(t, strings.HasPrefix(version(info), "lwm2mboot (devel) (1a2b3c4d5e6f) go1."))
	info.Main.Version = "v0.4.0"
	require.True(t, strings.HasPrefix(version(info), "lwm2mboot v0.4.0 ("))
	require.Equal(t, statusUsage, tool(t, "version", "x").status)
}

func TestFlagsAreCompleted(t *testing.T) {
	complete := func(args ...string) []string {
		r := tool(t, append([]string{"__complete"}, args...)...)
		require.Zero(t, r.status)
		return strings.Split(r.stdout, "\n")
	}
	require.Subset(t, complete("simulate", "--quirk", ""), []string{simcard.NoCSIM.String(), simcard.Sleeps.String()})
	require.Contains(t, complete("simulate", "--behaviour", ""), "T0")
	require.Contains(t, complete("simulate", "--layout", ""), "OpaqueObject")
	require.Subset(t, complete("generate", "--format", ""), []string{"auto", "yaml", "json", "dict"})
	require.Subset(t, complete("decode", "--to", ""), []string{"table", "yaml", "json", "senml"})
	require.Subset(t, complete("card", "image", "--script", ""), []string{"apdu", "pysim"})
	require.Subset(t, complete("card", "read", "--to", ""), []string{"table", "senml"})
	require.Contains(t, complete("batch", "--rows", ""), "ndjson")
	require.Subset(t, complete("generate", "-c", ""), []string{"yaml", "json", "py"})
	require.Contains(t, strings.Join(complete("gen"), " "), "generate")
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		r := tool(t, "completion", shell)
		require.Zero(t, r.status)
		require.Contains(t, r.stdout, "lwm2mboot")
	}
}
