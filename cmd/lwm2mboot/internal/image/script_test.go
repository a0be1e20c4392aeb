package image_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// key is the hex of adm.
var key = fmt.Sprintf("%X", adm)

func apdus(t testing.TB, m *image.Image, o image.ScriptOptions) []string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, m.APDUs(&b, o))
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

// run sends the first n lines of a script, remarks left out, to the card and
// stops where the card refuses. It returns how many there are.
func run(t testing.TB, card apdu.CardTransport, lines []string, n int) (sent int) {
	t.Helper()
	for _, line := range lines {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if sent == n {
			return sent
		}
		sent++
		line = strings.ReplaceAll(strings.ReplaceAll(line, "{ADM1}", key), "{RECORD}", "02")
		capdu, err := hex.DecodeString(line)
		require.NoError(t, err, line)
		rapdu, err := card.Transmit(t.Context(), capdu)
		require.NoError(t, err)
		require.Equal(t, []byte{0x90, 0x00}, rapdu, "line %d: %s", sent, line)
	}
	return sent
}

const all = 1 << 20

func TestScriptPutsTheImageOnACardWithEmptyFiles(t *testing.T) {
	want := file126(t)
	for name, o := range options {
		for _, chunk := range []int{0, 4, 17} {
			t.Run(fmt.Sprintf("%s, chunks of %d", name, chunk), func(t *testing.T) {
				m := built(t, want, o)
				card := cardOf(t, m, func(f image.File) []byte { return erased(len(f.Content)) })
				run(t, card, apdus(t, m, image.ScriptOptions{Chunk: chunk}), all)
				require.Equal(t, want, readBack(t, card, simboot.AIDFirst))
				require.Equal(t, want, readBack(t, card, simboot.DirFirst))
				for _, f := range m.Files() {
					if f.Ref.App != "" {
						got, err := card.FileContent(f.Ref)
						require.NoError(t, err)
						require.Equal(t, []byte(f.Content), got, f.Name)
					}
				}
			})
		}
	}
}

func TestScriptCutAnywhereLeavesNoHalfContent(t *testing.T) {
	old, next := file126(t), append([]byte{}, file126(t)...)
	next[20]++ // another URI
	for _, o := range []image.Options{{}, {Index: true, Offset: 10, Size: 300}} {
		before, m := built(t, old, o), built(t, next, o)
		lines := apdus(t, m, image.ScriptOptions{Chunk: 40})
		total := run(t, cardOf(t, before, func(f image.File) []byte { return f.Content }), lines, all)
		for n := range total {
			card := cardOf(t, before, func(f image.File) []byte { return f.Content })
			run(t, card, lines, n)
			content, _, err := simboot.Read(t.Context(), card, nil)
			switch {
			case errors.Is(err, simboot.ErrNoData):
			case err != nil:
				t.Errorf("after %d of %d commands: %v", n, total, err)
			default:
				require.Equal(t, old, []byte(content), "after %d of %d commands", n, total)
			}
		}
	}
}

func TestScriptOverwritesWhatWasThere(t *testing.T) {
	m := built(t, []byte{0, 0, 0, 0}, image.Options{Size: 126})
	card := cardOf(t, built(t, file126(t), image.Options{Size: 126}), func(f image.File) []byte { return f.Content })
	run(t, card, apdus(t, m, image.ScriptOptions{}), all)
	got, err := card.FileContent(m.Bootstrap.Ref)
	require.NoError(t, err)
	require.Equal(t, append([]byte{0, 0, 0, 0}, erased(122)...), got)
}

func TestScriptHasNoKeyInIt(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	for _, v := range []struct {
		key  apdu.KeyReference
		want string
	}{{0, "0020000A08{ADM1}"}, {0x0B, "0020000B08{ADM2}"}, {0x8A, "0020008A08{ADM6}"}, {0x81, "0020008108{KEY81}"}} {
		require.Contains(t, apdus(t, m, image.ScriptOptions{Reference: v.key}), v.want)
	}
}

func TestScriptWritesTheRecordThatIsNamed(t *testing.T) {
	m := built(t, file126(t), image.Options{DirRecord: 1})
	lines := apdus(t, m, image.ScriptOptions{})
	require.Contains(t, lines, fmt.Sprintf("00DC010426%X", []byte(m.Dir.Content)))
	require.NotContains(t, strings.Join(lines, "\n"), "{RECORD}")
}

func TestScriptOptionsAreChecked(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	for _, chunk := range []int{-1, 3, 256} {
		for _, write := range []func(image.ScriptOptions) error{
			func(o image.ScriptOptions) error { return m.APDUs(&strings.Builder{}, o) },
			func(o image.ScriptOptions) error { return m.PySim(&strings.Builder{}, o) },
			func(o image.ScriptOptions) error { return m.PySimActivate(&strings.Builder{}, o) },
		} {
			require.ErrorIs(t, write(image.ScriptOptions{Chunk: chunk}), image.ErrOptions)
		}
	}
}

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("disk is full")

func TestScriptsTellThatTheyCouldNotBeWritten(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	require.ErrorIs(t, m.APDUs(full{}, image.ScriptOptions{}), errFull)
	require.ErrorIs(t, m.PySim(full{}, image.ScriptOptions{}), errFull)
	require.ErrorIs(t, m.PySimActivate(full{}, image.ScriptOptions{}), errFull)
	require.ErrorIs(t, m.Manifest(full{}), errFull)
}

func TestScriptEndsWithoutRightsAtTheFirstUpdate(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	card := cardOf(t, m, func(f image.File) []byte { return f.Content })
	var sws []apdu.SW
	card.Observe(func(cmd apdu.Command, sw apdu.SW) { sws = append(sws, sw) })
	for _, line := range apdus(t, m, image.ScriptOptions{}) {
		capdu, err := hex.DecodeString(line)
		if err != nil {
			continue // remarks, and what nobody filled in
		}
		if _, err := card.Transmit(t.Context(), capdu); err != nil || sws[len(sws)-1] != apdu.SWOK {
			break
		}
	}
	require.Equal(t, []apdu.SW{apdu.SWOK, apdu.SWOK, apdu.SWSecurity}, sws)
	require.False(t, card.Verified(simcard.ADM1))
}
