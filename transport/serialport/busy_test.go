package serialport

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBusyErrorSaysWhoAndWhatToDo(t *testing.T) {
	for _, tt := range []struct {
		name  string
		err   BusyError
		says  []string
		never string
	}{
		{"ModemManager", BusyError{PID: 812, Program: "ModemManager"}, []string{"812", "ModemManager", "systemctl stop", "ID_MM_PORT_IGNORE"}, "perhaps"},
		{"another", BusyError{PID: 9, Program: "minicom"}, []string{"9", "minicom", "stop it"}, "systemctl"},
		{"unknown", BusyError{}, []string{"another program", "perhaps ModemManager", "ID_MM_PORT_IGNORE"}, "process"},
		{"this one", BusyError{PID: os.Getpid(), Program: "simread"}, []string{"this program", "close it"}, "stop"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.err.Path = "/dev/ttyUSB2"
			text := tt.err.Error()
			require.True(t, strings.HasPrefix(text, "serialport: /dev/ttyUSB2: "), text)
			for _, part := range tt.says {
				require.Contains(t, text, part)
			}
			require.NotContains(t, text, tt.never)
			require.ErrorIs(t, &tt.err, ErrBusy)
			require.NotErrorIs(t, &tt.err, ErrNotSerial)
		})
	}
}

// A process chooses its name.
func TestBusyErrorIsOneLineWhateverTheProgramsName(t *testing.T) {
	text := (&BusyError{Path: "tty", PID: 9, Program: "a\n\x1B[2Jb"}).Error()
	require.NotContains(t, text, "\n")
	require.NotContains(t, text, "\x1B")
}
