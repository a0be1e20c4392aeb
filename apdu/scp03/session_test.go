package scp03_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

func TestCommandThatCannotBeWrappedLeavesTheSession(t *testing.T) {
	card := newFileCard(t, 0, pattern(10))
	ch, s := card.open(scp03.Config{})
	for name, c := range map[string]apdu.Command{
		"extended":            {INS: 0xB0, Ne: 300, Extended: true},
		"class of a SIM":      {CLA: 0xA0, INS: 0xB0, Ne: 1},
		"class of a channel":  {CLA: 0x01, INS: 0xB0, Ne: 1},
		"chained":             {CLA: 0x10, INS: 0xB0, Ne: 1},
		"wrapped already":     {CLA: 0x84, INS: 0xB0, Ne: 1},
		"GET RESPONSE":        apdu.GetResponse(1),
		"MANAGE CHANNEL":      apdu.OpenLogicalChannel(),
		"240 bytes of data":   {INS: 0xD6, Data: make([]byte, 240)},
		"65535 bytes of data": {INS: 0xD6, Data: make([]byte, 65535)},
	} {
		_, err := ch.Transmit(t.Context(), c)
		require.Error(t, err, name)
		require.NotErrorIs(t, err, scp03.ErrSessionOver, name)
		require.NoError(t, s.Err(), name)
	}
	_, err := ch.Transmit(t.Context(), apdu.UpdateBinary(0, make([]byte, 240)))
	require.ErrorIs(t, err, apdu.ErrWrongLength)
	got, err := ch.ReadFile(t.Context(), ef, nil)
	require.NoError(t, err)
	require.Equal(t, pattern(10), got)
}

func TestWrapKeepsTheCommandAsItWas(t *testing.T) {
	card := newFileCard(t, 0, nil)
	_, s := card.open(scp03.Config{})
	data := pattern(20)
	c := apdu.Command{INS: 0xD6, Data: data[:16]}
	_, err := s.Wrap(c)
	require.NoError(t, err)
	require.Equal(t, pattern(20), data)
}

// TestAnswerIsTheCallers: what Unwrap returns is not written to again, and what
// it was given not at all.
func TestAnswerIsTheCallers(t *testing.T) {
	for _, level := range []scp03.Level{scp03.Level11, scp03.Level33} {
		card := newFileCard(t, 0, pattern(100))
		_, s := card.open(scp03.Config{Level: level})
		c, err := s.Wrap(apdu.ReadBinary(0, 100))
		require.NoError(t, err)
		sealed := card.answer(c)
		before := upperHex(sealed.Data)
		r, err := s.Unwrap(sealed)
		require.NoError(t, err)
		require.Equal(t, pattern(100), r.Data)
		require.Equal(t, before, upperHex(sealed.Data))
		clear(sealed.Data)
		_, err = s.Wrap(apdu.ReadBinary(0, 100))
		require.NoError(t, err)
		s.Close()
		require.Equal(t, pattern(100), r.Data)
	}
}

func TestSecondAnswerEndsTheSession(t *testing.T) {
	card := newFileCard(t, 0, pattern(100))
	_, s := card.open(scp03.Config{})
	c, err := s.Wrap(apdu.ReadBinary(0, 100))
	require.NoError(t, err)
	sealed := card.answer(c)
	_, err = s.Unwrap(sealed)
	require.NoError(t, err)
	_, err = s.Unwrap(sealed)
	require.ErrorIs(t, err, scp03.ErrMAC)
	require.ErrorIs(t, s.Err(), scp03.ErrSessionOver)
}

func TestUnjoinedAnswerEndsTheSession(t *testing.T) {
	for _, level := range []scp03.Level{scp03.Level03, scp03.Level33} {
		card := newFileCard(t, 0, nil)
		_, s := card.open(scp03.Config{Level: level})
		_, err := s.Wrap(apdu.ReadBinary(0, 1))
		require.NoError(t, err)
		_, err = s.Unwrap(apdu.Response{Data: make([]byte, 20), SW: 0x6110})
		require.ErrorIs(t, err, apdu.ErrMalformed)
		require.ErrorIs(t, s.Err(), scp03.ErrSessionOver)
	}
}

// TestWrongLeEndsTheSessionWhereCommandsAreCounted: at the levels without
// encryption nothing depends on the count.
func TestWrongLeEndsTheSessionWhereCommandsAreCounted(t *testing.T) {
	for level, ends := range map[scp03.Level]bool{
		scp03.Level01: false, scp03.Level11: false,
		scp03.Level03: true, scp03.Level13: true, scp03.Level33: true,
	} {
		card := newFileCard(t, 0, nil)
		_, s := card.open(scp03.Config{Level: level})
		_, err := s.Wrap(apdu.ReadBinary(0, 1))
		require.NoError(t, err)
		r, err := s.Unwrap(apdu.Response{SW: 0x6C05})
		if ends {
			require.ErrorIs(t, err, apdu.ErrWrongLength, level)
			require.ErrorIs(t, s.Err(), scp03.ErrSessionOver, level)
			continue
		}
		require.NoError(t, err, level)
		require.Equal(t, apdu.SW(0x6C05), r.SW)
		require.NoError(t, s.Err(), level)
	}
}

func TestUnsentCommandHasNoPlaceInTheChain(t *testing.T) {
	v := named(t, "AES-128 level 33, channel 1")
	card := scripted(t, v.channel, v.exchanges(t)[:2]...)
	ch := openChannel(t, card)
	s, err := scp03.Open(t.Context(), ch, v.config(t))
	require.NoError(t, err)
	s.Unsent() // nothing to take back
	for range 3 {
		_, err = s.Wrap(apdu.UpdateBinary(0, pattern(50)))
		require.NoError(t, err)
		s.Unsent()
		s.Unsent()
	}
	c, err := s.Wrap(command(t, v.steps[0].plain))
	require.NoError(t, err)
	c.CLA, err = apdu.ClassForChannel(c.CLA, v.channel)
	require.NoError(t, err)
	require.Equal(t, v.steps[0].wrapped, capdu(t, c))
}

func TestPINDoesNotStayInTheBuffer(t *testing.T) {
	card := newFileCard(t, 0, nil)
	_, s := card.open(scp03.Config{Level: scp03.Level11})
	pin, _ := apdu.PadPIN("1234")
	end := map[string]func(){
		"answered": func() { _, _ = s.Unwrap(apdu.Response{SW: apdu.SWBlocked}) },
		"unsent":   s.Unsent,
		"closed":   s.Close,
	}
	for _, name := range []string{"answered", "unsent", "closed"} {
		c, err := s.Wrap(apdu.Verify(1, pin))
		require.NoError(t, err)
		require.Equal(t, pin, c.Data[:8], "level 11 does not encrypt")
		end[name]()
		require.Equal(t, make([]byte, 8), c.Data[:8], name)
	}
}

func TestSessionWithoutAnApplicationSelectsNone(t *testing.T) {
	card := newFileCard(t, 0, nil)
	ch := apdu.BasicChannel(card)
	_, err := scp03.Open(t.Context(), ch, scp03.Config{KeysFor: scp03.FixedKeys(card.keys)})
	require.NoError(t, err)
	_, err = ch.Transmit(t.Context(), apdu.SelectAID(apdu.AIDPKCS15, apdu.ReturnNone))
	require.ErrorIs(t, err, scp03.ErrSessionOver)
}
