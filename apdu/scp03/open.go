package scp03

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Config tells Open what session to make. But for KeysFor the zero value is
// what Appendix H wants.
type Config struct {
	// KeysFor finds the card's keys; it must be set.
	KeysFor KeySource

	// KeyVersion is the version of the keys that the card is to use; 0 leaves
	// it to the card.
	KeyVersion byte

	// Level is the security level; 0 is Level33.
	Level Level

	// S16 asks for S16 mode: 16 bytes where there are 8. The host must know it
	// beforehand.
	S16 bool

	// ChallengeAID, when set, is the whole AID of the application. The card
	// must choose its challenge pseudo-randomly then, and it is computed again.
	ChallengeAID apdu.AID

	// ICCID is handed to KeysFor, for keys that go by it.
	ICCID string

	// Random is where the host challenge comes from; nil is crypto/rand.
	Random io.Reader
}

// Open authenticates the card and the host to each other, on a channel on
// which the application has been selected, by two commands in the clear. Then
// all commands of ch go through the session, which ch.Secure has been told of.
// After an error ch has no session, and no key is left behind.
//
// Errors to test for: [ErrNotOffered], [ErrKeys], [ErrNotAuthenticated],
// [ErrHostRefused]; what KeysFor and the channel return stands in the chain.
func Open(ctx context.Context, ch *apdu.Channel, cfg Config) (*Session, error) {
	ch.Secure(nil)
	s, err := open(ctx, ch, cfg)
	if err != nil {
		return nil, fmt.Errorf("scp03: %w", err)
	}
	ch.Secure(s)
	return s, nil
}

