package simboot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
)

// pinMemory is what is remembered of one PIN of one card.
//
//	none ──before──▶ tried ──accepted──▶ accepted ──before, other tries──▶ tried
//	                   └────refused────▶ refused  (for good)
//
// A PIN that is "tried" was on its way when the device stopped. Fewer tries
// than before tell that it was refused, or that somebody else mistyped; as many,
// that it never arrived or was right. One that was accepted is sent without
// writing the store, which a device with a good PIN would otherwise do at each
// start; with a card that does not tell the tries it does.
type pinMemory struct {
	store  bootstrapper.Store
	key    apdu.KeyReference
	iccid  string
	digits []byte

	accepts bool // the mark says so already
}

// before notes that the PIN is about to be sent, or fails with ErrPINRefused.
func (m *pinMemory) before(ctx context.Context, tries int) error {
	var refused bool
	_, err := bootstrapper.Update(ctx, m.store, func(state *bootstrapper.State) error {
		card := state.Card()
		i := slices.IndexFunc(card.PINs, m.matches)
		if i < 0 {
			card.PINs = append(makeRoom(card.PINs), m.mark(tries))
			state.SetCard(card)
			return nil
		}
		mark := &card.PINs[i]
		switch now := triesOctet(tries); {
		case mark.Outcome == bootstrapper.PINAccepted && now == mark.Tries && tries != TriesUnknown:
			m.accepts = true
		case mark.Outcome == bootstrapper.PINAccepted:
			mark.Outcome, mark.Tries = bootstrapper.PINTried, now
		case mark.Outcome == bootstrapper.PINTried && now >= mark.Tries && tries != TriesUnknown:
			mark.Tries = now // or one that rose would allow several
		default:
			refused = true
			mark.Outcome = bootstrapper.PINRefused
		}
		state.SetCard(card)
		return nil
	})
	if err == nil && refused {
		err = ErrPINRefused
	}
	return err
}

func (m *pinMemory) accepted(ctx context.Context) error {
	if m.accepts {
		return nil
	}
	return m.note(ctx, bootstrapper.PINAccepted)
}

// refused returns the reason, and what kept it from being remembered.
func (m *pinMemory) refused(ctx context.Context, reason error) error {
	if err := m.note(ctx, bootstrapper.PINRefused); err != nil {
		return fmt.Errorf("%w; %w", reason, err)
	}
	return reason
}

// note writes what became of the PIN, though there be no time left.
func (m *pinMemory) note(ctx context.Context, outcome bootstrapper.PINOutcome) error {
	_, err := bootstrapper.Update(context.WithoutCancel(ctx), m.store, func(state *bootstrapper.State) error {
		card := state.Card()
		if i := slices.IndexFunc(card.PINs, m.matches); i >= 0 {
			card.PINs[i].Outcome = outcome
			state.SetCard(card)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remember that the PIN was %v: %w", outcome, err)
	}
	return nil
}

// makeRoom leaves out the oldest mark when there is no room for another, one of
// a PIN that was accepted if there is any: those that were refused matter.
func makeRoom(marks []bootstrapper.PINMark) []bootstrapper.PINMark {
	if len(marks) < bootstrapper.MaxPINMarks {
		return marks
	}
	oldest := max(0, slices.IndexFunc(marks, func(m bootstrapper.PINMark) bool { return m.Outcome == bootstrapper.PINAccepted }))
	return slices.Delete(marks, oldest, oldest+1)
}

// ForgetPINs deletes what a store remembers of PINs, so that one that was
// refused may be sent again: after the card's PIN was set to it, say.
func ForgetPINs(ctx context.Context, store bootstrapper.Store) error {
	_, err := bootstrapper.Update(ctx, store, func(state *bootstrapper.State) error {
		card := state.Card()
		card.PINs = nil
		state.SetCard(card)
		return nil
	})
	return err
}

// mark makes a new mark of the PIN.
func (m *pinMemory) mark(tries int) bootstrapper.PINMark {
	mark := bootstrapper.PINMark{Tries: triesOctet(tries), Outcome: bootstrapper.PINTried}
	rand.Read(mark.Salt[:]) // never fails
	mark.Digest = m.digest(mark.Salt)
	return mark
}

func (m *pinMemory) matches(mark bootstrapper.PINMark) bool {
	return mark.Digest == m.digest(mark.Salt)
}

// digest is of the salt, the key reference, the ICCID and the PIN.
func (m *pinMemory) digest(salt [16]byte) bootstrapper.Digest {
	b := append(salt[:], byte(m.key), byte(len(m.iccid)))
	b = append(append(b, m.iccid...), m.digits...)
	defer clear(b)
	return sha256.Sum256(b)
}

// triesOctet is a number of tries in a mark; any number is fewer than one that
// is not known, so that a PIN whose answer was lost is not sent again.
func triesOctet(tries int) uint8 {
	if tries == TriesUnknown {
		return 0xFF
	}
	return uint8(tries)
}
