package scp03

import (
	"context"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/internal/cmac"
)

// Card is what a card told of itself in INITIALIZE UPDATE. Nothing of it is
// authenticated: it is good for looking up keys, and the wrong keys get
// nowhere.
type Card struct {
	Diversification [10]byte // key diversification data
	KeyVersion      byte     // of the keys that it will use
	Parameter       byte     // i: see ParameterS16
	ICCID           string   // from Config; the card's number, if the caller knows it
}

// KeySource finds the keys of a card. Open owns what it returns, and wipes it:
// a source that keeps its keys returns a clone. An error ends Open.
type KeySource func(ctx context.Context, card Card) (Keys, error)

// FixedKeys is a source of the same keys for every card. It keeps a clone.
func FixedKeys(keys Keys) KeySource {
	keys = keys.Clone()
	return func(context.Context, Card) (Keys, error) { return keys.Clone(), nil }
}

// DiversifiedKeys is a source that derives each card's keys from master keys,
// of which it keeps a clone; see [Diversify].
func DiversifiedKeys(master Keys) KeySource {
	master = master.Clone()
	return func(_ context.Context, card Card) (Keys, error) {
		return Diversify(master, card.Diversification)
	}
}

// Purposes of a diversified key.
const (
	purposeENC = 1
	purposeMAC = 2
	purposeDEK = 3
)

// Diversify derives a card's keys from master keys and the card's key
// diversification data, as issuers do under the name KDF3: NIST SP 800-108 in
// counter mode with AES-CMAC. An issuer with one master key has it in all three
// places. The keys are of the masters' lengths and version; a missing DEK stays
// missing. The error is [ErrKeys].
//
//	block i = CMAC(master, i | 00 00 00 purpose 00 | diversification data)
func Diversify(master Keys, diversification [10]byte) (Keys, error) {
	if err := master.check(); err != nil {
		return Keys{}, fmt.Errorf("scp03: master keys: %w", err)
	}
	return Keys{
		Version: master.Version,
		ENC:     diversify(master.ENC, purposeENC, diversification),
		MAC:     diversify(master.MAC, purposeMAC, diversification),
		DEK:     diversify(master.DEK, purposeDEK, diversification),
	}, nil
}

func diversify(master Key, purpose byte, diversification [10]byte) Key {
	if master.Len() == 0 {
		return Key{} // no DEK
	}
	h := master.hash()
	defer h.Wipe()
	k, out := newKey(master.Len())
	var block [cmac.Size]byte
	defer clear(block[:])
	for i := byte(1); len(out) > 0; i++ {
		h.Write([]byte{i, 0, 0, 0, purpose, 0})
		h.Write(diversification[:])
		h.Sum(&block)
		out = out[copy(out, block[:]):]
	}
	return k
}
