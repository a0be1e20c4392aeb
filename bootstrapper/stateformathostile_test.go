package bootstrapper_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// storeOf is a store that keeps its State where the test can see it.
type storeOf struct{ s *bootstrapper.State }

func (k *storeOf) Load(context.Context) (*bootstrapper.State, error) { return k.s.Clone(), nil }
func (k *storeOf) Replace(_ context.Context, s *bootstrapper.State) error {
	*k.s = *s.Clone()
	return nil
}

func TestEveryAlteredOctetIsCorrupt(t *testing.T) {
	for name, s := range formStates() {
		t.Run(name, func(t *testing.T) {
			b := form(t, s)
			for i := range b {
				for _, flip := range []byte{0x01, 0x02, 0x10, 0x80, 0xFF} {
					b[i] ^= flip
					_, err := bootstrapper.ParseState(b)
					require.ErrorIs(t, err, bootstrapper.ErrCorrupt, i)
					require.NotErrorIs(t, err, bootstrapper.ErrVersion)
					b[i] ^= flip
				}
			}
		})
	}
}

func TestEveryOtherLengthIsCorrupt(t *testing.T) {
	for name, s := range formStates() {
		t.Run(name, func(t *testing.T) {
			b := form(t, s)
			for n := range b {
				_, err := bootstrapper.ParseState(b[:n])
				require.ErrorIs(t, err, bootstrapper.ErrCorrupt, n)
				if n != len(b)-32 {
					_, err = bootstrapper.ParseState(seal(b[:n]))
					require.ErrorIs(t, err, bootstrapper.ErrCorrupt, n)
				}
			}
			_, err := bootstrapper.ParseState(append(b, 0))
			require.ErrorIs(t, err, bootstrapper.ErrCorrupt)
		})
	}
	for _, n := range []int{bootstrapper.MaxStateSize, bootstrapper.MaxStateSize + 1} {
		_, err := bootstrapper.ParseState(make([]byte, n))
		require.ErrorIs(t, err, bootstrapper.ErrCorrupt)
	}
	body := form(t, new(bootstrapper.State))
	body = body[:len(body)-32]
	body = append(body, make([]byte, bootstrapper.MaxStateSize-32-len(body)+1)...)
	_, err := bootstrapper.ParseState(seal(body))
	require.ErrorIs(t, err, bootstrapper.ErrCorrupt)
	require.ErrorContains(t, err, fmt.Sprint("offset ", bootstrapper.MaxStateSize, ":"))
}

func TestANewerVersionIsToldFromDamage(t *testing.T) {
	for _, v := range []byte{2, 3, 255} {
		b := seal(append([]byte("LWM2"), v, 1, 2, 3))
		_, err := bootstrapper.ParseState(b)
		require.ErrorIs(t, err, bootstrapper.ErrVersion)
		require.NotErrorIs(t, err, bootstrapper.ErrCorrupt)
		require.ErrorContains(t, err, fmt.Sprint(v))
		b[6] ^= 1
		_, err = bootstrapper.ParseState(b)
		require.ErrorIs(t, err, bootstrapper.ErrCorrupt)
	}
	_, err := bootstrapper.ParseState(seal([]byte("LWM2\x00\x00\x00\x00\x00\x00")))
	require.ErrorIs(t, err, bootstrapper.ErrCorrupt)
}

