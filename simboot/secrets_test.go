package simboot_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// key126 is the key in the known good file.
const key126 = "3x@mpl3P5K53cr3tK3y"

// requireNoKey tells that text does not hold the key, in any of the forms in
// which octets are printed.
func requireNoKey(t *testing.T, text string) {
	t.Helper()
	key := []byte(key126)
	for _, form := range []string{
		key126,
		hex.EncodeToString(key),
		strings.Trim(fmt.Sprint(key), "[]"), // 51 120 64
		strings.Trim(fmt.Sprintf("%#v", key), "[]byte{}")[:20],     // 0x33, 0x78
		fmt.Sprintf("% x", key),                                    // 33 78 40
		base64.StdEncoding.EncodeToString(key)[:20],                // on its own
		base64.StdEncoding.EncodeToString(file126(t))[40:70],       // within the file
		strings.ReplaceAll(fmt.Sprint(file126(t)), " ", ",")[9:40], // the file as JSON numbers
	} {
		require.NotContains(t, strings.ToLower(text), strings.ToLower(form))
	}
}

// verbs print v in every way that a log may.
func verbs(t *testing.T, v any) string {
	t.Helper()
	text := ""
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		text += fmt.Sprintf(verb, v) + "\n"
	}
	return text
}

// secretCards hold the key in every place where it may stand.
func secretCards(t *testing.T) map[string]*simcard.Card {
	file := file126(t)
	return map[string]*simcard.Card{
		"file":          newCard126(t),
		"direct":        dodfCard(t, directEntry(t, file)),
		"in place":      newCard126(t, simcard.ObjectsInPlace, simcard.DirectContent),
		"label":         newCard126(t, simcard.RefuseAID),
		"file cut":      fileCard(t, file[:120]),
		"direct cut":    dodfCard(t, directEntry(t, file[:120])),
		"broken TLV":    fileCard(t, append([]byte{0, 3}, file[2:]...)),
		"broken direct": dodfCard(t, directEntry(t, append([]byte{0, 3}, file[2:]...))),
		"no such file":  dodfCard(t, lwm2mEntry(t, ref(fidNone))),
		"part too short": dodfCard(t, lwm2mEntry(t,
			apdu.FileRef{Path: fids(fidFile), Offset: 0, Length: 100})),
	}
}

func TestNothingPrintsAKey(t *testing.T) {
	for name, card := range secretCards(t) {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			options := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
			for _, h := range []slog.Handler{slog.NewTextHandler(&log, options), slog.NewJSONHandler(&log, options)} {
				var store bootstrapper.MemStore
				cfg := &simboot.Config{Logger: slog.New(h)}
				content, found, err := simboot.Read(t.Context(), card, cfg)
				requireNoKey(t, verbs(t, content)+verbs(t, found)+verbs(t, &found)+fmt.Sprint(err))
				stream, err := simboot.Open(t.Context(), card, cfg)
				if err == nil {
					requireNoKey(t, verbs(t, stream))
				}
				res, err := simboot.Bootstrap(t.Context(), card, &store, cfg)
				requireNoKey(t, verbs(t, res)+verbs(t, &res)+verbs(t, res.Found)+verbs(t, err)+fmt.Sprint(err))
				if text, err := json.Marshal(found); err == nil {
					requireNoKey(t, string(text))
				}
			}
			require.NotZero(t, log.Len())
			requireNoKey(t, log.String())
		})
	}
}

// logged are the messages of a search, each with its level.
func logged(t *testing.T, card *simcard.Card, cfg simboot.Config) (messages []string) {
	t.Helper()
	var log bytes.Buffer
	cfg.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	_, _, _ = simboot.Read(t.Context(), card, &cfg)
	for line := range strings.Lines(log.String()) {
		var record struct{ Level, Msg string }
		require.NoError(t, json.Unmarshal([]byte(line), &record))
		messages = append(messages, record.Level+" "+record.Msg)
	}
	return messages
}

