package csim_test

import (
	"context"
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// logger is a Modem whose command lines are written down.
type logger struct {
	*csim.Modem
	lines []string
}

func (l *logger) Command(ctx context.Context, line string) ([]string, error) {
	l.lines = append(l.lines, line)
	return l.Modem.Command(ctx, line)
}

// count counts the lines that begin so.
func (l *logger) count(prefix string) (n int) {
	for _, line := range l.lines {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

// reading is a bootstrap file read over a simulated modem.
type outcome struct {
	*logger
	access *csim.Access
	found  simboot.Found
	got    []byte
	err    error
}

func file126(t testing.TB) []byte {
	text, err := os.ReadFile("../../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	require.NoError(t, err)
	return b
}

// visit is what a test reads, over which modem, by which ways.
type visit struct {
	config *csim.AccessConfig
	search simboot.Config
	modem  []simcard.ModemOption
	card   []simcard.Option
	times  int // 0 is once
}

// read reads the file; then look is called. Whatever came, it is the file or an
// error.
func (v visit) read(t *testing.T, look func(t *testing.T, o outcome)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		file := file126(t)
		card, err := simcard.New(append([]simcard.Option{simcard.BootstrapFile(file)}, v.card...)...)
		require.NoError(t, err)
		modem := csim.NewModem(simcard.NewModem(card, v.modem...), nil)
		defer modem.Close()
		o := outcome{logger: &logger{Modem: modem}}
		o.access = csim.NewAccess(o.logger, v.config)
		for range max(1, v.times) {
			o.lines = nil
			o.got, o.found, o.err = simboot.Read(t.Context(), o.access, &v.search)
			if o.err == nil {
				require.Equal(t, file, o.got)
			}
		}
		look(t, o)
	})
}

// works reads the file, which must succeed.
func (v visit) works(t *testing.T, look func(t *testing.T, o outcome)) {
	t.Helper()
	v.read(t, func(t *testing.T, o outcome) {
		require.NoError(t, o.err)
		require.NoError(t, o.found.CloseErr)
		look(t, o)
	})
}