// hostileForms are bodies that are wrong at an offset, magic and version left
// out. The three sources stand first; 00 00 is a card without anything.
var hostileForms = []struct {
	name, body string
	at         int
}{
	{"an unknown flag", "10 00 00 00 00", 5},
	{"a flag of the factory alone", "00 08 00 00 00", 6},
	{"a digest cut short", "01 00 00", 6},
	{"a tree without Objects", "02 00 00 00 00 00", 6},
	{"a disabled tree without Objects", "04 00 00 00 00 00 00", 6},
	{"an Object without instances", "02 01 00 00 00 00 00 00 00 00 00", 10},
	{"a count above what is there", "02 7F 00 00 00 01 00 00", 6},
	{"Objects above the limit", "02 8104" + strings.Repeat("00", 3000), 6},
	{"a count far above", "02 FFFFFFFFFFFFFFFF7F 00 00 00", 6},
	{"Object Instances above what is there", "02 01 00 00 00 7F 00 00 00 00 00 00", 10},
	{"Object Instances above the limit", "02 01 00 00 00 8108 00 00", 10},
	{"Resources above what is there", "02 01 00 00 00 01 00 7F 00 00 00 00", 12},
	{"Resource Instances above what is there", "02 01 00 00 00 01 00 01 00 80 7F 00 00 00 00", 15},
	{"an Object twice", "02 02 05 00 00 01 00 00 05 00 00 01 01 00 00 00 00 00", 13},
	{"Objects that descend", "02 02 05 00 00 01 00 00 04 00 00 01 00 00 00 00 00 00", 13},
	{"an Object Instance twice", "02 01 05 00 00 02 00 00 00 00 00 00 00 00", 13},
	{"a Resource twice", "02 01 05 00 00 01 00 02 01 00 00 01 00 00 00 00 00 00", 16},
	{"a Resource Instance twice", "02 01 05 00 00 01 00 01 01 80 02 03 00 00 03 00 00 00 00 00 00", 19},
	{"active of two origins", "02 01 05 00 00 01 07 00 02 01 05 00 00 01 07 00 00 00 00", 19},
	{"an ID above 65535", "02 01 808004 00 00 01 00 00 00 00 00 00", 7},
	{"an ID in a longer form", "02 01 8500 00 00 01 00 00 00 00 00 00", 7},
	{"a number of eleven octets", "02 01 05 00 00 01 00 01 01 03 FFFFFFFFFFFFFFFFFFFF01 00 00 00 00", 15},
	{"a number above 64 bits", "02 01 05 00 00 01 00 01 01 03 FFFFFFFFFFFFFFFFFF02 00 00 00 00", 15},
	{"an Integer in a longer form", "02 01 05 00 00 01 00 01 01 02 8000 00 00 00 00", 15},
	{"a Float cut short", "02 01 05 00 00 01 00 01 01 04 00 00 00 00", 15},
	{"a Boolean of 2", "02 01 05 00 00 01 00 01 01 05 02 00 00 00 00", 15},
	{"an Objlnk above 65535", "02 01 05 00 00 01 00 01 01 08 00 808004 00 00 00 00", 16},
	{"an unknown type", "02 01 05 00 00 01 00 01 01 0A 00 00 00 00 00", 14},
	{"an unknown mark", "02 01 05 00 00 01 00 01 01 20 00 00 00 00 00", 14},
	{"a multiple Resource in one", "02 01 05 00 00 01 00 01 01 80 01 00 80 00 00 00 00 00 00", 17},
	{"octets above what is there", "02 01 05 00 00 01 00 01 01 06 7F 00 00 00 00", 15},
	{"a reason above what is there", "04 01 05 00 00 01 00 00 7F 00 00 00 00", 13},
	{"a reason that is no line", "04 01 05 00 00 01 00 00 03 0A1B00 00 00 00 00", 13},
	{"a place above its limit", "00 00 00 8002 00", 8},
	{"too many marks", "00 00 00 00 11" + strings.Repeat("00", 17*50), 9},
	{"marks above what is there", "00 00 00 00 02" + strings.Repeat("00", 99), 9},
	{"something behind", "00 00 00 00 00 00", 10},
	{"nothing", "", 5},
}

func TestHostileFormsAreCorruptWhereTheyGoWrong(t *testing.T) {
	for _, tt := range hostileForms {
		t.Run(tt.name, func(t *testing.T) {
			_, err := bootstrapper.ParseState(hostile(t, tt.body))
			require.ErrorIs(t, err, bootstrapper.ErrCorrupt)
			require.ErrorContains(t, err, fmt.Sprintf(" offset %d: ", tt.at))
		})
	}
}

func hostile(t testing.TB, body string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(body, " ", ""))
	require.NoError(t, err)
	return seal(append([]byte("LWM2\x01"), b...))
}

// What is the most that hostile octets make of themselves.
func TestMemoryIsBoundedByTheInput(t *testing.T) {
	resources := "02 01 05 00 00 01 00 8008" + strings.Repeat("000000", 5)
	values := "02 01 05 00 00 01 00 01 01 80 8008" + strings.Repeat("000000", 5)
	for name, body := range map[string]string{"Resources": resources, "Resource Instances": values} {
		b := hostile(t, body)
		got := allocated(func() { _, _ = bootstrapper.ParseState(b) })
		require.Less(t, got, uint64(4<<10), name)
	}
	// As many Object Instances as are accepted, in the fewest octets.
	var body bytes.Buffer
	body.WriteString("LWM2\x01\x02\x06")
	for object := range byte(6) {
		body.Write([]byte{object, 0, 0, 0x80, 0x08})
		for id := range 1024 {
			if id >= 128 {
				body.WriteByte(byte(id) | 0x80)
				body.WriteByte(byte(id >> 7))
			} else {
				body.WriteByte(byte(id))
			}
			body.WriteByte(0)
		}
	}
	body.Write([]byte{0, 0, 0, 0})
	s, err := bootstrapper.ParseState(seal(body.Bytes()))
	require.NoError(t, err)
	require.Equal(t, 6144, s.Tree().Len())

	one := append(bytes.Clone(body.Bytes()[:body.Len()-4]), 2, 1, 7, 0, 0, 1, 0, 0, 0, 0, 0)
	_, err = bootstrapper.ParseState(seal(one))
	require.ErrorIs(t, err, bootstrapper.ErrCorrupt, "one more")
}
