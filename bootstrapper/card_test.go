package bootstrapper_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

func marks(n int) (list []bootstrapper.PINMark) {
	for i := range n {
		list = append(list, bootstrapper.PINMark{Tries: uint8(i), Outcome: bootstrapper.PINRefused})
	}
	return list
}

func TestWhatIsRememberedOfACardIsBounded(t *testing.T) {
	var s bootstrapper.State
	s.SetCard(bootstrapper.Card{Place: strings.Repeat("x", bootstrapper.MaxPlace), PINs: marks(bootstrapper.MaxPINMarks + 2)})
	c := s.Card()
	require.Len(t, c.Place, bootstrapper.MaxPlace)
	require.Len(t, c.PINs, bootstrapper.MaxPINMarks)
	require.Equal(t, uint8(2), c.PINs[0].Tries, "the newest stay")

	s.SetCard(bootstrapper.Card{Place: strings.Repeat("x", bootstrapper.MaxPlace+1)})
	require.Zero(t, s.Card())
}

func TestWhatIsRememberedOfACardIsNotShared(t *testing.T) {
	given := bootstrapper.Card{Place: "here", PINs: marks(1)}
	var s bootstrapper.State
	s.SetCard(given)
	clone := s.Clone()
	given.PINs[0].Tries = 9
	s.Card().PINs[0].Tries = 9
	clone.Card().PINs[0].Tries = 9
	want := bootstrapper.Card{Place: "here", PINs: marks(1)}
	require.Equal(t, want, s.Card())
	require.Equal(t, want, clone.Card())

	for name, other := range map[string]bootstrapper.Card{
		"place": {Place: "there", PINs: marks(1)}, "marks": {Place: "here"}, "nothing": {},
	} {
		var o bootstrapper.State
		o.SetCard(other)
		require.False(t, s.Equal(&o), name)
	}
}

func TestAMarkPrintsWithoutItsDigest(t *testing.T) {
	m := bootstrapper.PINMark{Salt: [16]byte{0xAB, 0xAB}, Digest: bootstrapper.Digest{0xCD, 0xCD}, Tries: 2, Outcome: bootstrapper.PINRefused}
	c := bootstrapper.Card{Place: "here", PINs: []bootstrapper.PINMark{m}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%s"} {
		text := fmt.Sprintf(verb, m) + fmt.Sprintf(verb, c) + fmt.Sprintf(verb, &c)
		require.Contains(t, text, "refused, 2 tries left")
		for _, leak := range []string{"ab", "AB", "171", "cd", "CD", "205"} {
			require.NotContains(t, text, leak, verb)
		}
	}
}

func TestOutcomesHaveNames(t *testing.T) {
	require.Equal(t, "none tried refused accepted none", fmt.Sprint(bootstrapper.PINOutcome(0), bootstrapper.PINTried,
		bootstrapper.PINRefused, bootstrapper.PINAccepted, bootstrapper.PINOutcome(4)))
}
