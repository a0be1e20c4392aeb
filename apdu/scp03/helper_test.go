package scp03_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// unhex reads hex with spaces.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

func upperHex(b []byte) string { return fmt.Sprintf("%X", b) }

func command(t testing.TB, s string) apdu.Command {
	t.Helper()
	c, err := apdu.ParseCommand(unhex(t, s))
	require.NoError(t, err)
	return c
}

// capdu is a command in hex: package fmt does not show its data.
func capdu(t testing.TB, c apdu.Command) string {
	t.Helper()
	b, err := c.Bytes()
	require.NoError(t, err)
	return upperHex(b)
}

// exchange is a command and the answer to it.
type exchange struct{ command, answer []byte }

// script is a card that expects commands exactly and in order. Its answers go
// through alter, if that is set.
type script struct {
	t       testing.TB
	channel int // what MANAGE CHANNEL opens
	list    []exchange
	next    int
	alter   func(at int, answer []byte) []byte
}

func scripted(t testing.TB, channel int, list ...exchange) *script {
	return &script{t: t, channel: channel, list: list}
}

var errUnexpected = errors.New("not in the script")

// Transmit implements apdu.CardTransport.
func (s *script) Transmit(_ context.Context, c []byte) ([]byte, error) {
	if bytes.Equal(c, []byte{0, 0x70, 0, 0, 1}) {
		return []byte{byte(s.channel), 0x90, 0}, nil
	}
	if s.next == len(s.list) {
		return nil, fmt.Errorf("%w: %d is one too many", errUnexpected, s.next)
	}
	x := s.list[s.next]
	if !bytes.Equal(x.command, c) {
		return nil, fmt.Errorf("%w: %d is %X, want %X", errUnexpected, s.next, c, x.command)
	}
	s.next++
	answer := bytes.Clone(x.answer)
	if s.alter != nil {
		answer = s.alter(s.next-1, answer)
	}
	return answer, nil
}

// done fails the test when commands of the script never came.
func (s *script) done() {
	s.t.Helper()
	require.Equal(s.t, len(s.list), s.next, "commands never came")
}

// openChannel opens the script's channel.
func openChannel(t testing.TB, s *script) *apdu.Channel {
	t.Helper()
	if s.channel == 0 {
		return apdu.BasicChannel(s)
	}
	ch, err := apdu.OpenChannel(t.Context(), s)
	require.NoError(t, err)
	return ch
}

// outcome is what came of a session that was played to a host.
type outcome struct {
	err      error // the first one
	session  *scp03.Session
	channel  *apdu.Channel
	answered int    // exchanges whose answer was taken
	got      []byte // the plain answers, one behind the other
}

// replay plays the session to a host, the answers altered.
func (v vector) replay(t testing.TB, alter func(at int, answer []byte) []byte) outcome {
	card := scripted(t, v.channel, v.exchanges(t)...)
	card.alter = alter
	var out outcome
	out.channel = openChannel(t, card)
	if out.session, out.err = scp03.Open(t.Context(), out.channel, v.config(t)); out.err != nil {
		out.answered = card.next - 1
		return out
	}
	for out.answered = 2; out.answered < len(card.list); out.answered++ {
		c := command(t, v.steps[out.answered-2].plain)
		var r apdu.Response
		if r, out.err = out.channel.Transmit(t.Context(), c); out.err != nil {
			return out
		}
		out.got = r.AppendTo(out.got)
	}
	return out
}

// cardSession is the card's end of a vector, authenticated.
func (v vector) cardSession(t testing.TB) (*scp03.CardSession, error) {
	update, host := v.bytes(t, "update"), v.bytes(t, "host")
	own := scp03.CardChallenge{Challenge: update[13 : 13+len(host)], Sequence: update[13+2*len(host):]}
	s, _, err := scp03.NewCardSession(v.card(t), v.keys(t), host, own)
	if err != nil {
		return nil, err
	}
	return s, s.Authenticate(command(t, v.field["authenticate"]))
}

// named is the vector of that name.
func named(t testing.TB, name string) vector {
	for _, v := range allVectors(t) {
		if v.name == name {
			return v
		}
	}
	t.Fatalf("no vector %q", name)
	return vector{}
}