func open(ctx context.Context, ch *apdu.Channel, cfg Config) (*Session, error) {
	if cfg.Level == 0 {
		cfg.Level = Level33
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.KeysFor == nil || !cfg.Level.Valid() {
		return nil, fmt.Errorf("level %v, or no source of keys: not a configuration", cfg.Level)
	}
	challenge := make([]byte, 8, 16)
	if cfg.S16 {
		challenge = challenge[:16]
	}
	if _, err := io.ReadFull(cfg.Random, challenge); err != nil {
		return nil, fmt.Errorf("host challenge: %w", err)
	}
	card, a, err := initialize(ctx, ch, cfg, challenge)
	if err != nil {
		return nil, fmt.Errorf("INITIALIZE UPDATE: %w", err)
	}
	sealed, err := authenticateCard(ctx, cfg, card, a, challenge)
	if err != nil {
		return nil, err
	}
	s := &Session{sealing: *sealed, card: card, app: ch.App()}
	if err := s.authenticateHost(ctx, ch, s.cryptogram(constHostCryptogram, challenge, a.challenge)); err != nil {
		s.End(err)
		return nil, fmt.Errorf("EXTERNAL AUTHENTICATE: %w", err)
	}
	return s, nil
}

// initialize says INITIALIZE UPDATE, and refuses a card that does not offer
// the session wanted.
func initialize(ctx context.Context, ch *apdu.Channel, cfg Config, challenge []byte) (Card, answer, error) {
	resp, err := ch.Transmit(ctx, apdu.Command{
		CLA: claProprietary, INS: insInitializeUpdate, P1: cfg.KeyVersion, Data: challenge, Ne: apdu.MaxShortNe,
	})
	if err != nil {
		return Card{}, answer{}, err
	}
	if err := succeeded(resp.SW); err != nil {
		return Card{}, answer{}, fmt.Errorf("%w: %w", ErrNotOffered, err)
	}
	card, a, err := readAnswer(resp.Data)
	switch {
	case err != nil:
	case (card.Parameter&ParameterS16 != 0) != cfg.S16:
		err = fmt.Errorf("i = %02X, S16 asked for is %t: %w", card.Parameter, cfg.S16, ErrNotOffered)
	case !cfg.Level.OfferedBy(card.Parameter):
		err = fmt.Errorf("i = %02X is without level %v: %w", card.Parameter, cfg.Level, ErrNotOffered)
	case cfg.ChallengeAID != "" && a.sequence == nil:
		err = fmt.Errorf("i = %02X is without pseudo-random challenges: %w", card.Parameter, ErrNotOffered)
	case cfg.KeyVersion != 0 && cfg.KeyVersion != card.KeyVersion:
		err = fmt.Errorf("key version %02X where %02X was asked for: %w", card.KeyVersion, cfg.KeyVersion, ErrKeys)
	}
	card.ICCID = cfg.ICCID
	return card, a, err
}

// authenticateCard derives the session keys, and checks that the card has them.
func authenticateCard(ctx context.Context, cfg Config, card Card, a answer, challenge []byte) (*sealing, error) {
	keys, err := cfg.KeysFor(ctx, card)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	defer keys.Wipe()
	if keys.Version != 0 && keys.Version != card.KeyVersion {
		return nil, fmt.Errorf("keys of version %02X, the card's are %02X: %w", keys.Version, card.KeyVersion, ErrKeys)
	}
	s, err := seal(keys, challenge, a.challenge)
	if err != nil {
		return nil, err
	}
	s.level = cfg.Level
	if !equal(s.cryptogram(constCardCryptogram, challenge, a.challenge), a.cryptogram) {
		s.wipe()
		return nil, ErrNotAuthenticated
	}
	if cfg.ChallengeAID == "" {
		return s, nil
	}
	want, _ := PseudoRandomChallenge(keys, a.sequence, cfg.ChallengeAID, s.macLen) // seal has checked the keys
	if !equal(want, a.challenge) {
		s.wipe()
		return nil, fmt.Errorf("card challenge: %w", ErrNotAuthenticated)
	}
	return s, nil
}

// authenticateHost says EXTERNAL AUTHENTICATE, the first command with a MAC.
func (s *Session) authenticateHost(ctx context.Context, ch *apdu.Channel, cryptogram []byte) error {
	c := apdu.Command{CLA: claProprietary | claSecure, INS: insExternalAuthenticate, P1: byte(s.level)}
	s.chainCommand(c, cryptogram)
	c.Data = append(cryptogram, s.chain[:s.macLen]...)
	resp, err := ch.Transmit(ctx, c)
	switch {
	case err != nil:
		return err
	case succeeded(resp.SW) != nil:
		return fmt.Errorf("%w: %w", ErrHostRefused, resp.SW)
	case len(resp.Data) > 0:
		return fmt.Errorf("answer of %d bytes: %w", len(resp.Data), apdu.ErrMalformed)
	}
	return nil
}

// succeeded is the error of a status word of the two commands that open a
// session. 6300 is one: the cryptogram is wrong.
func succeeded(sw apdu.SW) error {
	if sw.Warning() {
		return sw
	}
	return sw.Err()
}

// errOtherProtocol: SCP02, most likely.
var errOtherProtocol = errors.New("another secure channel protocol")

// answer is what INITIALIZE UPDATE brings beside Card. The slices alias it.
type answer struct {
	challenge, cryptogram []byte
	sequence              []byte // nil unless challenges are pseudo-random
}

// readAnswer takes the answer to INITIALIZE UPDATE apart (Amendment D, 7.1.1.6):
//
//	key diversification data (10) | key version, 03, i | card challenge (8 or
//	16) | card cryptogram (8 or 16) | sequence counter (3), if pseudo-random
func readAnswer(data []byte) (card Card, a answer, err error) {
	rest := data
	take := func(n int) (b []byte) {
		if len(rest) < n {
			rest, err = nil, apdu.ErrMalformed
			return make([]byte, n)
		}
		b, rest = rest[:n:n], rest[n:]
		return b
	}
	card.Diversification = [10]byte(take(10))
	info := take(3)
	card.KeyVersion, card.Parameter = info[0], info[2]
	if err == nil && info[1] != scp {
		return card, a, fmt.Errorf("%w, %02X: %w", errOtherProtocol, info[1], ErrNotOffered)
	}
	size := 8
	if card.Parameter&ParameterS16 != 0 {
		size = 16
	}
	a.challenge, a.cryptogram = take(size), take(size)
	if card.Parameter&ParameterPseudo != 0 {
		a.sequence = take(3)
	}
	if err != nil || len(rest) > 0 {
		return card, a, fmt.Errorf("answer of %d bytes, i = %02X: %w", len(data), card.Parameter, apdu.ErrMalformed)
	}
	return card, a, nil
}

// scp is the number of the protocol.
const scp = 0x03
