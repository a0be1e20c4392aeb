//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/examples/internal/faketool"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestMain(m *testing.M) { faketool.Main(m) }

// modem plays a modem with a card: it closes a client's channels when the
// client is released, and takes MANAGE CHANNEL from nobody.
type modem struct {
	card *simcard.Card

	mu      sync.Mutex
	client  bool   // client 3 is allocated
	options string // of the last run
}

func install(t *testing.T, opts ...simcard.Option) *modem {
	t.Helper()
	text, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	file, err := hex.DecodeString(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	card, err := simcard.New(append(opts, simcard.BootstrapFile(file))...)
	require.NoError(t, err)
	m := &modem{card: card}
	faketool.Install(t, "qmicli", func(args []string) faketool.Reply { return m.run(t, args) })
	return m
}

func (m *modem) state() (client bool, options string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.client, m.options
}

func (m *modem) run(t *testing.T, args []string) faketool.Reply {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.options = strings.Join(args[1:], " ")
	action, value, _ := strings.Cut(args[0], "=")
	keep := slices.Contains(args, "--client-no-release-cid")
	if !slices.Contains(args, "--device=/dev/cdc-wdm0") {
		return fail("error: couldn't create QmiDevice: not a QMI device")
	}
	if m.client != slices.Contains(args, "--client-cid=3") {
		return fail("error: couldn't create client for the 'uim' service: CID allocation failed")
	}
	m.client = keep
	said, err := m.act(t, action, strings.Split(value, ","))
	if err != nil {
		return fail(fmt.Sprintf("error: operation failed: QMI protocol error (48): '%v'", err))
	}
	if keep {
		said += "[/dev/cdc-wdm0] Client ID not released:\n\tService: 'uim'\n\t    CID: '3'\n"
	} else {
		m.card.Reset()
	}
	return faketool.Reply{Stdout: said}
}

func (m *modem) act(t *testing.T, action string, value []string) (said string, err error) {
	if action == "--uim-noop" {
		return "", nil
	}
	if value[0] != "1" {
		return "", fmt.Errorf("InvalidArgument")
	}
	transmit := func(capdu string) []byte {
		octets, err := hex.DecodeString(capdu)
		require.NoError(t, err)
		rapdu, err := m.card.Transmit(context.WithoutCancel(t.Context()), octets)
		require.NoError(t, err)
		return rapdu
	}
	switch {
	case action == "--uim-open-logical-channel" && len(value) == 1:
		rapdu := transmit("0070000001")
		if len(rapdu) != 3 {
			return "", fmt.Errorf("InsufficientResources")
		}
		return fmt.Sprintf("Open Logical Channel operation successfully completed: %d\n", rapdu[0]), nil
	case action == "--uim-close-logical-channel" && len(value) == 2:
		transmit("007080" + fmt.Sprintf("%02s", value[1]))
		return "Close Logical Channel operation successfully completed\n", nil
	case action == "--uim-send-apdu" && len(value) == 3 && value[2][:4] != "0070" && value[2][:2] == fmt.Sprintf("%02s", value[1]):
		rapdu := strings.ReplaceAll(fmt.Sprintf("% X", transmit(value[2])), " ", ":")
		return "Send APDU operation successfully completed: " + rapdu + "\n", nil
	}
	return "", fmt.Errorf("InvalidArgument")
}

func fail(stderr string) faketool.Reply { return faketool.Reply{Stderr: stderr + "\n", Status: 1} }

func card() *qmicli { return &qmicli{device: "/dev/cdc-wdm0", slot: 1} }

func TestBootstrapsThroughQMI(t *testing.T) {
	m := install(t)
	var closed atomic.Bool
	m.card.Observe(func(cmd apdu.Command, _ apdu.SW) {
		if cmd.INS == apdu.INSManageChannel && cmd.P1 == 0x80 {
			closed.Store(true)
		}
	})
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), card(), &out))
	require.Contains(t, out.String(), "coaps://eu.iot.avsystem.cloud:5684")
	require.NotContains(t, out.String(), hex.EncodeToString([]byte("example-psk")))
	require.True(t, closed.Load())
	client, options := m.state()
	require.False(t, client, "a client is left")
	require.Contains(t, options, "--device-open-proxy")

	direct := card()
	direct.direct = true
	require.NoError(t, run(t.Context(), direct, &out))
	_, options = m.state()
	require.NotContains(t, options, "--device-open-proxy")
}

