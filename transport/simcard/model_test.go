package simcard_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// model is what the channels of a card must be like, in a few lines: the file
// selected on each that is open, by its content.
type model struct {
	limit int
	files map[int]string // "" is a directory
}

func (m *model) open() string {
	for n := 1; n <= m.limit; n++ {
		if _, ok := m.files[n]; !ok {
			m.files[n] = ""
			return fmt.Sprintf("%02X9000", n)
		}
	}
	return "6A81"
}

func (m *model) openChosen(n int) string {
	if _, ok := m.files[n]; ok || n > m.limit {
		return "6A81"
	}
	m.files[n] = ""
	return "9000"
}

func (m *model) close(n int) string {
	if n > m.limit {
		return "6881"
	}
	if _, ok := m.files[n]; !ok {
		return "6200"
	}
	delete(m.files, n)
	return "9000"
}

func (m *model) choose(n int, content string) string {
	if _, ok := m.files[n]; !ok {
		return "6881"
	}
	m.files[n] = content
	return "9000"
}

func (m *model) read(n int) string {
	content, ok := m.files[n]
	switch {
	case !ok:
		return "6881"
	case content == "":
		return "6986"
	}
	return fmt.Sprintf("%X9000", content)
}

// class is the class byte of an ISO command on channel n.
func class(n int) string {
	if n > 3 {
		n += 0x40 - 4
	}
	return hexByte(n)
}

// Thousands of commands on all channels of cards with any number of them: the
// card and the model agree.
func TestChannelsAgreeWithTheModel(t *testing.T) {
	files := []string{"2F01", "2F02", "2F03"}
	for limit := 0; limit <= 19; limit++ {
		random := rand.New(rand.NewPCG(1, uint64(limit)))
		var efs []simcard.File
		for i, f := range files {
			efs = append(efs, simcard.EF(apdu.FID(0x2F01+i), []byte(f)))
		}
		card := newCard(t, simcard.Channels(limit), simcard.ChannelRefusal(0x6A81), simcard.Files(efs...))
		m := model{limit: limit, files: map[int]string{0: ""}}
		var log []string
		for range 1500 {
			n := random.IntN(20)
			var command, want string
			switch random.IntN(6) {
			case 0:
				command, want = "0070000001", m.open()
			case 1:
				n = max(1, n)
				command, want = "007000"+hexByte(n), m.openChosen(n)
			case 2:
				n = max(1, n)
				command, want = "007080"+hexByte(n), m.close(n)
			case 3:
				f := files[random.IntN(len(files))]
				command, want = class(n)+"A4000C02"+f, m.choose(n, f)
			case 4:
				command, want = class(n)+"A4000C023F00", m.choose(n, "")
			default:
				command, want = class(n)+"B0000000", m.read(n)
			}
			got := send(t, card, command)
			if log = append(log, command+" > "+got); got != want {
				t.Fatalf("%d channels: want %s after\n%s", limit, want, strings.Join(log[max(0, len(log)-20):], "\n"))
			}
		}
		var open []int
		for n := 1; n <= limit; n++ {
			if _, ok := m.files[n]; ok {
				open = append(open, n)
			}
		}
		if got := card.OpenChannels(); !slices.Equal(got, open) {
			t.Errorf("open %v, want %v", got, open)
		}
	}
}

// Whatever part of a file is asked for, the card answers what a slice of it
// is.
func TestReadsAgreeWithTheContent(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 3))
	content := letters(40000)
	card := newCard(t, simcard.Files(simcard.EF(0x2F01, content)))
	play(t, card, "00A4000C02 2F01 > 9000")
	for range 3000 {
		offset, ne := random.IntN(0x8000), 1+random.IntN(256)
		if random.IntN(4) == 0 {
			offset = len(content) - random.IntN(300)
		}
		command := apdu.ReadBinary(offset, ne)
		capdu, err := command.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		rapdu, err := card.Transmit(t.Context(), capdu)
		if err != nil {
			t.Fatal(err)
		}
		got, room := rapdu[:len(rapdu)-2], ne
		if command.INS == apdu.INSReadBinaryOdd {
			if room = 0; ne > 2 {
				for room+1+wrapping(room+1) <= ne {
					room++
				}
			}
			n := min(room, max(0, len(content)-offset))
			got = got[min(len(got), wrapping(n)):]
		}
		if want := content[min(offset, len(content)):min(offset+room, len(content))]; string(got) != string(want) {
			t.Fatalf("%v: %X, want %X", command, got, want)
		}
	}
}

// wrapping is the length of the tag and length around n octets.
func wrapping(n int) int {
	if n > 127 {
		return 3
	}
	return 2
}
