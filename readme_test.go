package lwm2mboot_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/serialport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// The bodies of these functions hold the code of README.md, to the letter.

func readmeFirmware(ctx context.Context) error {
	store, err := bootstrapper.OpenFileStore("/var/lib/device/lwm2m")
	if err != nil {
		return err
	}
	defer store.Close()
	port, err := serialport.Open("/dev/ttyUSB2", nil)
	if err != nil {
		return err
	}
	modem := csim.NewModem(port, nil)
	defer modem.Close()

	// At the start, and before each Register and Update.
	result, err := simboot.Check(ctx, csim.NewAccess(modem, nil), store, nil)
	if err != nil {
		return err // a fault: nothing has changed
	}
	fmt.Println("the card is", result.Change, result.Problem)
	state, err := store.Load(ctx)
	if err != nil {
		return err
	}
	for _, account := range state.Tree().Accounts() {
		fmt.Println("register with", account.Security.URI, "for", account.Server.Lifetime.Duration())
	}
	return nil
}

func readmeSimcard(ctx context.Context, file []byte, store bootstrapper.Store) error {
	card, err := simcard.New(simcard.BootstrapFile(file))
	if err != nil {
		return err
	}
	modem := csim.NewModem(simcard.NewModem(card), nil)
	result, err := simboot.Bootstrap(ctx, csim.NewAccess(modem, nil), store, nil)
	if err == nil && len(result.Accounts()) != 1 {
		err = errors.New("no account")
	}
	return errors.Join(err, modem.Close())
}

func readmeFile(key []byte) (out []byte, failure error) {
	failure = func() error {
		var tree objects.Tree
		tree.Put(objects.ObjectSecurity, objects.Security{
			URI:           "coaps://lwm2m.example.com:5684",
			Mode:          objects.ModePSK,
			Identity:      []byte("device-17"),
			SecretKey:     objects.NewSecret(key),
			ShortServerID: 1,
		}.Instance(0))
		tree.Put(objects.ObjectServer, objects.Server{
			ShortServerID: 1, Lifetime: 86400, Binding: "U", NotificationStoring: objects.Some(true),
		}.Instance(0))
		if err := tree.Validate(nil).Err(); err != nil {
			return err
		}
		content, err := tree.Encode()
		if err != nil {
			return err
		}
		file, err := tlv.AppendFile(nil, content) // EF(LwM2M_Bootstrap)
		out = file
		return err
	}()
	return out, failure
}

func TestReadmeCodeIsTheCodeTested(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	tested, err := os.ReadFile("readme_test.go")
	require.NoError(t, err)
	blocks := strings.Split(string(readme), "```go\n")[1:]
	require.Len(t, blocks, 3)
	for _, block := range blocks {
		code, _, _ := strings.Cut(block, "```")
		require.Contains(t, unindented(string(tested)), unindented(code))
	}
}

func unindented(code string) string {
	lines := strings.Split(code, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}

func TestReadmeFileBootstrapsTheReadmeCard(t *testing.T) {
	file, err := readmeFile([]byte("0123456789ABCDEF"))
	require.NoError(t, err)
	require.NoError(t, readmeSimcard(t.Context(), file, new(bootstrapper.MemStore)))
}

func TestReadmeFirmwareTellsThatThereIsNoDirectory(t *testing.T) {
	if _, err := os.Stat("/var/lib/device"); err == nil {
		return // somebody's device: not ours to use
	}
	err := readmeFirmware(t.Context())
	require.True(t, errors.Is(err, os.ErrNotExist) || errors.Is(err, errors.ErrUnsupported), err)
}
