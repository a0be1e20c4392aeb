package scp03_test

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// vector is a session of testdata; see testdata/README.md.
type vector struct {
	name    string
	channel int
	field   map[string]string // the rest of the head
	steps   []step
}

// step is one command, all in hex; sealed and answer are "-" when they were not
// published.
type step struct{ plain, wrapped, sealed, answer string }

// vectors reads testdata/file.
func vectors(t testing.TB, file string) (list []vector) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "", "#":
		case "session":
			list = append(list, vector{name: value, field: map[string]string{}})
		case "x":
			s := strings.Split(value, " | ")
			v := &list[len(list)-1]
			v.steps = append(v.steps, step{s[0], s[1], s[2], s[3]})
		default:
			list[len(list)-1].field[key] = value
		}
	}
	for i := range list {
		list[i].channel, err = strconv.Atoi(list[i].field["channel"])
		require.NoError(t, err)
	}
	return list
}

// allVectors are the published and the computed sessions.
func allVectors(t testing.TB) []vector {
	return append(vectors(t, "published.txt"), vectors(t, "computed.txt")...)
}

func (v vector) bytes(t testing.TB, key string) []byte { return unhex(t, v.field[key]) }
func (v vector) level(t testing.TB) scp03.Level        { return scp03.Level(v.bytes(t, "level")[0]) }

// card is what the answer to INITIALIZE UPDATE says of the card.
func (v vector) card(t testing.TB) scp03.Card {
	u := v.bytes(t, "update")
	return scp03.Card{Diversification: [10]byte(u[:10]), KeyVersion: u[10], Parameter: u[12]}
}

func (v vector) keys(t testing.TB) scp03.Keys {
	keys, err := scp03.NewKeys(v.card(t).KeyVersion, v.bytes(t, "enc"), v.bytes(t, "mac"), nil)
	require.NoError(t, err)
	return keys
}

// config is a host that makes the session's challenge.
func (v vector) config(t testing.TB) scp03.Config {
	version, _ := strconv.ParseUint(v.field["version"], 16, 8)
	return scp03.Config{
		KeysFor:      scp03.FixedKeys(v.keys(t)),
		KeyVersion:   byte(version),
		Level:        v.level(t),
		S16:          len(v.bytes(t, "host")) == 16,
		ChallengeAID: apdu.AID(v.bytes(t, "aid")),
		Random:       bytes.NewReader(v.bytes(t, "host")),
	}
}

// initialize is the command INITIALIZE UPDATE.
func (v vector) initialize(t testing.TB) []byte {
	host := v.bytes(t, "host")
	cla, err := apdu.ClassForChannel(0x80, v.channel)
	require.NoError(t, err)
	version, _ := strconv.ParseUint(v.field["version"], 16, 8)
	return append(append([]byte{cla, 0x50, byte(version), 0, byte(len(host))}, host...), 0)
}

// exchanges are the commands and answers of the session, the opening included.
// Where no answer was published an error status word stands.
func (v vector) exchanges(t testing.TB) (list []exchange) {
	list = append(list,
		exchange{v.initialize(t), append(v.bytes(t, "update"), 0x90, 0)},
		exchange{v.bytes(t, "authenticate"), []byte{0x90, 0}})
	for _, s := range v.steps {
		sealed := s.sealed
		if sealed == "-" {
			sealed = "6985"
		}
		list = append(list, exchange{unhex(t, s.wrapped), unhex(t, sealed)})
	}
	return list
}

func TestHostAgreesWithTheVectors(t *testing.T) {
	for _, v := range allVectors(t) {
		t.Run(v.name, func(t *testing.T) {
			card := scripted(t, v.channel, v.exchanges(t)...)
			ch := openChannel(t, card)
			session, err := scp03.Open(t.Context(), ch, v.config(t))
			require.NoError(t, err)
			require.Equal(t, v.card(t), session.Card())
			require.Equal(t, v.level(t), session.Level())
			for _, s := range v.steps {
				c, err := apdu.ParseCommand(unhex(t, s.plain))
				require.NoError(t, err)
				got, err := ch.Transmit(t.Context(), c)
				require.NoError(t, err, s.plain)
				want := "6985"
				if s.answer != "-" {
					want = s.answer
				}
				require.Equal(t, want, upperHex(got.AppendTo(nil)), s.plain)
			}
			require.NoError(t, session.Err())
			card.done()
		})
	}
}

