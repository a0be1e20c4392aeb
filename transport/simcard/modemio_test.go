package simcard_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestSendIsHeardAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t))
		h.modem.Send("\r\nRDY\r\n")
		if got := h.listen(); got != "\r\nRDY\r\n" {
			t.Errorf("%q", got)
		}
	})
}

func TestReadReturnsPartsOfAChunk(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := simcard.NewModem(newCard(t), simcard.NoEcho())
		defer m.Close()
		m.Send("abc")
		m.Send("d")
		var got []string
		for _, size := range []int{2, 0, 2, 2} {
			buf := make([]byte, size)
			n, err := m.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(buf[:n]))
		}
		if s := strings.Join(got, "|"); s != "ab||c|d" {
			t.Error(s)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	bubble(t, func(t *testing.T) {
		stuck := apdu.TransportFunc(func(ctx context.Context, _ []byte) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		m := simcard.NewModem(stuck, simcard.Filtered(simcard.Delay(time.Hour)))
		ends := make(chan error, 4)
		for range 2 { // the second waits for the first
			go func() {
				_, err := io.Copy(io.Discard, m)
				ends <- err
			}()
			go func() {
				var err error
				for err == nil {
					_, err = m.Write([]byte("AT+CSIM=10,\"00B0000000\"\r"))
				}
				ends <- err
			}()
		}
		synctest.Wait()
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		var errs []error
		for range 4 {
			errs = append(errs, <-ends)
		}
		closed := 0
		for _, err := range errs {
			if errors.Is(err, io.ErrClosedPipe) {
				closed++
			} else if err != nil {
				t.Error(err)
			}
		}
		if closed != 2 {
			t.Error(errs)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		if n, err := m.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Error(n, err)
		}
		if n, err := m.Write([]byte("AT\r")); n != 0 || !errors.Is(err, io.ErrClosedPipe) {
			t.Error(n, err)
		}
		m.Send("late")
	})
}

// An answer that is held back never comes once the modem is closed.
func TestCloseEndsAPause(t *testing.T) {
	bubble(t, func(t *testing.T) {
		h := newHost(t, newCard(t), simcard.Filtered(simcard.Delay(time.Hour)))
		h.expect("AT\r", "AT\r")
		h.modem.Close()
		synctest.Wait()
		if d := time.Since(h.start); d != 0 {
			t.Errorf("it took %v", d)
		}
		time.Sleep(2 * time.Hour)
		if got := h.listen(); got != "" {
			t.Errorf("%q", got)
		}
	})
}

// A host that does not read makes the modem wait, and closing it ends that.
func TestModemWaitsForAHostThatDoesNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := simcard.NewModem(newCard(t))
		written := 0
		end := make(chan error)
		go func() {
			for {
				n, err := m.Write([]byte("AT\r"))
				written += n
				if err != nil {
					end <- err
					return
				}
			}
		}()
		synctest.Wait()
		lines := written / 3
		if lines < 16 || lines > 100 {
			t.Errorf("%d lines were taken", lines)
		}
		m.Close()
		if err := <-end; !errors.Is(err, io.ErrClosedPipe) {
			t.Error(err)
		}
	})
}
