//go:build unix

package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/objects/senmljson"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard/pty"
)

const key = "3x@mpl3P5K53cr3tK3y"

func knownFile(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	file, err := hex.DecodeString(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	return file
}

// modem puts a card's modem on a pseudo-terminal and returns its path.
func modem(t *testing.T, opts ...simcard.Option) (path string, card *simcard.Card) {
	t.Helper()
	card, err := simcard.New(opts...)
	require.NoError(t, err)
	terminal, err := pty.Open(simcard.NewModem(card))
	require.NoError(t, err)
	t.Cleanup(func() { terminal.Close() })
	return terminal.Path(), card
}

// simread runs the program.
func simread(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	status = run(t.Context(), args, &out, &errOut)
	return status, out.String(), errOut.String()
}

func TestReadsASIMAndMasksItsKey(t *testing.T) {
	port, card := modem(t, simcard.BootstrapFile(knownFile(t)))
	status, stdout, stderr := simread(t, "-port", port)
	require.Equal(t, statusRead, status, stderr)
	require.Contains(t, stdout, `"coaps://eu.iot.avsystem.cloud:5684"`)
	require.Contains(t, stdout, "******** (19 bytes, secret)")
	require.NotContains(t, stdout+stderr, key)
	require.Contains(t, stderr, "found: EF 6432")
	require.Contains(t, stderr, "9 AT round trips over AT+CSIM")
	require.Contains(t, stderr, "modem: way=csim")
	require.Empty(t, card.OpenChannels())
}

func TestShowSecretsPrintsTheKey(t *testing.T) {
	port, _ := modem(t, simcard.BootstrapFile(knownFile(t)))
	status, stdout, _ := simread(t, "-port", port, "-show-secrets")
	require.Equal(t, statusRead, status)
	require.Contains(t, stdout, key)
}

func TestTracePrintsCommandsWithoutData(t *testing.T) {
	port, _ := modem(t, simcard.BootstrapFile(knownFile(t)))
	status, _, stderr := simread(t, "-port", port, "-trace")
	require.Equal(t, statusRead, status)
	require.Contains(t, stderr, "MANAGE CHANNEL 00 70 80 01")
	require.NotContains(t, stderr, strings.ToUpper(hex.EncodeToString([]byte(key))))
}

func TestJSONIsSenMLThatReadsBack(t *testing.T) {
	port, _ := modem(t, simcard.BootstrapFile(knownFile(t)))
	status, stdout, _ := simread(t, "-port", port, "-json", "-show-secrets")
	require.Equal(t, statusRead, status)
	tree, _, err := senmljson.Codec{}.Parse([]byte(strings.TrimSpace(stdout)), objects.Path{}, nil)
	require.NoError(t, err)
	account := tree.Accounts()[0]
	require.Equal(t, key, string(account.Security.SecretKey.Bytes()))

	_, stdout, _ = simread(t, "-port", port, "-json")
	require.Contains(t, stdout, `"vs":"[19 bytes]"`)
}

func TestRawWritesTheContentForTheUserAlone(t *testing.T) {
	port, _ := modem(t, simcard.BootstrapFile(knownFile(t)))
	path := filepath.Join(t.TempDir(), "bootstrap.bin")
	require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte{1}, 999), 0o666))
	status, _, _ := simread(t, "-port", port, "-raw", path)
	require.Equal(t, statusRead, status)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, knownFile(t), got)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	status, _, _ = simread(t, "-port", port, "-raw", filepath.Join(path, "no", "such"))
	require.Equal(t, statusError, status)
}

func TestThePINComesFromAFile(t *testing.T) {
	port, card := modem(t, simcard.BootstrapFile(knownFile(t)), simcard.PIN(simcard.PIN1, "2718", 3),
		simcard.ReadCondition(simcard.PIN1, 0x6432))
	pin := func(digits string) string {
		path := filepath.Join(t.TempDir(), "pin")
		require.NoError(t, os.WriteFile(path, []byte(digits), 0o600))
		return path
	}
	status, _, stderr := simread(t, "-port", port)
	require.Equal(t, statusError, status)
	require.Contains(t, stderr, "-pin FILE")

	status, _, stderr = simread(t, "-port", port, "-pin", pin("3141"))
	require.Equal(t, statusError, status)
	require.Contains(t, stderr, "2 tries left")
	require.NotContains(t, stderr, "3141")
	status, _, _ = simread(t, "-port", port, "-pin", filepath.Join(t.TempDir(), "none"))
	require.Equal(t, statusError, status)

	status, _, stderr = simread(t, "-port", port, "-pin", pin("2718\n"), "-iccid")
	require.Equal(t, statusRead, status, stderr)
	require.Contains(t, stderr, "the card asks for PIN1 (01) of card "+simcard.DefaultICCID+", 2 tries left")
	require.Contains(t, stderr, "ICCID: "+simcard.DefaultICCID+", 4 commands")
	left, _ := card.TriesLeft(simcard.PIN1)
	require.Equal(t, 3, left)
}

func TestAReportReplaysWithoutTheSecrets(t *testing.T) {
	port, _ := modem(t, simcard.BootstrapFile(knownFile(t)))
	path := filepath.Join(t.TempDir(), "report")
	status, _, stderr := simread(t, "-port", port, "-report", path)
	require.Equal(t, statusRead, status, stderr)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, secret := range []string{key, "example-psk-identity", "eu.iot.avsystem.cloud"} {
		spaced := strings.TrimSpace(strings.ToUpper(fmt.Sprintf("% x", secret)))
		require.NotContains(t, string(text), spaced)
	}
	session, err := transport.ParseTranscript(bytes.NewReader(text))
	require.NoError(t, err)
	card := transport.Replay(session)
	_, found, err := simboot.Read(t.Context(), card, nil)
	require.NoError(t, err)
	require.Equal(t, 126, found.Size)
	require.NoError(t, card.Close())

	status, _, stderr = simread(t, "-port", port, "-report", path)
	require.Equal(t, statusError, status, "it is there already")
	require.Contains(t, stderr, path)
}

