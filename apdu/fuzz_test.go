package apdu_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// FuzzParseCommand holds: what is read as a command is written again as it was,
// and its data lie within the input.
func FuzzParseCommand(f *testing.F) {
	for _, v := range commandVectors[:16] {
		if b, err := (apdu.Command{INS: 0xA4, Data: data(v.nc), Ne: v.ne, Extended: v.extended}).Bytes(); err == nil && len(b) < 600 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := apdu.ParseCommand(b)
		if err != nil {
			if !errors.Is(err, apdu.ErrMalformed) || c.Data != nil || c.Ne != 0 {
				t.Fatalf("%v, with %v", err, c)
			}
			return
		}
		if got, err := c.Bytes(); err != nil || !bytes.Equal(b, got) {
			t.Fatalf("%X, written again %X: %v", b, got, err)
		}
		if cap(c.Data) != len(c.Data) {
			t.Fatalf("room for %d bytes behind the data", cap(c.Data)-len(c.Data))
		}
		maxNe := apdu.MaxShortNe
		if c.Extended {
			maxNe = apdu.MaxExtendedNe
		}
		if c.Ne > maxNe || len(c.Data) == 0 && c.Data != nil {
			t.Fatal(c)
		}
	})
}

// fuzzCommands bounds what a ReadFile may send: each of nine SELECTs and 1024
// READ BINARYs twice, and as many GET RESPONSEs, twice each, as one may need.
const fuzzCommands = (9 + 1024) * (2 + 2*257)

// liar is a card that does what moves say, one after another and round again.
// Its data are true as far as they go: those of the file at the offset asked
// for. All else is hostile.
type liar struct {
	t       *testing.T
	moves   []byte
	at      int // in moves
	content []byte

	selected bool // the last SELECT was not refused
	broken   bool // a transport error ended it
	pending  []byte
	commands int
}

func (l *liar) move() byte {
	if len(l.moves) == 0 {
		return 0
	}
	m := l.moves[l.at%len(l.moves)]
	l.at++
	return m
}

func (l *liar) Transmit(_ context.Context, capdu []byte) ([]byte, error) {
	c, err := apdu.ParseCommand(capdu)
	switch l.commands++; {
	case err != nil:
		l.t.Fatal(err)
	case l.broken:
		l.t.Fatal("a command behind a transport error")
	case l.commands > fuzzCommands:
		l.t.Fatal("no end of commands")
	}
	switch c.INS {
	case apdu.INSSelect:
		rapdu, err := l.twist(l.answerSelect())
		r, malformed := apdu.ParseResponse(rapdu)
		l.selected = err == nil && malformed == nil && r.SW.Err() == nil
		return rapdu, err
	case apdu.INSGetResponse:
		return l.twist(apdu.Response{Data: l.pending[:min(len(l.pending), c.Ne)], SW: apdu.SWOK})
	case apdu.INSReadBinary:
		return l.twist(l.answerRead(int(c.P1)<<8|int(c.P2), c.Ne))
	case apdu.INSReadBinaryOdd:
		return l.twist(l.answerReadOdd(int(c.Data[2])<<8 | int(c.Data[3])))
	}
	l.t.Fatalf("no command of a read: %v", c)
	return nil, nil
}

// answerSelect tells an FCP of another file, a malformed one, the right one or
// none.
func (l *liar) answerSelect() apdu.Response {
	fcps := [4][]byte{{0x62, 4, 0x83, 2, 0x64, 0x33}, {0x62, 4, 0x83, 3}, {0x62, 4, 0x83, 2, 0x64, 0x32}}
	return apdu.Response{Data: fcps[(l.move()+3)%4], SW: apdu.SWOK}
}

// answerRead tells what stands at offset, less than was asked for, or 6Cxx.
func (l *liar) answerRead(offset, ne int) apdu.Response {
	left := l.content[min(offset, len(l.content)):]
	r := apdu.Response{Data: left[:min(len(left), ne)], SW: apdu.SWOK}
	switch l.read(); {
	case l.move()%4 == 1:
		r.Data = r.Data[:min(len(r.Data), int(l.move()))]
	case len(r.Data) == 0:
		r.SW = apdu.SWWrongOffset
	case l.move()%4 == 1 && len(left) < ne:
		r = apdu.Response{SW: 0x6C00 | apdu.SW(byte(len(left)))}
	}
	return r
}

