package apdu_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// classBytes are written down by hand from ISO/IEC 7816-4:2013 5.4.1: for each
// class of channel 0 (head), those of channels 1, 2, 3, 4, 5, 18 and 19.
var classBytes = map[byte][7]byte{
	0x00: {0x01, 0x02, 0x03, 0x40, 0x41, 0x4E, 0x4F},
	0x04: {0x05, 0x06, 0x07, 0x60, 0x61, 0x6E, 0x6F}, // proprietary SM
	0x08: {0x09, 0x0A, 0x0B, 0x60, 0x61, 0x6E, 0x6F}, // SM, header not processed
	0x0C: {0x0D, 0x0E, 0x0F, 0x60, 0x61, 0x6E, 0x6F}, // SM, header authenticated
	0x10: {0x11, 0x12, 0x13, 0x50, 0x51, 0x5E, 0x5F}, // chaining
	0x1C: {0x1D, 0x1E, 0x1F, 0x70, 0x71, 0x7E, 0x7F},
	0x80: {0x81, 0x82, 0x83, 0xC0, 0xC1, 0xCE, 0xCF},
	0x84: {0x85, 0x86, 0x87, 0xE0, 0xE1, 0xEE, 0xEF}, // GlobalPlatform SM
	0x8C: {0x8D, 0x8E, 0x8F, 0xE0, 0xE1, 0xEE, 0xEF},
	0x90: {0x91, 0x92, 0x93, 0xD0, 0xD1, 0xDE, 0xDF},
}

func TestClassForChannel(t *testing.T) {
	for cla, want := range classBytes {
		for i, channel := range []int{1, 2, 3, 4, 5, 18, 19} {
			got, err := apdu.ClassForChannel(cla, channel)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf("%02X", want[i]), fmt.Sprintf("%02X", got), "class %02X, channel %d", cla, channel)
			require.Equal(t, channel, apdu.ChannelOfClass(got))
		}
	}
}

func TestClassNamesItsChannel(t *testing.T) {
	for cla := range classBytes {
		for channel := range apdu.MaxChannel + 1 {
			got, err := apdu.ClassForChannel(cla, channel)
			require.NoError(t, err)
			require.Equal(t, channel, apdu.ChannelOfClass(got), "class %02X", got)
			require.Equal(t, cla&0x80, got&0x80)
		}
	}
}

func TestChannelZeroKeepsEveryClass(t *testing.T) {
	for cla := range 256 {
		got, err := apdu.ClassForChannel(byte(cla), 0)
		require.NoError(t, err)
		require.Equal(t, byte(cla), got)
	}
}

func TestClassForChannelRefusesWhatCannotCarryOne(t *testing.T) {
	for _, channel := range []int{-1, 20, 256} {
		_, err := apdu.ClassForChannel(0x00, channel)
		require.Error(t, err, "channel %d", channel)
	}
	for _, cla := range []byte{0xA0, 0xA4, 0x20, 0x40, 0x4F, 0xC0, 0x01, 0x02, 0x83, 0xFF} {
		for _, channel := range []int{1, 4} {
			_, err := apdu.ClassForChannel(cla, channel)
			require.Error(t, err, "class %02X, channel %d", cla, channel)
		}
	}
}

func TestSIMClassIsOfChannelZero(t *testing.T) {
	require.Equal(t, 0, apdu.ChannelOfClass(0xA0))
	require.Equal(t, 3, apdu.ChannelOfClass(0x03))
	require.Equal(t, 19, apdu.ChannelOfClass(0x4F))
	require.Equal(t, 4, apdu.ChannelOfClass(0xE0))
}
