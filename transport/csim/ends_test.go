package csim_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func TestAnswerAndTheEndOfTheContextAtOnceIsAnAnswer(t *testing.T) {
	var cancel context.CancelFunc
	config := &csim.Config{OnURC: func(string) {
		cancel()
		time.Sleep(time.Second) // so that the command sees it before its answer
	}}
	play(t, config, then(setUp, on(openLine, "019000\rOK\r+CREG: 1\r")), func(t *testing.T, _ *wire, m *csim.Modem) {
		var ctx context.Context
		ctx, cancel = context.WithCancel(t.Context())
		lines, err := m.Command(ctx, openLine)
		require.NoError(t, err)
		require.Equal(t, []string{"019000"}, lines)
		time.Sleep(2 * time.Second)
	})
}

func TestCommandsTakeTurns(t *testing.T) {
	scenes := setUp
	for range 5 {
		scenes = then(scenes, on(openLine, time.Second, "\r\n+CSIM: 6,\"019000\"\r\n"+ok))
	}
	play(t, nil, scenes, func(t *testing.T, _ *wire, m *csim.Modem) {
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if _, err := m.Command(t.Context(), openLine); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := m.Command(ctx, openLine)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		all.Wait()
	})
}

func TestCommandWithoutDeadlineEndsAfterTheTimeout(t *testing.T) {
	for _, tt := range []struct {
		config *csim.Config
		want   time.Duration
	}{
		{nil, csim.DefaultTimeout},
		{&csim.Config{Timeout: 3 * time.Second}, 3 * time.Second},
	} {
		play(t, tt.config, then(setUp, on(openLine)), func(t *testing.T, _ *wire, m *csim.Modem) {
			require.NoError(t, m.Init(t.Context()))
			start := time.Now()
			_, err := m.Command(t.Context(), openLine)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.ErrorContains(t, err, "csim: AT+CSIM: ")
			require.NotContains(t, err.Error(), "0070")
			require.Equal(t, tt.want, time.Since(start))
		})
	}
}

func TestCommandEndsAtOnceWithItsContext(t *testing.T) {
	play(t, nil, then(setUp, on(openLine)), func(t *testing.T, _ *wire, m *csim.Modem) {
		require.NoError(t, m.Init(t.Context()))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, err := m.Command(ctx, openLine)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, time.Second, time.Since(start))
		_, err = m.Command(ctx, openLine)
		require.ErrorIs(t, err, context.Canceled, "and nothing is sent")
	})
}

func TestWriteThatHangsEndsWithTheContextAndHoldsUpTheNext(t *testing.T) {
	play(t, nil, setUp, func(t *testing.T, w *wire, m *csim.Modem) {
		w.stuck = make(chan struct{})
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), short)
			require.ErrorIs(t, m.Init(ctx), apdu.ErrLostStep)
			cancel()
		}
		close(w.stuck) // the one probe goes out now
		synctest.Wait()
		require.NoError(t, m.Init(t.Context()))
	})
}

func TestModemThatIsGoneIsAnError(t *testing.T) {
	cause := errors.New("unplugged")
	for _, tt := range []struct {
		name string
		end  func(w *wire)
	}{
		{"read", func(w *wire) { w.hangUp(cause) }},
		{"write", func(w *wire) { w.broken = cause }},
	} {
		play(t, nil, setUp, func(t *testing.T, w *wire, m *csim.Modem) {
			require.NoError(t, m.Init(t.Context()))
			tt.end(w)
			synctest.Wait()
			for range 2 {
				_, err := m.Command(t.Context(), openLine)
				require.ErrorIs(t, err, csim.ErrGone, tt.name)
				require.ErrorIs(t, err, cause)
			}
			_, err := m.Resync(t.Context())
			require.ErrorIs(t, err, csim.ErrGone)
		})
	}
}

func TestShortWriteIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := csim.NewModem(shortWriter{newWire()}, nil)
		require.ErrorIs(t, m.Init(t.Context()), io.ErrShortWrite)
		require.NoError(t, m.Close())
	})
}

type shortWriter struct{ *wire }

func (shortWriter) Write(b []byte) (int, error) { return len(b) - 1, nil }

type lazy struct{ *wire }

func (l lazy) Read(b []byte) (int, error) {
	time.Sleep(100 * time.Millisecond)
	l.mu.Lock()
	n := copy(b, l.toUs)
	l.toUs = l.toUs[n:]
	l.mu.Unlock()
	return n, nil
}

func TestReadWithoutDataIsNoEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		m := csim.NewModem(lazy{w}, nil)
		go w.perform(t, setUp)
		require.NoError(t, m.Init(t.Context()))
		require.NoError(t, m.Close())
		time.Sleep(time.Second) // the goroutine that reads must be gone by then
	})
}

func TestEndOfStreamEndsACommand(t *testing.T) {
	play(t, nil, then(setUp, on(openLine)), func(t *testing.T, w *wire, m *csim.Modem) {
		time.AfterFunc(time.Second, func() { w.hangUp(io.EOF) })
		_, err := m.Command(t.Context(), openLine)
		require.ErrorIs(t, err, csim.ErrGone)
		require.ErrorIs(t, err, io.EOF)
	})
}

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	for _, tt := range []struct {
		name   string
		scenes []scene
		stuck  bool
	}{
		{"waiting for an answer", then(setUp, on(openLine)), false},
		{"waiting for silence", setUp[:1], false},
		{"writing", nil, true},
	} {
		play(t, nil, tt.scenes, func(t *testing.T, w *wire, m *csim.Modem) {
			if tt.stuck {
				w.stuck = make(chan struct{})
			}
			ended := make(chan error, 2)
			for range cap(ended) {
				go func() {
					_, err := m.Command(t.Context(), openLine)
					ended <- err
				}()
			}
			synctest.Wait()
			if strings.HasPrefix(tt.name, "waiting for an") {
				time.Sleep(csim.QuietTime) // of the set-up
				synctest.Wait()
			}
			require.NoError(t, m.Close())
			require.NoError(t, m.Close())
			for range cap(ended) {
				require.ErrorIs(t, <-ended, os.ErrClosed, tt.name)
			}
			if tt.stuck {
				close(w.stuck)
			}
			_, err := m.Command(t.Context(), openLine)
			require.ErrorIs(t, err, os.ErrClosed)
		})
	}
}

func TestCallbackMayClose(t *testing.T) {
	var m *csim.Modem
	config := &csim.Config{OnURC: func(string) { _ = m.Close() }}
	play(t, config, then(setUp, on(openLine, "\r\n+CREG: 0\r\n")), func(t *testing.T, _ *wire, modem *csim.Modem) {
		m = modem
		_, err := m.Command(t.Context(), openLine)
		require.ErrorIs(t, err, os.ErrClosed)
	})
}
