package simcard

import (
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// SecureFault is one way in which a card's secure channel goes wrong, or
// somebody on the line makes it look so. Each is an [Option] of its own, which
// strikes every time; [SecureFault.At] makes it strike once. They combine.
type SecureFault uint8

// Faults of the opening. They count answers to INITIALIZE UPDATE, RefusesHost
// the EXTERNAL AUTHENTICATEs.
const (
	// WrongCryptogram flips a bit of the card cryptogram.
	WrongCryptogram SecureFault = iota

	// ShortInitialize leaves the last octet out of the answer.
	ShortInitialize

	// LongInitialize adds an octet to the answer.
	LongInitialize

	// TellsLess tells an i without R-MAC and R-ENCRYPTION, though the card
	// has what [SecureParameter] says.
	TellsLess

	// RefusesHost answers 6300 to EXTERNAL AUTHENTICATE, whatever it holds.
	RefusesHost
)

// Faults inside sessions. They count the wrapped commands, those of all
// sessions together. An answer that has nothing to be spoilt (an error has no
// MAC) stays as it is.
const (
	// FlippedMAC flips a bit of the last octet of an answer, which is the
	// MAC's at levels that have one.
	FlippedMAC SecureFault = iota + RefusesHost + 1

	// FlippedData flips a bit of the first octet of an answer.
	FlippedData

	// ReplayedAnswer sends the answer to the wrapped command before.
	ReplayedAnswer

	// BareAnswer sends the answer in the clear, with 9000: a downgrade.
	BareAnswer

	// CounterLost makes the card count one command more than there was. Of what
	// is encrypted no more than the first block of 16 octets suffers, and no MAC
	// tells: the data of a command of one block are answered 6A80, those of an
	// answer can come through altered.
	CounterLost

	// ChannelCloses closes the logical channel ahead of the command: 6881. On
	// the basic channel the session ends: 6982.
	ChannelCloses

	secureFaults // how many there are
)

var secureFaultNames = [...]string{
	WrongCryptogram: "WrongCryptogram",
	ShortInitialize: "ShortInitialize",
	LongInitialize:  "LongInitialize",
	TellsLess:       "TellsLess",
	RefusesHost:     "RefusesHost",
	FlippedMAC:      "FlippedMAC",
	FlippedData:     "FlippedData",
	ReplayedAnswer:  "ReplayedAnswer",
	BareAnswer:      "BareAnswer",
	CounterLost:     "CounterLost",
	ChannelCloses:   "ChannelCloses",
}

// SecureFaults lists all of them.
func SecureFaults() []SecureFault {
	all := make([]SecureFault, secureFaults)
	for i := range all {
		all[i] = SecureFault(i)
	}
	return all
}

// String is the name of the constant.
func (f SecureFault) String() string {
	if int(f) < len(secureFaultNames) {
		return secureFaultNames[f]
	}
	return fmt.Sprintf("SecureFault(%d)", uint8(f))
}

// At makes the fault strike the n-th time only, counted from 1 since the card
// was made.
func (f SecureFault) At(n int) Option {
	return optionFunc(func(s *setup) error {
		if n < 1 {
			return fmt.Errorf("%w: %v at %d, which counts from 1", ErrBadOption, f, n)
		}
		return f.put(s, n)
	})
}

func (f SecureFault) apply(s *setup) error { return f.put(s, 0) }

func (f SecureFault) put(s *setup, n int) error {
	if f >= secureFaults {
		return badValue("secure fault", uint8(f))
	}
	if s.secure.faults == nil {
		s.secure.faults = map[SecureFault]int{}
	}
	s.secure.faults[f] = n
	return nil
}

// strikes reports whether the card has the fault, the n-th time.
func (c *secureChannel) strikes(f SecureFault, n int) bool {
	at, ok := c.faults[f]
	return ok && (at == 0 || at == n)
}

// spoilInitialize does to an answer to INITIALIZE UPDATE what the faults say;
// its challenge is of size octets.
//
//	diversification data (10) | key version, 03, i | challenge | cryptogram | …
func (c *secureChannel) spoilInitialize(data []byte, size int) []byte {
	const atI, atChallenge = 12, 13
	c.initialized++
	n := c.initialized
	if c.strikes(TellsLess, n) {
		data[atI] &^= scp03.ParameterRMAC | scp03.ParameterRENC
	}
	if c.strikes(WrongCryptogram, n) {
		data[atChallenge+size] ^= 0x01
	}
	if c.strikes(LongInitialize, n) {
		data = append(data, 0)
	}
	if c.strikes(ShortInitialize, n) {
		data = data[:len(data)-1]
	}
	return data
}

// spoil does to the n-th answer what the faults say. It does not change the
// slices that it gets.
func (c *secureChannel) spoil(n int, plain, wrapped answer) answer {
	if c.strikes(ReplayedAnswer, n) && c.last.sw != 0 {
		wrapped = c.last
	}
	if c.strikes(BareAnswer, n) {
		wrapped = answer{data: plain.data, sw: apdu.SWOK}
	}
	if len(wrapped.data) == 0 {
		return wrapped
	}
	wrapped.data = slices.Clone(wrapped.data)
	if c.strikes(FlippedMAC, n) {
		wrapped.data[len(wrapped.data)-1] ^= 0x01
	}
	if c.strikes(FlippedData, n) {
		wrapped.data[0] ^= 0x01
	}
	return wrapped
}
