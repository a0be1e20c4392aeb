package csim

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// An answer may come at any moment between two looks at the state.
func TestNothingIsFoundInLessThanQuietTimeAfterAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewModem(nil, nil)
		m.step.sent("AT+CMEE?", true, time.Now())
		m.input([]byte("+CMEE: 1\rOK\r"), time.Now())
		for _, wait := range []time.Duration{0, QuietTime - 1} {
			time.Sleep(wait)
			found, rest := m.found()
			require.False(t, found)
			require.Equal(t, QuietTime-wait, rest)
		}
		time.Sleep(time.Nanosecond)
		found, _ := m.found()
		require.True(t, found)
	})
}

func TestProbeIsNotDueInLessThanQuietTimeAfterAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewModem(nil, nil)
		m.step.sent("AT+CMEE?", true, time.Now())
		m.input([]byte("ERROR\r"), time.Now()) // may be another program's command's
		found, rest := m.found()
		require.False(t, found)
		require.Equal(t, QuietTime, rest)
	})
}
