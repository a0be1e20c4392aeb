package csim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func TestCommandHasTwoForms(t *testing.T) {
	four, five := overCSIM("00200001"), overCSIM("0020000100")
	learnt := &csim.AccessConfig{Profile: csim.Profile{FiveBytes: true}}
	a := run(t, nil, []step{{"00200001", "63C3", nil}, {"00200001", "63C2", nil}}, failed(four, "ERROR"), answered(five, "63C3"), answered(five, "63C2"))
	require.True(t, a.Profile().FiveBytes)
	a = run(t, learnt, []step{{"00200001", "63C3", nil}, {"0020000100", "63C2", nil}}, failed(five, "ERROR"), answered(four, "63C3"), answered(four, "63C2"))
	require.False(t, a.Profile().FiveBytes, "it is another modem")
	a = run(t, learnt, []step{{"00200001", "", apdu.ErrRefused}}, failed(five, "ERROR"), failed(four, "ERROR"))
	require.True(t, a.Profile().FiveBytes, "neither form is to blame")
	run(t, nil, []step{{"00200001", "", apdu.ErrNoCard}}, failed(four, "ERROR"), failed(five, "+CME ERROR: 10"))
	run(t, nil, []step{{"00200001", "", errResult("+CME ERROR: 0")}}, failed(four, "+CME ERROR: 0")) // the card may have seen it
	run(t, nil, []step{{read, "", apdu.ErrRefused}}, failed(readLine, "ERROR"))                      // Le 00 is no filling here

	// A card that wants the other form says so to each command.
	a = run(t, nil, []step{{"00200001", "63C3", nil}, {"0020000100", "63C3", nil}, {"00200001", "6700", nil}},
		answered(four, "6700"), answered(five, "63C3"), answered(four, "6700"), answered(five, "63C3"), answered(four, "6700"), answered(five, "6700"))
	require.Zero(t, a.Profile())

	withLe, without := overCSIM("00A40404023F0000"), overCSIM("00A40404023F00")
	a = run(t, nil, []step{{"00A40404023F0000", "9000", nil}, {"00A40404023F0000", "6102", nil}}, failed(withLe, "ERROR"), answered(without, "9000"), answered(without, "6102"))
	require.True(t, a.Profile().NoLe)
	run(t, nil, []step{{"0088000001AA10", "", apdu.ErrRefused}}, failed(overCSIM("0088000001AA10"), "ERROR")) // what it does is not known
}
