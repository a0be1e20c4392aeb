package scp03_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// fuzzed are sessions at the levels that authenticate answers, one of each
// length of keys and MACs.
func fuzzed(t testing.TB) []vector {
	return append(recorded(t), named(t, "AES-256 S16 level 33, channel 5"))
}

// FuzzUnwrap hands any answer to the first command of a recorded session over.
// What comes of it is exactly what was recorded, a bare error, or an error that
// ends the session.
func FuzzUnwrap(f *testing.F) {
	list := fuzzed(f)
	for i, v := range list {
		sealed := unhex(f, v.steps[1].sealed)
		f.Add(uint8(i), sealed)
		f.Add(uint8(i), sealed[:len(sealed)-2])
		f.Add(uint8(i), []byte{0x90, 0x00})
		f.Add(uint8(i), []byte{0x6A, 0x82})
	}
	f.Fuzz(func(t *testing.T, which uint8, answer []byte) {
		v := list[int(which)%len(list)]
		r, err := apdu.ParseResponse(answer)
		if err != nil {
			return
		}
		card := scripted(t, v.channel, v.exchanges(t)[:2]...)
		s, err := scp03.Open(t.Context(), openChannel(t, card), v.config(t))
		require.NoError(t, err)
		for _, step := range v.steps[:2] {
			_, err = s.Wrap(command(t, step.plain))
			require.NoError(t, err)
		}
		before := bytes.Clone(r.Data)
		got, err := s.Unwrap(r)
		require.Equal(t, before, r.Data, "the answer is not written to")
		switch {
		case err != nil:
			require.ErrorIs(t, s.Err(), scp03.ErrSessionOver)
			_, err = s.Wrap(apdu.ReadBinary(0, 1))
			require.ErrorIs(t, err, scp03.ErrSessionOver)
		case got.SW.Err() != nil && got.SW.SW1() != 0x63:
			require.Empty(t, got.Data)
			require.Len(t, answer, 2)
			require.NoError(t, s.Err())
		default:
			require.Equal(t, v.steps[1].answer, upperHex(got.AppendTo(nil)))
			require.NoError(t, s.Err())
		}
	})
}

// FuzzInitializeUpdate hands any answer to INITIALIZE UPDATE over. No session
// comes of it but where challenge and cryptogram are the recorded ones.
func FuzzInitializeUpdate(f *testing.F) {
	list := fuzzed(f)
	for i, v := range list {
		update := append(v.bytes(f, "update"), 0x90, 0)
		f.Add(uint8(i), update)
		f.Add(uint8(i), update[2:])
	}
	f.Fuzz(func(t *testing.T, which uint8, answer []byte) {
		v := list[int(which)%len(list)]
		x := v.exchanges(t)[:2]
		recorded := x[0].answer
		if len(answer) >= 2 && answer[len(answer)-2] == 0x61 {
			return // GET RESPONSE is not in the script
		}
		x[0].answer = answer
		s, err := scp03.Open(t.Context(), openChannel(t, scripted(t, v.channel, x...)), v.config(t))
		if err == nil {
			n := 13 + 2*len(v.bytes(t, "host"))
			require.Equal(t, recorded[13:n], answer[13:n])
			require.NoError(t, s.Err())
		}
	})
}

// FuzzRoundTrip sends any command and answer through both ends: they come out
// as they went in, in commands of a short length.
func FuzzRoundTrip(f *testing.F) {
	f.Add(uint8(4), false, []byte("\x00\xA4\x00\x04\x02\x64\x32\x00"), []byte("\x62\x00\x90\x00"))
	f.Add(uint8(4), true, []byte("\x00\xB0\x00\x00\xEF"), append(make([]byte, 239), 0x90, 0))
	f.Add(uint8(0), false, []byte("\x80\xF2\x00\x00"), []byte("\x63\xC2"))
	f.Add(uint8(3), true, []byte("\x00\x20\x00\x01\x081234\xFF\xFF\xFF\xFF"), []byte("\x69\x83"))
	levels := []scp03.Level{scp03.Level01, scp03.Level03, scp03.Level11, scp03.Level13, scp03.Level33}
	f.Fuzz(func(t *testing.T, level uint8, s16 bool, capdu, rapdu []byte) {
		c, err := apdu.ParseCommand(capdu)
		if err != nil {
			return
		}
		r, err := apdu.ParseResponse(rapdu)
		if err != nil || r.SW.MoreData() || r.SW.WrongLe() {
			return
		}
		var parameter byte
		if s16 {
			parameter = scp03.ParameterS16
		}
		card := newFileCard(t, parameter, nil)
		_, s := card.open(scp03.Config{Level: levels[int(level)%len(levels)], S16: s16})
		nc, ne := s.Limits()
		for range 2 { // the counter and the chain go on
			wrapped, err := s.Wrap(c)
			if err != nil {
				fits := !c.Extended && len(c.Data) <= nc && c.CLA&^0x80 == 0
				other := c.INS == apdu.INSGetResponse || c.INS == apdu.INSManageChannel || c.INS == apdu.INSSelect && c.P1 == apdu.SelectByAID
				require.True(t, !fits || other, "%v: %v", c, err)
				return
			}
			require.LessOrEqual(t, len(wrapped.Data), apdu.MaxShortNc)
			plain, err := card.session.Unwrap(wrapped)
			require.NoError(t, err)
			want, err := c.Bytes()
			require.NoError(t, err)
			got, err := plain.Bytes()
			require.NoError(t, err)
			require.Equal(t, want, got)

			if len(r.Data) > ne {
				return
			}
			sealed := card.session.Wrap(r)
			require.LessOrEqual(t, len(sealed.Data), apdu.MaxShortNe)
			back, err := s.Unwrap(sealed)
			require.NoError(t, err)
			require.Equal(t, r.SW, back.SW)
			if sealed.Data != nil { // a bare error has none
				require.Equal(t, upperHex(r.Data), upperHex(back.Data))
			}
		}
	})
}
