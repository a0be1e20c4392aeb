package simboot_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// tape is a session over a serial line: what the modem said to each line.
type tape struct {
	mu    sync.Mutex
	lines []string
	said  [][]byte
}

// taping is a modem whose words are taped.
type taping struct {
	io.ReadWriteCloser
	tape
}

func (m *taping) Write(p []byte) (int, error) {
	m.mu.Lock()
	m.lines, m.said = append(m.lines, string(p)), append(m.said, nil)
	m.mu.Unlock()
	return m.ReadWriteCloser.Write(p)
}

func (m *taping) Read(p []byte) (int, error) {
	n, err := m.ReadWriteCloser.Read(p)
	m.mu.Lock()
	defer m.mu.Unlock()
	if last := len(m.said) - 1; last >= 0 {
		m.said[last] = append(m.said[last], p[:n]...)
	}
	return n, err
}

// playing is a modem that says what is on a tape, and allocates nothing. Behind
// the last line it begins again with the first AT+CSIM.
type playing struct {
	tape *tape
	next int
	out  chan []byte
}

func (m *playing) Write(p []byte) (int, error) {
	if m.next == len(m.tape.lines) {
		for m.next = 0; !strings.HasPrefix(m.tape.lines[m.next], "AT+CSIM"); {
			m.next++
		}
	}
	if string(p) != m.tape.lines[m.next] {
		return 0, fmt.Errorf("line %d is not that of the tape", m.next)
	}
	m.out <- m.tape.said[m.next]
	m.next++
	return len(p), nil
}

func (m *playing) Read(p []byte) (int, error) {
	said, ok := <-m.out
	if !ok {
		return 0, io.EOF
	}
	return copy(p, said), nil
}

func (m *playing) Close() error {
	close(m.out)
	return nil
}

// TestMemoryOfABootstrapOverASerialLine has the line reader and the
// resynchronisation in it too.
func TestMemoryOfABootstrapOverASerialLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const runs = 20
		m := &taping{ReadWriteCloser: simcard.NewModem(newCard(t, simcard.BootstrapFile(fileOf(t, 32<<10))))}
		modem := csim.NewModem(m, nil)
		_, _, err := simboot.Read(t.Context(), csim.New(modem), nil)
		require.NoError(t, err)
		m.mu.Lock()
		recorded := &tape{lines: slices.Clone(m.lines), said: slices.Clone(m.said)} // without what Close puts back
		m.mu.Unlock()
		require.NoError(t, modem.Close())

		ctx, cancel := context.WithTimeout(t.Context(), time.Hour) // else there is one for each command
		defer cancel()
		modem = csim.NewModem(&playing{tape: recorded, out: make(chan []byte, 1)}, nil)
		defer modem.Close()
		wire := csim.New(modem)
		bench(ctx, t, wire) // sets the modem up
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range runs {
			bench(ctx, t, wire)
		}
		runtime.ReadMemStats(&after)
		require.LessOrEqual(t, int(after.TotalAlloc-before.TotalAlloc)/runs, 256<<10+instrumentation)
		t.Logf("%d bytes", int(after.TotalAlloc-before.TotalAlloc)/runs)
	})
}