// answerReadOdd tells what stands at offset, or malformed BER-TLV.
func (l *liar) answerReadOdd(offset int) apdu.Response {
	left := l.content[min(offset, len(l.content)):]
	l.read()
	n := min(len(left), 127-int(l.move()%128))
	data := append([]byte{0x53, byte(n)}, left[:n]...)
	if l.move()%4 == 1 {
		data = data[:len(data)-1]
	}
	return apdu.Response{Data: data, SW: apdu.SWOK}
}

func (l *liar) read() {
	if !l.selected {
		l.t.Fatal("READ BINARY behind a SELECT that failed")
	}
}

// twist does something to an answer, or nothing.
func (l *liar) twist(r apdu.Response) ([]byte, error) {
	l.pending = nil
	switch l.move() {
	case 1: // cut in two
		n := min(len(r.Data), int(l.move()))
		l.pending = r.Data[n:]
		r = apdu.Response{Data: r.Data[:n], SW: 0x6100 | apdu.SW(l.move())}
	case 2:
		r.SW = 0x6200 | apdu.SW(l.move())
	case 3:
		r.SW = apdu.SW(l.move())<<8 | apdu.SW(l.move())
	case 4:
		r = apdu.Response{SW: apdu.SW(l.move())<<8 | apdu.SW(l.move())}
	case 5:
		return []byte{0x90}[:l.move()%2], nil
	case 6:
		l.broken = true
		return nil, apdu.ErrNoCard
	case 7:
		return nil, apdu.ErrRefused
	case 8:
		r.SW = 0x9100
	}
	return r.AppendTo(nil), nil
}

// FuzzReadFile reads from a liar. Whatever it answers, commands and memory are
// bounded, nothing is read behind a SELECT that failed, and what is returned is
// the file from its offset on: exactly as many bytes as need named, if it did.
func FuzzReadFile(f *testing.F) {
	f.Add([]byte{}, uint16(300), uint16(700), uint16(0), uint16(0))
	f.Add([]byte{}, uint16(0), uint16(40000), uint16(32760), uint16(500))
	f.Fuzz(func(t *testing.T, moves []byte, named, size, offset, length uint16) {
		card := &liar{t: t, moves: moves, content: pattern(int(size))}
		want := apdu.UntilEnd
		need := func(head []byte) (int, error) {
			if named > 0 {
				want = int(named)
			}
			return want, nil
		}
		ref := apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}, Offset: int(offset), Length: int(length)}
		got, err := apdu.BasicChannel(card).ReadFile(t.Context(), ref, need)
		if err != nil {
			if got != nil {
				t.Fatalf("%d bytes with %v", len(got), err)
			}
			return
		}
		if want != apdu.UntilEnd && len(got) != want {
			t.Fatalf("%d bytes, %d are due", len(got), want)
		}
		if length > 0 && len(got) > int(length) {
			t.Fatalf("%d bytes in a part of %d", len(got), length)
		}
		if file := card.content[min(int(offset), int(size)):]; len(got) > len(file) || !bytes.Equal(got, file[:len(got)]) {
			t.Fatalf("%d bytes that the card never said", len(got))
		}
	})
}

// The committed corpora are read; a mistyped directory would go unnoticed.
func TestFuzzCorporaAreThere(t *testing.T) {
	for _, name := range []string{"FuzzParseAccessRule", "FuzzParseCommand", "FuzzParseFCP", "FuzzReadFile"} {
		files, err := os.ReadDir(filepath.Join("testdata", "fuzz", name))
		if err != nil || len(files) < 5 {
			t.Errorf("%s: %d files, %v", name, len(files), err)
		}
	}
}

// Random moves are to a fuzzer what a walk is to a map: a start.
func TestReadFileOfLiars(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	whole := 0
	for range 3000 {
		moves := make([]byte, rng.IntN(40))
		for i := range moves {
			if rng.IntN(4) == 0 { // else a move that does nothing
				moves[i] = byte(rng.IntN(10))
			}
		}
		size := rng.IntN(2000)
		card := &liar{t: t, moves: moves, content: pattern(size)}
		n := 1 + rng.IntN(2000)
		got, err := apdu.BasicChannel(card).ReadFile(t.Context(), apdu.FileRef{Path: apdu.Path{0x3F00, 0x6432}}, exactly(n))
		switch {
		case err != nil && got != nil, err == nil && !bytes.Equal(got, card.content[:min(n, size)]), err == nil && len(got) != n:
			t.Fatalf("moves %X: %d of %d bytes, %v", moves, len(got), n, err)
		case err == nil:
			whole++
		}
	}
	if whole < 100 {
		t.Errorf("only %d files were read", whole)
	}
}
