package image_test

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// pySim does what pySim-shell does with the commands of a script, on channel
// 0. Like it, it goes on behind a command that failed; it returns how many did.
func pySim(t *testing.T, card apdu.CardTransport, script string) (failed int) {
	t.Helper()
	ch := apdu.BasicChannel(card)
	send := func(c apdu.Command, err error) {
		require.NoError(t, err)
		resp, err := ch.Transmit(t.Context(), c)
		require.NoError(t, err)
		if resp.SW != apdu.SWOK {
			failed++
		}
	}
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		require.NoError(t, err)
		return b
	}
	for _, line := range strings.Split(strings.TrimSpace(script), "\n") {
		words := strings.Fields(line)
		switch command := strings.Join(words[:len(words)-1], " "); {
		case words[0] == "#":
		case line == "select MF":
			send(apdu.SelectFID(apdu.FIDMF, apdu.ReturnNone), nil)
		case line == "select EF.DIR":
			send(apdu.SelectFID(apdu.FIDDir, apdu.ReturnNone), nil)
		case command == "select":
			require.Regexp(t, regexp.MustCompile(`^select [0-9a-f]{4}$`), line)
			send(apdu.Select(apdu.SelectByFID, apdu.ReturnNone, unhex(words[1])), nil)
		case line == "verify_adm":
			send(apdu.Verify(byte(apdu.RefADM1), []byte(adm)), nil)
		case strings.HasPrefix(command, "update_binary --offset "):
			offset, err := strconv.Atoi(words[2])
			send(apdu.UpdateBinary(offset, unhex(words[3])), err)
		case strings.HasPrefix(command, "update_record "):
			number, err := strconv.Atoi(words[1])
			send(apdu.UpdateRecord(byte(number), 0, unhex(words[2])), err)
		case command == "apdu --expect-sw 9000":
			c, err := apdu.ParseCommand(unhex(words[3]))
			send(c, err)
		default:
			t.Errorf("not a command of pySim-shell: %s", line)
		}
	}
	return failed
}

func pySimScripts(t *testing.T, m *image.Image, o image.ScriptOptions) (body, activate string) {
	t.Helper()
	var a, b strings.Builder
	require.NoError(t, m.PySim(&a, o))
	require.NoError(t, m.PySimActivate(&b, o))
	return a.String(), b.String()
}

func TestPySimScriptsPutTheImageOnACard(t *testing.T) {
	want := file126(t)
	for name, o := range options {
		t.Run(name, func(t *testing.T) {
			o.DirRecord = 2
			m := built(t, want, o)
			card := cardOf(t, m, func(f image.File) []byte { return erased(len(f.Content)) })
			body, activate := pySimScripts(t, m, image.ScriptOptions{Chunk: 100})
			require.Zero(t, pySim(t, card, body))
			_, _, err := simboot.Read(t.Context(), card, nil)
			require.ErrorIs(t, err, simboot.ErrNoData, "empty until the second script")
			require.Zero(t, pySim(t, card, activate))
			require.Equal(t, want, readBack(t, card, simboot.DirFirst))
		})
	}
}

func TestPySimScriptThatFailsInTheMiddleLeavesAnEmptyFile(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	card := cardOf(t, m, func(f image.File) []byte { return f.Content })
	body, _ := pySimScripts(t, m, image.ScriptOptions{Chunk: 20})
	lines := strings.Split(body, "\n")
	broken := 0
	for i, line := range lines {
		if strings.HasPrefix(line, "update_binary --offset 24 ") {
			lines[i], broken = "update_binary --offset 30000 00", broken+1
		}
	}
	require.Equal(t, 1, broken)
	require.Equal(t, 1, pySim(t, card, strings.TrimSpace(strings.Join(lines, "\n"))))
	_, _, err := simboot.Read(t.Context(), card, nil)
	require.ErrorIs(t, err, simboot.ErrNoData)
}

func TestPySimScriptNamesTheKeyAndHasNone(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	for _, v := range []struct {
		key  apdu.KeyReference
		want string
	}{{0, "\nverify_adm\n"}, {0x0B, "\nverify_adm --adm-type ADM2\n"}, {0x8E, "\nverify_adm --adm-type ADM10\n"}, {0x11, "\n# apdu --expect-sw 9000 0020001108{KEY11}\n"}} {
		body, activate := pySimScripts(t, m, image.ScriptOptions{Reference: v.key})
		require.Contains(t, body, v.want)
		require.Contains(t, activate, v.want)
	}
}

func TestPySimScriptLeavesTheRecordToTheUser(t *testing.T) {
	m := built(t, file126(t), image.Options{})
	body, _ := pySimScripts(t, m, image.ScriptOptions{})
	require.Contains(t, body, fmt.Sprintf("\n# update_record RECORD %x\n", []byte(m.Dir.Content)))
}

func TestPySimScriptIsInOrder(t *testing.T) {
	m := built(t, []byte{0, 0, 0, 0}, image.Options{Size: 8, DirRecord: 1})
	body, activate := pySimScripts(t, m, image.ScriptOptions{})
	commands := func(script string) (list []string) {
		for _, line := range strings.Split(strings.TrimSpace(script), "\n") {
			if !strings.HasPrefix(line, "#") {
				list = append(list, line)
			}
		}
		return list
	}
	require.Equal(t, []string{
		"select MF", "select 7f50", "verify_adm",
		"select MF", "select 7f50", "select 6432", "update_binary --offset 0 00000000", "update_binary --offset 4 ffffffff",
		"select MF", "select 7f50", "select 6430", "update_binary --offset 0 " + fmt.Sprintf("%x", []byte(m.DODF.Content)),
		"select MF", "select 7f50", "select 5031", "update_binary --offset 0 a706300404026430",
		"select MF", "select 7f50", "select 5032", "update_binary --offset 0 30080201000400030100",
		"select MF", "select EF.DIR", "update_record 1 " + fmt.Sprintf("%x", []byte(m.Dir.Content)),
	}, commands(body))
	require.Equal(t, []string{
		"select MF", "select 7f50", "verify_adm",
		"select MF", "select 7f50", "select 6432", "update_binary --offset 0 00000000",
	}, commands(activate))
}
