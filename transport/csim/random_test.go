package csim_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

const perModem = 250 // commands of AT+CSIM

// fickle is a modem that keeps to its two promises (see csim.Modem), and to
// nothing else: it is late, swallows commands and lines, sends lines twice, in
// pieces, half or mixed with others, restarts. Its card answers a command with
// the serial number in the command's data.
type fickle struct {
	*wire
	rnd     *rand.Rand
	echo    bool
	stupid  bool          // does not know the probes
	slow    time.Duration // what each answer takes at least
	refused sync.Map
}

func (f *fickle) chance(percent int) bool { return f.rnd.IntN(100) < percent }

func (f *fickle) pause(limit time.Duration) { time.Sleep(time.Duration(f.rnd.Int64N(int64(limit)))) }

func (f *fickle) run() {
	for line, ok := f.next(); ok; line, ok = f.next() {
		switch {
		case f.rnd.IntN(400) == 0:
			f.restart()
			continue
		case f.chance(3):
			continue
		}
		if f.echo {
			f.pieces(line + "\r")
		}
		time.Sleep(f.slow)
		switch roll := f.rnd.IntN(100); {
		case roll < 80:
			f.pause(100 * time.Millisecond)
		case roll < 95:
			f.pause(3 * time.Second)
		default:
			f.pause(20 * time.Second)
		}
		if f.chance(3) {
			continue
		}
		for _, answer := range f.answer(line) {
			f.sendLine(answer)
		}
	}
}

func (f *fickle) restart() {
	f.mu.Lock()
	f.lines = nil
	f.mu.Unlock()
	f.pause(5 * time.Second)
	f.echo = true
	f.sendLine("RDY")
}

// answer is what the modem answers to a line.
func (f *fickle) answer(line string) []string {
	digits, isCSIM := strings.CutPrefix(line, `AT+CSIM=20,"`)
	switch {
	case line == openLine:
		return []string{`+CSIM: 6,"019000"`, "OK"}
	case isCSIM:
		return f.cardAnswer(strings.TrimSuffix(digits, `"`))
	case strings.HasPrefix(line, "AT+CMEE") && line != "AT+CMEE=1":
		switch {
		case f.stupid:
			return []string{"ERROR"}
		case line == "AT+CMEE?":
			return []string{"+CMEE: 1", "OK"}
		}
		return []string{"+CMEE: (0-2)", "OK"}
	case line == "ATE0":
		f.echo = false
	case line == "AT+CPIN?":
		return []string{"+CPIN: READY", "OK"}
	}
	return []string{"OK"}
}

func (f *fickle) cardAnswer(capdu string) []string {
	serial := capdu[10:18]
	if f.chance(5) {
		f.refused.Store(serial, true)
		return []string{[]string{"ERROR", "+CME ERROR: 13", "+CME ERROR: SIM busy"}[f.rnd.IntN(3)]}
	}
	form := []string{`+CSIM: 12,"%s9000"`, `+csim:12, "%s9000"`, `+CSIM: 8,"%s9000"`, `+CSIM: 12,%s9000`, `%s9000`}[f.rnd.IntN(5)]
	return []string{fmt.Sprintf(form, serial), "OK"}
}

var unsolicited = []string{`+QIND: "csq",20,99`, "^boot.rom", "RING", "+CREG: 2,\"1A2B\"", "NO CARRIER", "+CPIN: READY"}

func (f *fickle) urc() { f.pieces("\r\n" + unsolicited[f.rnd.IntN(len(unsolicited))] + "\r\n") }

// sendLine sends a line, or what becomes of it.
func (f *fickle) sendLine(line string) {
	if f.chance(8) {
		f.urc()
	}
	bare := line != "" && line[0] >= '0' && line[0] <= '9' // has nothing to tell its half by
	switch roll := f.rnd.IntN(100); {
	case roll < 2: // lost
	case roll < 4 && !bare: // half of it is lost
		f.pieces("\r\n" + line[:f.rnd.IntN(len(line))])
	case roll < 6: // in two
		at := f.rnd.IntN(len(line))
		f.pieces("\r\n" + line[:at])
		f.urc()
		f.pieces(line[at:] + "\r\n")
	case roll < 10: // twice
		f.pieces("\r\n" + line)
		f.send("\r\n")
		f.pause(csim.QuietTime)
		f.send("\r\n" + line[:1]) // it begins in time; it may end later
		f.pieces(line[1:] + "\r\n")
	default:
		f.pieces("\r\n" + line + "\r\n")
	}
}

// pieces sends s in pieces with time between them.
func (f *fickle) pieces(s string) {
	for f.chance(15) {
		at := f.rnd.IntN(len(s) + 1)
		f.send(s[:at])
		s = s[at:]
		f.pause(20 * time.Millisecond)
		if f.chance(10) {
			f.pause(time.Second)
		}
	}
	f.send(s)
}

// user sends commands to the card behind a fickle modem.
type user struct {
	t      *testing.T
	rnd    *rand.Rand
	modem  *csim.Modem
	card   *csim.Card
	fickle *fickle
	right  int
	late   int
}

