package scp03_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// cardOf is the card's end of a vector, before EXTERNAL AUTHENTICATE.
func cardOf(t testing.TB, v vector) *scp03.CardSession {
	update, host := v.bytes(t, "update"), v.bytes(t, "host")
	own := scp03.CardChallenge{Challenge: update[13 : 13+len(host)], Sequence: update[13+2*len(host):]}
	s, _, err := scp03.NewCardSession(v.card(t), v.keys(t), host, own)
	require.NoError(t, err)
	return s
}

func TestCardRefusesTheHost(t *testing.T) {
	v := named(t, "AES-128 level 33, channel 1")
	for _, row := range []struct {
		name   string
		change func(c *apdu.Command)
		sw     apdu.SW
	}{
		{"not wrapped", func(c *apdu.Command) { c.CLA = 0x81 }, apdu.SWSecurity},
		{"another command", func(c *apdu.Command) { c.INS = 0xB0 }, apdu.SWSecurity},
		{"no such level", func(c *apdu.Command) { c.P1 = 0x31 }, apdu.SWWrongP1P2},
		{"P2", func(c *apdu.Command) { c.P2 = 1 }, apdu.SWWrongP1P2},
		{"short", func(c *apdu.Command) { c.Data = c.Data[1:] }, apdu.SWWrongLength},
		{"MAC", func(c *apdu.Command) { c.Data[15] ^= 1 }, apdu.SWSecurity},
		{"another level than the MAC's", func(c *apdu.Command) { c.P1 = 0x03 }, apdu.SWSecurity},
		{"cryptogram", func(c *apdu.Command) { c.Data[0] ^= 1 }, apdu.SWSecurity},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, c := cardOf(t, v), command(t, v.field["authenticate"])
			row.change(&c)
			require.Equal(t, row.sw, s.Authenticate(c))
			require.False(t, s.Open())
			require.Equal(t, apdu.SWConditions, s.Authenticate(command(t, v.field["authenticate"])), "it has ended")
		})
	}
	require.Equal(t, apdu.SWConditions, func() error {
		s, err := v.cardSession(t)
		require.NoError(t, err)
		return s.Authenticate(command(t, v.field["authenticate"]))
	}(), "a second time")
}

// TestCardRefusesAHostOfOtherCryptogram: its MAC is right, as it is of one who
// knows K-MAC alone.
func TestCardRefusesAHostOfOtherCryptogram(t *testing.T) {
	v := named(t, "AES-128 level 01")
	s, c := cardOf(t, v), command(t, v.field["authenticate"])
	mac := macOf(t, v, append([]byte{0x84, 0x82, 0x01, 0x00, 0x10}, make([]byte, 8)...))
	c.Data = append(make([]byte, 8), mac...)
	require.Equal(t, apdu.SW(0x6300), s.Authenticate(c))
	require.False(t, s.Open())
}

func TestCardAnswersNothingBeforeItKnowsTheHost(t *testing.T) {
	v := named(t, "AES-128 level 33, channel 1")
	s := cardOf(t, v)
	_, err := s.Unwrap(command(t, v.steps[0].wrapped))
	require.Equal(t, apdu.SWSecurity, err)
	r := s.Wrap(apdu.Response{Data: []byte{1}, SW: apdu.SWOK})
	require.Equal(t, []byte{1}, r.Data, "in the clear: what may be answered is the card's matter")
	require.NoError(t, s.Authenticate(command(t, v.field["authenticate"])), "and waits on")
}

func TestCardEndsAtACommandInTheClear(t *testing.T) {
	v := named(t, "AES-128 level 33, channel 1")
	for name, c := range map[string]apdu.Command{
		"no secure messaging": {CLA: 0x01, INS: 0xB0, Data: make([]byte, 8)},
		"ISO's":               {CLA: 0x0D, INS: 0xB0, Data: make([]byte, 8)},
		"chained":             {CLA: 0x15, INS: 0xB0, Data: make([]byte, 8)},
		"no MAC":              {CLA: 0x05, INS: 0xB0},
		"extended":            {CLA: 0x05, INS: 0xB0, Data: make([]byte, 8), Extended: true},
	} {
		s, err := v.cardSession(t)
		require.NoError(t, err)
		_, err = s.Unwrap(c)
		require.Equal(t, apdu.SWSecurity, err, name)
		require.False(t, s.Open(), name)
		s.End()
	}
}

// TestCardRefusesDataThatAreNoWholeBlocks, under a MAC that is right.
func TestCardRefusesDataThatAreNoWholeBlocks(t *testing.T) {
	v := named(t, "toy")
	s, err := v.cardSession(t)
	require.NoError(t, err)
	before := command(t, v.field["authenticate"])
	head := []byte{0x04, 0xD6, 0, 0, 0x0B, 1, 2, 3}
	chain := macOf(t, v, append([]byte{0x84, 0x82, 0x03, 0x00, 0x10}, before.Data[:8]...))
	require.Equal(t, before.Data[8:], chain)
	c := apdu.Command{CLA: 0x04, INS: 0xD6, Data: append([]byte{1, 2, 3}, macOf(t, v, append([]byte{0x84, 0x82, 0x03, 0x00, 0x10}, before.Data[:8]...), head)...)}
	_, err = s.Unwrap(c)
	require.Equal(t, apdu.SWWrongData, err)
	require.False(t, s.Open())
}

func TestSecuredClasses(t *testing.T) {
	for channel := range apdu.MaxChannel + 1 {
		for _, cla := range []byte{0x00, 0x80} {
			plain, err := apdu.ClassForChannel(cla, channel)
			require.NoError(t, err)
			require.False(t, scp03.Wrapped(apdu.Command{CLA: plain}), "%02X", plain)
			wrapped, err := apdu.ClassForChannel(cla|0x04, channel)
			require.NoError(t, err)
			require.True(t, scp03.Wrapped(apdu.Command{CLA: wrapped}), "%02X", wrapped)
		}
	}
	for _, cla := range []byte{0x08, 0x0C, 0x14, 0x24, 0x70, 0xA4, 0xF0, 0xA0} {
		require.False(t, scp03.Wrapped(apdu.Command{CLA: cla}), "%02X", cla)
	}
}

func TestCardSessionWantsKeysThatFit(t *testing.T) {
	own := scp03.CardChallenge{Challenge: make([]byte, 8)}
	_, _, err := scp03.NewCardSession(scp03.Card{}, scp03.Keys{}, make([]byte, 8), own)
	require.ErrorIs(t, err, scp03.ErrKeys)
	_, _, err = scp03.NewCardSession(scp03.Card{Parameter: scp03.ParameterPseudo}, scp03.Keys{}, make([]byte, 8), own)
	require.ErrorIs(t, err, apdu.ErrWrongLength)
}