func TestCardAgreesWithTheVectors(t *testing.T) {
	for _, v := range allVectors(t) {
		t.Run(v.name, func(t *testing.T) {
			card, update := v.card(t), v.bytes(t, "update")
			host := v.bytes(t, "host")
			own := scp03.CardChallenge{Challenge: update[13 : 13+len(host)]}
			if card.Parameter&scp03.ParameterPseudo != 0 {
				own.Sequence = update[len(update)-3:]
			}
			if aid := v.bytes(t, "aid"); len(aid) > 0 {
				challenge, err := scp03.PseudoRandomChallenge(v.keys(t), own.Sequence, apdu.AID(aid), len(host))
				require.NoError(t, err)
				require.Equal(t, own.Challenge, challenge)
			}
			s, data, err := scp03.NewCardSession(card, v.keys(t), host, own)
			require.NoError(t, err)
			require.Equal(t, update, data)
			require.False(t, s.Open())
			require.NoError(t, s.Authenticate(command(t, v.field["authenticate"])))
			require.True(t, s.Open())
			for _, step := range v.steps {
				plain, err := s.Unwrap(command(t, step.wrapped))
				require.NoError(t, err)
				want := command(t, step.plain)
				want.CLA, err = apdu.ClassForChannel(want.CLA, v.channel)
				require.NoError(t, err)
				require.Equal(t, capdu(t, want), capdu(t, plain))
				if step.sealed != "-" {
					r, err := apdu.ParseResponse(unhex(t, step.answer))
					require.NoError(t, err)
					require.Equal(t, step.sealed, upperHex(s.Wrap(r).AppendTo(nil)))
				}
			}
		})
	}
}

// TestVectorsOneByteShort cuts the last byte of the data of each answer, the
// one to INITIALIZE UPDATE included, and keeps the status word.
func TestVectorsOneByteShort(t *testing.T) {
	for _, v := range allVectors(t) {
		for i, x := range v.exchanges(t) {
			if len(x.answer) == 2 || i > 0 && v.level(t)&0x10 == 0 {
				continue // nothing to cut, or nothing protects it
			}
			t.Run(v.name+" "+strconv.Itoa(i), func(t *testing.T) {
				n := len(x.answer) - 2
				short := append(bytes.Clone(x.answer[:n-1]), x.answer[n:]...)
				run := v.replay(t, func(at int, answer []byte) []byte {
					if at == i {
						return short
					}
					return answer
				})
				require.Error(t, run.err)
				require.Equal(t, i, run.answered, "nothing is used, nothing more is sent")
			})
		}
	}
}

// TestCommandsOneByteShort cuts the last byte of the data of each command that
// a card gets.
func TestCommandsOneByteShort(t *testing.T) {
	for _, v := range allVectors(t) {
		host := v.bytes(t, "host")
		for i := range v.steps {
			s, err := v.cardSession(t)
			require.NoError(t, err)
			for _, step := range v.steps[:i] {
				_, err := s.Unwrap(command(t, step.wrapped))
				require.NoError(t, err)
			}
			c := command(t, v.steps[i].wrapped)
			c.Data = c.Data[:len(c.Data)-1]
			_, err = s.Unwrap(c)
			require.ErrorIs(t, err, apdu.SWSecurity)
			require.False(t, s.Open(), "the session has ended")
		}
		_, _, err := scp03.NewCardSession(v.card(t), v.keys(t), host[1:], scp03.CardChallenge{Challenge: host})
		require.ErrorIs(t, err, apdu.ErrWrongLength)
	}
}
