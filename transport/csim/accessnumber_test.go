package csim_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func TestNumbersOfChannelsAreNotUsedTwice(t *testing.T) {
	// The second channel has the number that the caller knows for the first.
	a := run(t, nil, []step{
		{open, "019000", nil}, {open, "029000", nil},
		{"01" + selectApp, "9000", nil}, {"02B0000001", "9000", nil},
		{"00708002", "9000", nil}, {"00708001", "9000", nil},
	},
		failed(openLine, "ERROR"), answered(openLine, "019000"),
		answered(ccho, "7"), answered(overCSIM("01B0000001"), "9000"),
		answered(overCSIM("00708001"), "9000"), answered("AT+CCHC=7", "+CCHC"))
	_, err := a.Transmit(t.Context(), unhex(t, "00708001"))
	require.ErrorContains(t, err, "not opened here")
}

func TestChannelsAboveThree(t *testing.T) {
	run(t, nil, []step{
		{open, "059000", nil}, {"41B0000001", "9000", nil}, {"61B0000001", "9000", nil}, {"E1B0000001", "9000", nil}, {"00708005", "9000", nil},
	},
		answered(openLine, "059000"), answered(overCSIM("41B0000001"), "9000"), answered(overCSIM("61B0000001"), "9000"),
		answered(overCSIM("E1B0000001"), "9000"), answered(overCSIM("00708005"), "9000"))
	run(t, nil, []step{{open, "059000", nil}, {"41" + selectApp, "9000", nil}, {"41B0000001", "9000", nil}, {"61B0000001", "9000", nil}, {"E1B0000001", "9000", nil}},
		answered(openLine, "059000"), failed(overCSIM("41"+selectApp), "ERROR"), answered(overCSIM("00708005"), "9000"), answered(ccho, "7"),
		answered(in("00B0000001"), "9000"), answered(in("04B0000001"), "9000"), answered(in("84B0000001"), "9000"))
}

func TestThereAreNineteenChannels(t *testing.T) {
	var steps []step
	for n := range apdu.MaxChannel {
		steps = append(steps, step{open, fmt.Sprintf("%02X9000", n+1), nil})
	}
	run(t, only(csim.WayCGLA), append(steps, step{open, "6A81", nil}, step{"00708003", "9000", nil}, step{open, "039000", nil}))

	// One too many is closed.
	a, _ := lately(t, nil, [][]string{nil}, append(slices.Repeat([]call{failed(openLine, "ERROR")}, apdu.MaxChannel),
		answered(openLine, "019000"), gaveUp(overCSIM("00708001")), answered(overCSIM("00708001"), "9000"), answered(readLine, "9000"))...)
	for _, s := range steps {
		send(t, a, s.capdu, s.want)
	}
	send(t, a, open, "6A81")
	send(t, a, read, "9000")
}

func TestClassWithoutRoomForAChannelIsAnError(t *testing.T) {
	a := csim.NewAccess(commands(t, answered(openLine, "019000")), nil)
	send(t, a, open, "019000")
	_, err := a.Transmit(t.Context(), unhex(t, "21B0000001"))
	require.ErrorContains(t, err, "class 20")
}

func TestCloseTellsWhatTheCardSays(t *testing.T) {
	for _, tt := range []struct {
		calls []call
		want  string
	}{
		{[]call{answered(overCSIM("00708001"), "9000")}, "9000"},
		{[]call{answered(overCSIM("00708001"), "6881")}, "6881"},
		{[]call{answered(overCSIM("00708001"), "6700"), answered(overCSIM("0070800100"), "9000")}, "9000"},
	} {
		run(t, nil, []step{{open, "019000", nil}, {"00708001", tt.want, nil}}, append([]call{answered(openLine, "019000")}, tt.calls...)...)
	}
	a := csim.NewAccess(commands(t, answered(openLine, "019000"), failed(overCSIM("00708001"), "ERROR"), failed(overCSIM("0070800100"), "ERROR")), nil)
	ch, err := apdu.OpenChannel(t.Context(), a)
	require.NoError(t, err)
	err = ch.Close(t.Context())
	require.ErrorContains(t, err, "may stay open")
	require.NotErrorIs(t, err, apdu.ErrRefused, "another form would be tried")
}