func TestAFailureLeavesNoClient(t *testing.T) {
	m := install(t, simcard.Channels(0))
	require.ErrorIs(t, run(t.Context(), card(), new(bytes.Buffer)), apdu.ErrNoChannel)
	client, _ := m.state()
	require.False(t, client)

	other := card()
	other.slot = 2
	require.ErrorIs(t, run(t.Context(), other, new(bytes.Buffer)), apdu.ErrRefused)
	client, _ = m.state()
	require.False(t, client)

	other.device = "/dev/null"
	require.ErrorContains(t, run(t.Context(), other, new(bytes.Buffer)), "QMI device")
}

// prints installs a tool that prints this, whatever it is asked.
func prints(t *testing.T, stdout string) {
	faketool.Install(t, "qmicli", func([]string) faketool.Reply { return faketool.Reply{Stdout: stdout} })
}

func TestWhatIsPrintedIsParsedStrictly(t *testing.T) {
	read := []byte{0x01, 0xB0, 0x00, 0x00, 0x10}
	opening := []byte{0x00, 0x70, 0x00, 0x00, 0x01}
	for _, tt := range []struct {
		name, stdout string
		capdu        []byte
		want         []byte // nil: an error
	}{
		{"status word", apduSent + "6A:82\n", read, []byte{0x6A, 0x82}},
		{"data, then the client", apduSent + "01:9F:90:00\n[/dev/cdc-wdm0] Client ID not released:\n\tService: 'uim'\n\t    CID: '3'\n", read, []byte{0x01, 0x9F, 0x90, 0x00}},
		{"nothing", "", read, nil},
		{"no answer", apduSent + "\n", read, nil},
		{"one byte", apduSent + "90\n", read, nil},
		{"half a byte", apduSent + "90:0\n", read, nil},
		{"no hex", apduSent + "90:0G\n", read, nil},
		{"another answer", channelOpened + "9000\n", read, nil},
		{"number", channelOpened + "3\n", opening, []byte{3, 0x90, 0x00}},
		{"no number", channelOpened + "\n", opening, nil},
		{"a number beyond a byte", channelOpened + "256\n", opening, nil},
		{"closed", channelClosed + "\n", []byte{0x00, 0x70, 0x80, 0x03}, []byte{0x90, 0x00}},
		{"no command", apduSent + "90:00\n", []byte{0x00}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			prints(t, tt.stdout)
			got, err := card().Transmit(t.Context(), tt.capdu)
			if tt.want == nil {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
	for _, stdout := range []string{"", "\t    CID: ''\n", "\t    CID: '256'\n"} {
		prints(t, stdout)
		require.Error(t, card().open(t.Context()), "%q", stdout)
	}
}

func TestTheContextsEndEndsTheCommand(t *testing.T) {
	asked, end := make(chan struct{}), make(chan struct{})
	faketool.Install(t, "qmicli", func([]string) faketool.Reply {
		close(asked)
		<-end
		return faketool.Reply{}
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	_, err := card().Transmit(ctx, []byte{0x01, 0xB0, 0x00, 0x00, 0x10})
	close(end)
	require.ErrorIs(t, err, context.Canceled)
}

func TestErrorsTellWhatToDoWithoutTheCommand(t *testing.T) {
	faketool.Install(t, "qmicli", func(args []string) faketool.Reply { return fail("Unknown option " + args[0]) })
	verify := []byte{0x01, 0x20, 0x00, 0x81, 0x08, '1', '2', '3', '4', 0xFF, 0xFF, 0xFF, 0xFF}
	_, err := card().Transmit(t.Context(), verify)
	require.ErrorContains(t, err, "1.36")
	require.NotContains(t, err.Error(), "31323334")

	t.Setenv("PATH", t.TempDir())
	_, err = card().Transmit(t.Context(), verify)
	require.ErrorContains(t, err, "installed")
	require.NotContains(t, err.Error(), "31323334")
}