func TestEachStepIsLogged(t *testing.T) {
	require.Equal(t, []string{
		"DEBUG logical channel opened",
		"DEBUG application found",
		"DEBUG entry found",
		"DEBUG bootstrap file read",
	}, logged(t, newCard126(t), simboot.Config{}))

	require.Equal(t, []string{
		"WARN no logical channel, using the basic one",
		"DEBUG no such application, looking into EF(DIR)",
		"DEBUG application found",
		"DEBUG entry found",
		"DEBUG the entry is empty",
		"DEBUG entry found",
		"DEBUG bootstrap file read",
	}, logged(t, newCard126(t, simcard.Channels(0), simcard.RefusePartialAID, simcard.AIDAppended, simcard.FirstFileErased),
		simboot.Config{Channel: simboot.LogicalOrBasic}))

	require.Equal(t, []string{
		"DEBUG logical channel opened",
		"DEBUG application found",
		"WARN directory or entry passed over",
		"DEBUG entry found",
		"WARN the entry's file is not there",
	}, logged(t, twoFiles(t, unhex(t, "A1 0E 30 00 30 00 A1 08 30 06 06 04 67 2B 09 01"), lwm2mEntry(t, ref(fidNone))), simboot.Config{}))
}

func TestChannelThatMayHaveStayedOpenIsLogged(t *testing.T) {
	card := newCard126(t)
	card.Before(func(n int, _ apdu.Command) {
		if n == commandsBesideReads+1 {
			card.Remove()
		}
	})
	messages := logged(t, card, simboot.Config{})
	require.Equal(t, "WARN the channel may have stayed open", messages[len(messages)-1])
}

func TestLoggerOfApplyIsItsOwn(t *testing.T) {
	var reading, applying bytes.Buffer
	level := &slog.HandlerOptions{Level: slog.LevelDebug}
	own := slog.New(slog.NewTextHandler(&applying, level))
	cfg := &simboot.Config{Logger: slog.New(slog.NewTextHandler(&reading, level))}
	var store bootstrapper.MemStore

	_, err := simboot.Bootstrap(t.Context(), newCard126(t), &store, cfg)
	require.NoError(t, err)
	require.Contains(t, reading.String(), "bootstrap data applied", "without its own it has ours")

	reading.Reset()
	cfg.Apply = &bootstrapper.Options{Logger: own, Force: true}
	_, err = simboot.Bootstrap(t.Context(), newCard126(t), &store, cfg)
	require.NoError(t, err)
	require.NotContains(t, reading.String(), "bootstrap data")
	require.Contains(t, applying.String(), "bootstrap data applied")
}

func TestFoundIsOneLine(t *testing.T) {
	for _, tt := range []struct {
		card *simcard.Card
		cfg  simboot.Config
		want string
	}{
		{newCard126(t), simboot.Config{}, "EF 6432 of A000000063504B43532D3135 by AID, channel 1, 126 bytes, 9 commands"},
		{newCard126(t), simboot.Config{File: fids(0x3F00, 0x7F50, 0x6432)}, "EF 3F00/7F50/6432 by configured file, channel 1, 126 bytes, 4 commands"},
		{newCard126(t), simboot.Config{Search: simboot.DirFirst, Channel: simboot.BasicOnly}, "EF 6432 of A000000063504B43532D3135 by EF(DIR), channel 0, 126 bytes, "},
		{newCard126(t, simcard.RefuseAID), simboot.Config{}, "EF 6432 of A000000063504B43532D3135 by path, channel 1, 126 bytes, "},
		{newCard126(t, simcard.IndexAndLength), simboot.Config{}, "EF 6432[32+126] of "},
		{newCard126(t, simcard.DirectContent), simboot.Config{}, "directory 6430 of A000000063504B43532D3135 by AID, channel 1, 126 bytes, 7 commands"},
		{newCard126(t, simcard.AccessRulesOnly), simboot.Config{}, "no file of A000000063504B43532D3135 by AID, channel 1, 0 bytes, 7 commands"},
		{newCard(t), simboot.Config{}, "no file by none, channel 1, 0 bytes, 8 commands"},
	} {
		_, found, _ := simboot.Read(t.Context(), tt.card, &tt.cfg)
		require.Contains(t, found.String(), tt.want)
		require.NotContains(t, found.String(), "\n")
	}
}

func TestWayHasWords(t *testing.T) {
	seen := map[string]bool{}
	for w := range simboot.ByFile + 1 {
		require.NotEmpty(t, w.String())
		require.False(t, seen[w.String()])
		seen[w.String()] = true
	}
	require.Equal(t, "none", simboot.Way(0).String())
	require.Equal(t, "none", simboot.Way(99).String())
}