func TestPlacesOnTheCardCanBeNamed(t *testing.T) {
	port, _ := modem(t, simcard.BootstrapFile(knownFile(t)))
	for _, args := range [][]string{
		{"-file-id", "6432"},
		{"-file-id", "3F007F506432"},
		{"-oid", "2.23.43.9.1"},
		{"-oid", "672b0901"},
		{"-aid", "A000000063504B43532D3135"},
		{"-basic"},
		{"-baud", "9600", "-timeout", "20s"},
	} {
		status, stdout, stderr := simread(t, append([]string{"-port", port}, args...)...)
		require.Equal(t, statusRead, status, "%v: %s", args, stderr)
		require.Contains(t, stdout, "eu.iot.avsystem.cloud")
	}
}

func TestNoDataIsStatus3(t *testing.T) {
	port, card := modem(t)
	status, stdout, stderr := simread(t, "-port", port)
	require.Equal(t, statusNoData, status)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "no bootstrap data")
	require.Empty(t, card.OpenChannels())

	port, _ = modem(t, simcard.BootstrapFile(knownFile(t)))
	status, _, _ = simread(t, "-port", port, "-oid", "1.2.3")
	require.Equal(t, statusNoData, status)
}

func TestOtherErrorsAreStatus1WithAdvice(t *testing.T) {
	port, card := modem(t, simcard.BootstrapFile(knownFile(t)))
	card.Remove()
	status, _, stderr := simread(t, "-port", port)
	require.Equal(t, statusError, status)
	require.Contains(t, stderr, "AT+CPIN?")

	port, _ = modem(t, simcard.BootstrapFile(knownFile(t)), simcard.Channels(0))
	status, _, stderr = simread(t, "-port", port)
	require.Equal(t, statusError, status)
	require.Contains(t, stderr, "-basic")

	status, stdout, stderr := simread(t, "-port", port, "-basic")
	require.Equal(t, statusRead, status, stderr)
	require.Contains(t, stdout, "eu.iot.avsystem.cloud")
	require.Contains(t, stderr, "on the basic channel")

	port, _ = modem(t, simcard.BootstrapFile([]byte{0, 1, 0, 6, 0, 0, 0, 0, 2, 0xC1})) // an entry cut short
	status, _, stderr = simread(t, "-port", port)
	require.Equal(t, statusError, status, stderr)
}

func TestWrongOptionsAreToldBeforeAnyPortIsOpened(t *testing.T) {
	for _, args := range [][]string{
		{}, {"-port", "/nowhere"}, {"-port", "x", "-reader", "any"}, {"-reader", "any", "-timeout", "1ns"}, {"-port", "x", "y"}, {"-nope"}, {"-port", "x", "-oid", "7"},
		{"-port", "x", "-file-id", "6"}, {"-port", "x", "-file-id", "zz"}, {"-port", "x", "-aid", "A0"},
	} {
		status, _, stderr := simread(t, args...)
		require.Equal(t, statusError, status, "%v", args)
		require.NotEmpty(t, stderr)
	}
	status, _, stderr := simread(t, "-help")
	require.Equal(t, statusRead, status)
	require.Contains(t, stderr, "-show-secrets")
	require.Empty(t, advise(apdu.ErrWrongFile))
}

func TestSecureChannelNeedsAKeyFileOfTheUserAlone(t *testing.T) {
	enc, mac := bytes.Repeat([]byte{0x11}, 16), bytes.Repeat([]byte{0x22}, 16)
	keys, err := scp03.NewKeys(0x30, enc, mac, nil)
	require.NoError(t, err)
	port, card := modem(t, simcard.BootstrapFile(knownFile(t)), simcard.SecureChannel(keys),
		simcard.ReadCondition(simcard.Secured(scp03.Level33), 0x6432))
	path := filepath.Join(t.TempDir(), "keys")
	write := func(mac []byte, mode os.FileMode) {
		require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, "version 30\nenc %X\nmac %X\n", enc, mac), 0o600))
		require.NoError(t, os.Chmod(path, mode))
	}
	write(mac, 0o640)
	status, _, stderr := simread(t, "-port", port, "-scp03-keys", path)
	require.Equal(t, statusError, status)
	require.Contains(t, stderr, "chmod 600")

	write(mac, 0o600)
	status, stdout, stderr := simread(t, "-port", port, "-scp03-keys", path, "-trace")
	require.Equal(t, statusRead, status, stderr)
	require.Contains(t, stdout, "eu.iot.avsystem.cloud")
	require.Contains(t, stderr, "through SCP03 level 33")
	require.Equal(t, 1, card.Authenticated())

	status, _, _ = simread(t, "-port", port)
	require.Equal(t, statusError, status, "the file demands the channel")

	write(enc, 0o600)
	status, _, stderr = simread(t, "-port", port, "-scp03-keys", path)
	require.Equal(t, statusError, status)
	require.Contains(t, stderr, "are these the keys")
	require.NotContains(t, stderr, fmt.Sprintf("%X", enc))

	require.NoError(t, os.WriteFile(path, []byte("enc 00"), 0o600))
	for _, path := range []string{path, path + "2"} {
		status, _, _ = simread(t, "-port", port, "-scp03-keys", path)
		require.Equal(t, statusError, status)
	}
}
