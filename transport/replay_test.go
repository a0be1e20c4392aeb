package transport_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestReplayOfASessionReadsTheSame(t *testing.T) {
	transcript, content, err := recordRead(t, newCard(t, simcard.BootstrapFile(file126(t))), nil)
	require.NoError(t, err)
	for range 2 { // a transcript is not used up
		replay := transport.Replay(transcript)
		again, _, err := simboot.Read(t.Context(), replay, nil)
		require.NoError(t, err)
		require.Equal(t, pkcs15.Octets(content), again)
		require.NoError(t, replay.Close())
	}
}

func TestReplayFailsAsTheOriginalDid(t *testing.T) {
	all := []error{apdu.ErrNoCard, apdu.ErrCardPIN, apdu.ErrCardLocked, apdu.ErrCardFault, apdu.ErrCardBusy, apdu.ErrRefused,
		apdu.ErrLostStep, apdu.ErrMalformed, context.Canceled, context.DeadlineExceeded, os.ErrClosed}
	for word, want := range map[string][]error{
		"no-card":            {apdu.ErrNoCard},
		"pin":                {apdu.ErrCardPIN},
		"puk":                {apdu.ErrCardLocked},
		"fault":              {apdu.ErrCardFault},
		"busy":               {apdu.ErrCardBusy},
		"refused":            {apdu.ErrRefused},
		"malformed":          {apdu.ErrMalformed},
		"closed":             {os.ErrClosed},
		"canceled":           {context.Canceled},
		"deadline lost-step": {apdu.ErrLostStep, context.DeadlineExceeded},
		"error":              {},
	} {
		replay := transport.Replay(parse(t, "> 00 B0 00 00 01\n! "+word+"\n> 00 B0 00 00 01\n< 90 00\n"))
		rapdu, err := transmit(t, replay, "00B0000001")
		require.Nil(t, rapdu)
		require.Error(t, err)
		for _, e := range all {
			require.Equal(t, containsErr(want, e), errors.Is(err, e), "%s: %v", word, e)
		}
		require.True(t, strings.HasPrefix(err.Error(), "transport: replay: step 1: "), err)
		_, err = transmit(t, replay, "00B0000001")
		require.NoError(t, err, "the session goes on")
		require.NoError(t, replay.Close())
	}
}

func containsErr(list []error, e error) bool {
	for _, have := range list {
		if have == e {
			return true
		}
	}
	return false
}

func TestReplayTellsWhatCameInPlaceOfWhat(t *testing.T) {
	const text = "> 00 A4 00 04 02 64 32 00\n< 90 00\n> 00 B0 00 00 08\n< 31 32 90 00\n~ 01 90 00\n"
	for _, tt := range []struct {
		name   string
		before int // commands that are as recorded
		capdu  string
		want   []string
	}{
		{"another command", 0, "00 20 00 01 04 31323334", []string{"step 1 of 3", "VERIFY 00 20 00 01 Lc=4 in place of SELECT 00 A4 00 04 Lc=2 Ne=256"}},
		{"other data", 0, "00 A4 00 04 02 64 33 00", []string{"step 1 of 3", "SELECT 00 A4 00 04 Lc=2 Ne=256 with other data"}},
		{"no command", 0, "31 32 33", []string{"step 1 of 3", "3 bytes that are no command in place of SELECT"}},
		{"shorter", 1, "00 B0 00 00", []string{"step 2 of 3", "READ BINARY 00 B0 00 00 in place of READ BINARY 00 B0 00 00 Ne=8"}},
		{"in place of a late answer", 2, "00 B0 00 00 08", []string{"step 3 of 3", "in place of a late answer"}},
		{"behind the end", 3, "00 B0 00 00 08", []string{"step 4 of 3", "READ BINARY 00 B0 00 00 Ne=8, behind the end"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			replay := transport.Replay(parse(t, text))
			for i, c := range []string{"00A4000402643200", "00B0000008"} {
				if i < tt.before {
					_, err := transmit(t, replay, c)
					require.NoError(t, err)
				}
			}
			if tt.before == 3 {
				_, ok := replay.LateAnswer(t.Context())
				require.True(t, ok)
			}
			_, err := transmit(t, replay, tt.capdu)
			require.ErrorIs(t, err, transport.ErrUnexpected)
			for _, want := range tt.want {
				require.Contains(t, err.Error(), want)
			}
			for _, secret := range []string{"31 32", "3132", "64 33", "6433"} {
				require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret)
			}

			_, again := transmit(t, replay, "00A4000402643200")
			require.Equal(t, err, again, "nothing is played behind it")
			_, ok := replay.LateAnswer(t.Context())
			require.False(t, ok)
			require.Equal(t, err, replay.Close())
		})
	}
}