// context is one that ends at a random time, at the latest after limit.
func (u *user) context() (ctx context.Context, cancel func(), limit time.Duration) {
	limit = time.Duration(u.rnd.Int64N(int64(12 * time.Second)))
	switch roll := u.rnd.IntN(10); {
	case roll < 3:
		return u.t.Context(), func() {}, 2 * csim.DefaultTimeout
	case roll < 5:
		ctx, cancel := context.WithCancel(u.t.Context())
		timer := time.AfterFunc(min(limit, csim.DefaultTimeout-1), cancel)
		return ctx, func() { timer.Stop(); cancel() }, limit
	}
	ctx, cancel = context.WithTimeout(u.t.Context(), limit)
	return ctx, cancel, limit
}

func (u *user) transmit(serial uint32) {
	capdu := append(binary.BigEndian.AppendUint32([]byte{0x00, 0x88, 0x00, 0x00, 0x04}, serial), 0x04)
	want := append(binary.BigEndian.AppendUint32(nil, serial), 0x90, 0x00)
	ctx, cancel, limit := u.context()
	defer cancel()
	start := time.Now()
	rapdu, err := u.card.Transmit(ctx, capdu)
	require.LessOrEqual(u.t, time.Since(start), limit)
	if err == nil {
		require.Equal(u.t, want, rapdu, "the answer to another command")
		u.right++
		return
	}
	require.Nil(u.t, rapdu)
	if errors.Is(err, apdu.ErrCardReset) { // it restarted: begin anew
		ctx, cancel := context.WithTimeout(u.t.Context(), time.Minute)
		defer cancel()
		rapdu, err := u.card.Transmit(ctx, []byte{0x00, 0x70, 0x00, 0x00, 0x01})
		require.True(u.t, err != nil || len(rapdu) == 3, "the answer to another command")
		return
	}
	var cme csim.CMEError
	if errors.Is(err, apdu.ErrRefused) || errors.As(err, &cme) {
		_, refused := u.fickle.refused.Load(strings.ToUpper(hex.EncodeToString(capdu[5:9])))
		require.True(u.t, refused, "the error of another command: %v", err)
	}
	if u.rnd.IntN(3) > 0 {
		return
	}
	lateCtx, cancelLate, limit := u.context()
	defer cancelLate()
	start = time.Now()
	rapdu, ok := u.card.LateAnswer(lateCtx)
	require.LessOrEqual(u.t, time.Since(start), limit)
	if ok {
		require.Equal(u.t, want, rapdu, "the late answer to another command")
		u.late++
	}
}

// askPIN sends a command of another kind.
func (u *user) askPIN() {
	ctx, cancel, limit := u.context()
	defer cancel()
	start := time.Now()
	lines, err := u.modem.Command(ctx, "AT+CPIN?")
	require.LessOrEqual(u.t, time.Since(start), limit)
	for _, line := range lines {
		require.NoError(u.t, err)
		require.True(u.t, strings.HasPrefix("+CPIN: READY", line), line) // or half of it
	}
}

var secret = regexp.MustCompile(`[0-9A-Fa-f]{5}`)

func TestNoAnswerIsEverGivenToAnotherCommand(t *testing.T) {
	right, late := 0, 0
	for seed := range uint64(randomCommands / perModem) {
		synctest.Test(t, func(t *testing.T) {
			w := newWire()
			f := &fickle{wire: w, rnd: rand.New(rand.NewPCG(seed, 1)), echo: true, stupid: seed%4 == 3}
			if seed%5 == 4 {
				f.slow = time.Duration(f.rnd.Int64N(int64(4 * time.Second)))
			}
			if !f.stupid && seed%2 == 0 { // another program was here
				w.lines = []string{"AT+COPS=?", `AT+CSIM=20,"0088000004FFFFFFFF04"`}[seed/2%2:]
			}
			m := csim.NewModem(w, &csim.Config{OnURC: func(line string) {
				if secret.MatchString(line) {
					t.Errorf("handed to OnURC: %q", line)
				}
			}})
			go f.run()
			u := &user{t: t, rnd: rand.New(rand.NewPCG(seed, 2)), modem: m, card: csim.New(m), fickle: f}
			defer func() {
				if t.Failed() {
					t.Logf("seed %d", seed)
				}
				require.NoError(t, m.Close())
				time.Sleep(time.Minute) // the modem's last words
			}()
			for i := range uint32(perModem) {
				u.transmit(uint32(seed)*perModem + i)
				switch u.rnd.IntN(12) {
				case 0:
					u.askPIN()
				case 1:
					time.Sleep(time.Duration(u.rnd.Int64N(int64(10 * time.Second))))
				}
			}
			right, late = right+u.right, late+u.late
		})
	}
	t.Logf("%d of %d commands were answered in time, %d late", right, randomCommands, late)
	require.Greater(t, right, randomCommands/2, "a modem that never answers proves nothing")
	require.NotZero(t, late)
}
