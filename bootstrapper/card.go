package bootstrapper

import (
	"fmt"
	"slices"
)

// Card is what a device remembers of its smartcard beside the data: where they
// were, so that the next look at the card is short, and what became of the PINs
// that were tried, so that a device that reboots in a loop does not block the
// card. Package simboot keeps it; elsewhere it is opaque.
type Card struct {
	Place string    // where the data were found, as simboot writes it; "": not known
	PINs  []PINMark // the newest last
}

// Limits of a [Card].
const (
	MaxPlace    = 255 // octets of Card.Place, several times what a path can take
	MaxPINMarks = 16  // enough for a card that is swapped now and then
)

// PINMark remembers a PIN that was sent to a card. Of the PIN itself it has a
// salted digest, together with the card's identity and the key reference. A PIN
// has few digits: who has the mark can find it by trial. It is to be kept as
// the keys beside it are.
type PINMark struct {
	Salt    [16]byte
	Digest  Digest
	Tries   uint8 // that the card had left before
	Outcome PINOutcome
}

// String is like "refused, 3 tries left": the digest, with the salt beside it,
// would give the PIN away.
func (m PINMark) String() string { return fmt.Sprintf("%v, %d tries left", m.Outcome, m.Tries) }

// Format prints [PINMark.String] for every verb.
func (m PINMark) Format(f fmt.State, _ rune) { fmt.Fprint(f, m.String()) }

// PINOutcome is what became of a PIN that was sent.
type PINOutcome uint8

const (
	// PINTried: it was about to be sent, and no more is known: power may have
	// failed before the answer.
	PINTried PINOutcome = 1 + iota
	// PINRefused: the card did not take it.
	PINRefused
	// PINAccepted: the card took it.
	PINAccepted
)

// String is "tried", "refused" or "accepted".
func (o PINOutcome) String() string {
	switch o {
	case PINTried:
		return "tried"
	case PINRefused:
		return "refused"
	case PINAccepted:
		return "accepted"
	}
	return "none"
}

// Card is what is remembered of the smartcard. It is the caller's own.
func (s *State) Card() Card { return s.card.clone() }

// SetCard replaces what is remembered of the smartcard. A Place longer than
// [MaxPlace] is none; of more than [MaxPINMarks] marks the newest stay.
func (s *State) SetCard(c Card) {
	if len(c.Place) > MaxPlace {
		c.Place = ""
	}
	if n := len(c.PINs) - MaxPINMarks; n > 0 {
		c.PINs = c.PINs[n:]
	}
	s.card = c.clone()
}

func (c Card) clone() Card {
	c.PINs = slices.Clone(c.PINs)
	return c
}

func (c Card) equal(d Card) bool { return c.Place == d.Place && slices.Equal(c.PINs, d.PINs) }