func TestReplayTellsStepsLeft(t *testing.T) {
	replay := transport.Replay(parse(t, "> 00 B0 00 00 08\n< 90 00\n~ 01 90 00\n> 00 70 80 01\n< 90 00\n"))
	for i, want := range []string{"step 1 of 3: READ BINARY 00 B0 00 00 Ne=8", "step 2 of 3: a late answer", "step 3 of 3: MANAGE CHANNEL 00 70 80 01"} {
		err := replay.Close()
		require.ErrorIs(t, err, transport.ErrStepsLeft)
		require.Contains(t, err.Error(), want)
		switch i {
		case 0:
			_, ok := replay.LateAnswer(t.Context())
			require.False(t, ok, "it is not its turn")
			_, err = transmit(t, replay, "00B0000008")
			require.NoError(t, err)
		case 1:
			rapdu, ok := replay.LateAnswer(t.Context())
			require.True(t, ok)
			require.Equal(t, []byte{1, 0x90, 0}, rapdu)
		case 2:
			_, err = transmit(t, replay, "00708001")
			require.NoError(t, err)
		}
	}
	require.NoError(t, replay.Close())
	_, ok := replay.LateAnswer(t.Context())
	require.False(t, ok)
}

func TestReplayTakesAnyByteForOneThatIsNotTold(t *testing.T) {
	for capdu, ok := range map[string]bool{
		"00 20 00 01 08 31323334FFFFFFFF":   true,
		"00 20 00 01 08 0000000000000000":   true,
		"00 20 00 01 07 31323334FFFFFF":     false,
		"00 20 00 02 08 31323334FFFFFFFF":   false,
		"00 20 00 01 08 31323334FFFFFFFFFF": false,
	} {
		_, err := transmit(t, transport.Replay(parse(t, "> 00 20 00 01 08 ** ** ** ** ** ** ** **\n< 90 00\n")), capdu)
		require.Equal(t, ok, err == nil, capdu)
	}
}

func TestReplayedAnswersAreTheCallers(t *testing.T) {
	transcript := parse(t, "> 00 B0 00 00 08\n< 01 90 00\n~ 02 90 00\n")
	for range 2 {
		replay := transport.Replay(transcript)
		rapdu, err := transmit(t, replay, "00B0000008")
		require.NoError(t, err)
		require.Equal(t, []byte{1, 0x90, 0}, rapdu)
		clear(rapdu)
		rapdu, _ = replay.LateAnswer(t.Context())
		require.Equal(t, []byte{2, 0x90, 0}, rapdu)
		clear(rapdu)
	}
}

func TestReplayHonoursItsContext(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	replay := transport.Replay(parse(t, "> 00 B0 00 00 08\n< 90 00\n> 00 B0 00 00 08\n! canceled\n> 00 B0 00 00 08\n! deadline\n"))
	read := unhex(t, "00B0000008")
	_, err := replay.Transmit(ended, read)
	require.ErrorIs(t, err, context.Canceled)
	_, err = replay.Transmit(t.Context(), read)
	require.NoError(t, err, "the step was not played")
	_, err = replay.Transmit(ended, read)
	require.ErrorIs(t, err, context.Canceled)
	_, err = replay.Transmit(ended, read)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, context.DeadlineExceeded, "that step is not this one")
	require.ErrorIs(t, replay.Close(), transport.ErrStepsLeft)
	_, err = replay.Transmit(t.Context(), read)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, replay.Close())
	_, err = replay.Transmit(ended, read)
	require.ErrorIs(t, err, context.Canceled)
}

// TestReplayOfAChannelWhoseNumberCameLate plays a session in which OpenChannel
// closes the channel that it did not get.
func TestReplayOfAChannelWhoseNumberCameLate(t *testing.T) {
	replay := transport.Replay(parse(t, "> 00 70 00 00 01\n! deadline\n~ 02 90 00\n> 00 70 80 02\n< 90 00\n"))
	_, err := apdu.OpenChannel(t.Context(), replay)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, replay.Close())
}

func TestReplayerAndRecorderPrintNoBytes(t *testing.T) {
	replay := transport.Replay(parse(t, "> 00 B0 00 00 08\n< 31 32 33 34 35 36 90 00\n"))
	var b strings.Builder
	rec := transport.Record(replay, &b)
	_, err := transmit(t, rec, "00B0000008")
	require.NoError(t, err)
	require.Contains(t, b.String(), "31 32 33 34 35 36")
	for _, v := range []any{replay, rec} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			text := fmt.Sprintf(verb, v)
			require.Contains(t, []string{"replay, 1 of 1 steps done", "transport.Recorder"}, text)
		}
	}
}
