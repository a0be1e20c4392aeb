package transport_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is read is shown as a directory only when the file is certainly one:
// what looks like tags and lengths may be text in UCS-2, or a number.
func TestContentOfAFileThatIsNotCertainlyADirectoryIsTakenOut(t *testing.T) {
	const (
		dir    = "> 00A4000C022F00\n< 9000\n"
		secret = "< 00310032003300340035 9000\n"
		gone   = "< 58 58 58 58 58 58 58 58 58 58 90 00\n"
	)
	for name, session := range map[string]string{
		"an FCP that names no file of rules":     "> 00A40004023F0000\n< 6207 83023F00 8B0103 9000\n> 00B2010C0A\n" + secret,
		"a SELECT without an answer":             dir + "> 00A4000C022FE2\n! deadline\n> 00B000000A\n" + secret,
		"a READ by SFI that failed":              "> 00A4000C022FE2\n< 9000\n> 00B09E0000\n< 6A82\n> 00B000000A\n" + secret,
		"a READ by SFI without an answer":        "> 00A4000C022FE2\n< 9000\n> 00B09E0000\n! deadline\n> 00B000000A\n" + secret,
		"the SFI of EF(DIR) in a DF":             "> 00A4000C027F10\n< 9000\n> 00B201F40A\n" + secret,
		"the SFI of EF(DIR) in any other DF":     "> 00A4000C021234\n< 9000\n> 00B201F40A\n" + secret,
		"the SFI of EF(DIR) behind a path":       "> 00A4080C047F106F3A\n< 9000\n> 00B201F40A\n" + secret,
		"a channel that was closed and reopened": "> 01A4000C022F00\n< 9000\n> 0070800100\n< 9000\n> 0070000001\n< 01 9000\n> 01B000000A\n" + secret,
		"a channel that was opened behind us":    "> 01A4000C022F00\n< 9000\n> 0070000001\n< 01 9000\n> 01B000000A\n" + secret,
		"a channel that was closed":              "> 01A4000C022F00\n< 9000\n> 0070800100\n< 9000\n> 01B000000A\n" + secret,
	} {
		t.Run(name, func(t *testing.T) {
			got := redact(t, session)
			require.True(t, strings.HasSuffix(got, gone), got)
		})
	}
	require.NotContains(t, redact(t, dir+"> 00B201040A\n< 610A 4F08 A000000063504B43 9000\n"), "< 58 58", "EF(DIR) itself")
}
