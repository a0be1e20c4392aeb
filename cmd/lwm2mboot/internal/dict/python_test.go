package dict

import (
	"encoding/hex"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// judge evaluates one value a line, in hexadecimal, as the known generator
// does, and prints it as render does, with texts in hexadecimal.
const judge = `
import sys, warnings
warnings.simplefilter('ignore')
class Names: pass
OID, RID = Names(), Names()
OID.Security, OID.Server = 0, 1
RID.Server = Names()
RID.Server.Binding = 7
def show(v):
    if isinstance(v, bool): return str(v).lower()
    if isinstance(v, str): return '<' + v.encode().hex() + '>'
    if isinstance(v, bytes): return 'b<' + v.hex() + '>'
    if isinstance(v, dict): return '{' + ', '.join(show(k) + ': ' + show(x) for k, x in v.items()) + '}'
    if isinstance(v, (list, tuple)): return '[' + ', '.join(map(show, v)) + ']'
    return repr(v)
for line in sys.stdin:
    print(show(eval(bytes.fromhex(line.strip()).decode())))
`

// Python itself is asked where it is installed; the tables hold everywhere.
func TestPythonAgrees(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Log("no python3 to ask")
		return
	}
	var in, want strings.Builder
	for _, tt := range accepted {
		source := "{0: " + tt.source + "}"
		in.WriteString(hex.EncodeToString([]byte(source)) + "\n")
		n, err := Parse([]byte(source), nil)
		require.NoError(t, err, tt.name)
		want.WriteString(render(n, func(s string) string { return "<" + hex.EncodeToString([]byte(s)) + ">" }) + "\n")
	}
	cmd := exec.CommandContext(t.Context(), python, "-I", "-c", judge)
	cmd.Stdin = strings.NewReader(in.String())
	got, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", got)
	require.Equal(t, want.String(), string(got))
}
