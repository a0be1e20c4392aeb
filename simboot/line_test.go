package simboot_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// line is a serial line in simulated time: each octet takes its time, and each
// command some more.
type line struct {
	io.ReadWriteCloser
	octet, command time.Duration
}

func (l line) Write(p []byte) (int, error) {
	time.Sleep(time.Duration(len(p))*l.octet + l.command)
	return l.ReadWriteCloser.Write(p)
}

func (l line) Read(p []byte) (int, error) {
	n, err := l.ReadWriteCloser.Read(p)
	time.Sleep(time.Duration(n) * l.octet)
	return n, err
}

// baud is a UART of ten bits an octet.
func baud(rate int) line { return line{octet: 10 * time.Second / time.Duration(rate)} }

// askingForFCPs is how most readers of a card work: every SELECT asks for the
// FCP, and the answer is fetched by GET RESPONSE.
func askingForFCPs(ctx context.Context, card apdu.CardTransport) error {
	ch, err := apdu.OpenChannel(ctx, card)
	if err != nil {
		return err
	}
	defer ch.Close(ctx)
	if _, err := ch.AppFCP(ctx, apdu.AIDPKCS15); err != nil {
		return err
	}
	for _, fid := range []apdu.FID{pkcs15.FIDODF, pkcs15.FIDDODF, pkcs15.FIDBootstrap} {
		fcp, err := ch.FileFCP(ctx, apdu.Path{fid})
		if err != nil {
			return err
		}
		for offset := 0; offset < fcp.Size; offset += 256 {
			resp, err := ch.Transmit(ctx, apdu.ReadBinary(offset, min(256, fcp.Size-offset)))
			if err != nil || resp.SW != apdu.SWOK {
				return err
			}
		}
	}
	return nil
}

// TestTimeOnALine shows what round trips cost: of a file of 126 and of 1000
// octets, and of a Check when nothing changed.
func TestTimeOnALine(t *testing.T) {
	ours := func(ctx context.Context, card apdu.CardTransport) error {
		_, _, err := simboot.Read(ctx, card, nil)
		return err
	}
	for _, size := range []int{126, 1000} {
		file := fileOf(t, size)
		reads := (size + 255) / 256
		store := holding(t, file)
		unchanged := func(ctx context.Context, card apdu.CardTransport) error {
			_, err := simboot.Check(ctx, card, store, nil)
			return err
		}
		for _, l := range []struct {
			name string
			line line
		}{
			{"9600 baud", baud(9600)},
			{"115200 baud", baud(115200)},
			{"USB, 2 ms", line{command: 2 * time.Millisecond}},
			{"a slow modem, 66 ms", line{command: 66 * time.Millisecond}},
		} {
			var took [3]time.Duration
			for i, way := range []struct {
				trips int
				run   func(context.Context, apdu.CardTransport) error
			}{{12 + reads, askingForFCPs}, {8 + reads, ours}, {4 + reads, unchanged}} {
				synctest.Test(t, func(t *testing.T) {
					card := newCard(t, simcard.T0, simcard.BootstrapFile(file), simcard.BootstrapFileSize(size))
					wire := l.line
					wire.ReadWriteCloser = simcard.NewModem(card, simcard.HandsOver61())
					modem := csim.NewModem(wire, nil)
					defer modem.Close()
					require.NoError(t, modem.Init(t.Context()))
					start := time.Now()
					require.NoError(t, way.run(t.Context(), csim.New(modem)))
					took[i] = time.Since(start)
					require.Equal(t, way.trips, modem.Stats().RoundTrips)
				})
			}
			t.Logf("%4d octets, %-19s  FCPs and GET RESPONSE %2d trips %7.1f ms, ours %2d trips %7.1f ms, unchanged %2d trips %7.1f ms",
				size, l.name, 12+reads, ms(took[0]), 8+reads, ms(took[1]), 4+reads, ms(took[2]))
			require.Less(t, took[1], took[0])
			require.Less(t, took[2], took[1])
		}
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
