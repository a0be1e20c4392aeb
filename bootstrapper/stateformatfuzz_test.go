package bootstrapper_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// FuzzParseState reads any octets as a State, and once more with the right
// checksum behind them, for a fuzzer does not find that. What is accepted is
// written as the same octets, each Object Instance of it is active of one
// origin, and it can be changed; what is not says where.
func FuzzParseState(f *testing.F) {
	for _, s := range formStates() {
		f.Add(form(f, s))
	}
	for _, tt := range hostileForms {
		f.Add(hostile(f, tt.body))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		given := bytes.Clone(b)
		check := func(b []byte) {
			s, err := bootstrapper.ParseState(b)
			if err != nil {
				require.Nil(t, s)
				require.NotEqual(t, errors.Is(err, bootstrapper.ErrCorrupt), errors.Is(err, bootstrapper.ErrVersion))
				require.True(t, strings.HasPrefix(err.Error(), "bootstrapper: offset ") && !strings.Contains(err.Error(), "\n"), err)
				return
			}
			again, err := bootstrapper.AppendState(nil, s)
			require.NoError(t, err)
			require.True(t, bytes.Equal(b, again))
			active := 0
			for o := factory; o <= server; o++ {
				active += s.Source(o).Len()
				if disabled, reason := s.Disabled(o); disabled.Len() == 0 {
					require.Empty(t, reason)
				}
			}
			require.Equal(t, s.Tree().Len(), active)
			s.Delete(objects.Path{})
			s.Forget(smartcard)
			smaller, err := bootstrapper.AppendState(nil, s)
			require.NoError(t, err)
			require.LessOrEqual(t, len(smaller), len(b))
		}
		check(b)
		check(seal(b))
		if len(b) >= 32 {
			check(seal(b[:len(b)-32]))
		}
		require.True(t, bytes.Equal(given, b), "the input stays as it is")
	})
}
