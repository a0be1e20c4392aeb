package simcard_test

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// vectorCard is the card of a session of scp03's test data, as far as the data
// tell: its application has the files that the session reads.
func vectorCard(t *testing.T, s session, opts ...simcard.Option) (card *simcard.Card, cla string) {
	t.Helper()
	update := s.bytes(t, "update")
	keys, err := scp03.NewKeys(update[10], s.bytes(t, "enc"), s.bytes(t, "mac"), nil)
	require.NoError(t, err)
	aid := apdu.AID(s.bytes(t, "aid"))
	if aid == "" { // the issuer security domain: the challenges are right for it
		aid = "\xA0\x00\x00\x01\x51\x00\x00\x00"
	}
	parameter, size := update[12], 8
	if parameter&scp03.ParameterS16 != 0 {
		size = 16
	}
	opts = append(opts,
		simcard.SecureChannel(keys), simcard.SecureParameter(parameter), simcard.SecureApps(aid),
		simcard.SecureDiversification([10]byte(update)),
		simcard.Blank(), simcard.Channels(19), simcard.PIN(simcard.PIN1, "9999", 3),
	)
	if parameter&scp03.ParameterPseudo != 0 {
		n := update[len(update)-3:]
		opts = append(opts, simcard.SecureSequence(uint32(n[0])<<16|uint32(n[1])<<8|uint32(n[2])))
	} else {
		opts = append(opts, simcard.SecureRandom(bytes.NewReader(update[13:13+size])))
	}
	odf, file := simcard.EF(0x5031, []byte{1}), simcard.EF(0x6432, make([]byte, 255))
	file.Update = simcard.Always
	for _, step := range s.steps {
		switch answer := step[3]; {
		case answer == "-":
		case strings.HasPrefix(step[0], "00A4000402"):
			file.FCP = unhex(t, answer[:len(answer)-4])
		case strings.HasPrefix(step[0], "00B00000"):
			copy(file.Content, unhex(t, answer[:len(answer)-4]))
		}
	}
	card = newCard(t, append(opts, simcard.Files(simcard.ADF(aid, odf, file)))...)
	channel, err := strconv.Atoi(s.field["channel"])
	require.NoError(t, err)
	if channel > 0 {
		require.Equal(t, "9000", send(t, card, "007000"+hexByte(channel)))
	}
	cla = class(channel)
	require.Equal(t, "9000", send(t, card, cla+"A4040C"+hexByte(len(aid))+hexed([]byte(aid))))
	return card, cla
}

// proprietary is the class byte of a command of the GlobalPlatform kind.
func proprietary(t *testing.T, cla string) string { return hexByte(int(unhex(t, cla)[0] | 0x80)) }

// Sessions of real cards, and of a second computation: the card says what it
// said there, and takes every command, over T=0 too.
func TestCardPlaysTheSessionsOfOthers(t *testing.T) {
	for _, name := range []string{"published.txt", "computed.txt"} {
		text, err := os.ReadFile("../../apdu/scp03/testdata/" + name)
		require.NoError(t, err)
		list := sessions(t, text)
		require.NotEmpty(t, list)
		for _, s := range list {
			if s.field["update"] == "" || s.name == "GlobalPlatform library AES-128 level 33" {
				continue // commands only; an application that is not known
			}
			for kind, opts := range map[string][]simcard.Option{"T=1": nil, "T=0": {simcard.T0}} {
				t.Run(s.name+", "+kind, func(t *testing.T) { playSession(t, s, kind, opts...) })
			}
		}
	}
}

func playSession(t *testing.T, s session, kind string, opts ...simcard.Option) {
	card, cla := vectorCard(t, s, opts...)
	host := s.bytes(t, "host")
	want := s.bytes(t, "update")
	if want[10] == 0 { // no card's
		want[10] = simcard.DefaultKeyVersion
	}
	initialize := proprietary(t, cla) + "5000" + "00" + hexByte(len(host)) + hexed(host) + "00"
	require.Equal(t, hexed(want)+"9000", raw(t, card, initialize))
	require.Equal(t, "9000", send(t, card, s.field["authenticate"]))
	require.Equal(t, 1, card.Authenticated())
	compared := 0
	for _, step := range s.steps {
		ins := unhex(t, step[0])[1]
		before := card.WrappedCommands(ins)
		got := raw(t, card, step[1])
		require.Equal(t, before+1, card.WrappedCommands(ins), step[0])
		plain := step[0]
		switch {
		case kind == "T=0" && s.field["level"] != "33" && strings.HasPrefix(plain, "00B00000"):
			compared++ // there is room for more, and Le does not come
		case strings.HasPrefix(plain, "00A4000402"), strings.HasPrefix(plain, "00B00000"),
			strings.HasPrefix(plain, "00B000FF"), strings.HasPrefix(plain, "0020000108"), strings.HasPrefix(plain, "00D60000"):
			require.Equal(t, step[2], got, plain)
			compared++
		}
	}
	if len(s.steps) > 0 && strings.HasPrefix(s.steps[0][0], "00A4") {
		require.Equal(t, 5, compared)
	}
	require.Len(t, card.SecureChannels(), 1)
}
