package bootstrapper_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// secrets are what must not show of the known good file, in any notation.
func secrets() []string {
	var list []string
	for _, s := range []string{"3x@mpl3P5K53cr3tK3y", "example-psk-identity", "avsystem"} {
		list = append(list, s, hex.EncodeToString([]byte(s)), strings.ToUpper(hex.EncodeToString([]byte(s))),
			strings.Trim(fmt.Sprint([]byte(s)), "[]"))
	}
	return list
}

func TestNothingPrintsASecret(t *testing.T) {
	var store bootstrapper.MemStore
	res, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file126(t)), &store, nil)
	require.NoError(t, err)
	state := res.State.Clone()
	state.Disable(smartcard, "changed")
	values := map[string]any{
		"State": *res.State, "*State": res.State, "disabled": state, "Result": res, "*Result": &res,
		"MemStore": &store, "inside": struct{ s bootstrapper.State }{*res.State},
		"pointer inside": struct{ s *bootstrapper.State }{res.State},
	}
	for name, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "% x", "%o", "%c"} {
			text := fmt.Sprintf(verb, v)
			for _, s := range secrets() {
				require.NotContains(t, text, s, "%s of %s", verb, name)
			}
		}
		text, err := json.Marshal(v)
		require.NoError(t, err)
		require.NotContains(t, string(text), "cr3t", name)
	}
}

func TestAStatePrintsAsCounts(t *testing.T) {
	tests := []struct {
		name  string
		state *bootstrapper.State
		want  string
	}{
		{"empty", new(bootstrapper.State), "0 Object Instances"},
		{"full", full(), "5 Object Instances (2 factory, 3 smartcard), 2 disabled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, tt.state.String())
			require.Equal(t, tt.want, fmt.Sprintf("%d", *tt.state))
			require.Equal(t, tt.want, fmt.Sprintf("%#v", tt.state))
		})
	}
}

func TestADigestPrintsItsBeginning(t *testing.T) {
	d := bootstrapper.DigestOf([]byte("abc")) // FIPS 180-2 B.1
	require.Equal(t, "ba7816bf", d.String())
	require.Equal(t, byte(0xAD), d[31])
}

// logged is what Apply logs, one line an entry.
func logged(t *testing.T, store bootstrapper.Store, file []byte) []string {
	t.Helper()
	var buf bytes.Buffer
	opts := &bootstrapper.Options{Logger: slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))}
	_, err := bootstrapper.Apply(t.Context(), bytes.NewReader(file), store, opts)
	require.NoError(t, err)
	for _, s := range secrets() {
		require.NotContains(t, buf.String(), s)
	}
	return strings.Split(strings.TrimSpace(buf.String()), "\n")
}

func TestApplyLogsWhatItDid(t *testing.T) {
	var store bootstrapper.MemStore
	file := file126(t)
	who := `origin=smartcard digest=` + bootstrapper.DigestOf(file).String()
	require.Equal(t, []string{
		`level=INFO msg="bootstrap data applied" ` + who + ` size=126 instances=2 removed=0`,
	}, logged(t, &store, file))
	require.Equal(t, []string{
		`level=DEBUG msg="bootstrap data unchanged" ` + who,
	}, logged(t, &store, file))

	apply(t, &store, factory, acc(2, 6))
	file = fileOf(t, tree(acc(2, 7), raw(3333, 0, "x")))
	lines := logged(t, &store, file)
	require.Len(t, lines, 3)
	require.Contains(t, lines[0], `level=WARN msg="bootstrap data questionable"`)
	require.Contains(t, lines[0], `path=/3333`)
	require.Contains(t, lines[1], `level=WARN msg="bootstrap data displaced"`)
	require.Contains(t, lines[1], `account of Short Server ID 6 from factory`)
	require.Contains(t, lines[2], `removed=2`)
}

func TestApplyDoesNotFloodTheLog(t *testing.T) {
	var store bootstrapper.MemStore
	many := func(t *objects.Tree) {
		acc(1, 5)(t)
		for i := range uint16(40) {
			raw(objects.ObjectID(3000+i), i, "x")(t)
		}
	}
	apply(t, &store, factory, many)
	lines := logged(t, &store, fileOf(t, tree(many)))
	require.Len(t, lines, 16+1+16+1+1)
	require.Contains(t, lines[16], "more=24")
	require.Contains(t, lines[33], "more=25") // the account is one of 41
}
