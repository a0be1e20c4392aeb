package batch

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Limits of derived values.
const (
	MinMaster  = 16 // octets of a master key; 32 are right for SHA-256
	MinDerived = 16 // octets of a derived value
	MaxDerived = 64
)

// derivePrefix begins the text of a derived value.
const derivePrefix = "derive:"

// Master is a master key. It prints, by every verb of fmt, as its length.
type Master []byte

// String is "[32 octets]".
func (m Master) String() string { return fmt.Sprintf("[%d octets]", len(m)) }

// Format prints [Master.String] for every verb.
func (m Master) Format(f fmt.State, _ rune) { fmt.Fprint(f, m.String()) }

// isDerived reports whether text asks for a derived value, in letters of any
// size.
func isDerived(text string) bool {
	return len(text) >= len(derivePrefix) && strings.EqualFold(text[:len(derivePrefix)], derivePrefix)
}

// cutDerived splits derive:<octets>:<info>. The reason is what is wrong, or "".
func cutDerived(text string, f config.Field) (octets int, info, reason string) {
	rest, exact := strings.CutPrefix(text, derivePrefix)
	if !exact {
		return 0, "", "write derive: in small letters, or put text: before it if it is the text itself"
	}
	count, info, found := strings.Cut(rest, ":")
	octets, err := strconv.Atoi(count)
	switch {
	case !found || err != nil || strconv.Itoa(octets) != count:
		return 0, "", "derive: not followed by a number of octets and the info, as derive:16:${iccid}"
	case octets < MinDerived || octets > MaxDerived:
		return 0, "", fmt.Sprintf("derive: makes %d to %d octets", MinDerived, MaxDerived)
	}
	if d := f.Definition; d != nil && d.Type != objects.TypeOpaque && !d.AnyOctets {
		return 0, "", fmt.Sprintf("derive: makes octets, and a value of type %v belongs here", d.Type)
	}
	return octets, info, ""
}

// extract makes the key that all values are derived from; nil without a master
// key.
func extract(master Master, salt []byte) ([]byte, error) {
	if len(master) < MinMaster {
		return nil, fmt.Errorf("%w of %d octets: derive: needs one of %d or more, best 32 random ones", ErrMaster, len(master), MinMaster)
	}
	prk, err := hkdf.Extract(sha256.New, master, salt)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMaster, err)
	}
	return prk, nil
}

// derive makes the octets for an info.
func derive(prk []byte, info string, octets int) ([]byte, error) {
	return hkdf.Expand(sha256.New, prk, info, octets)
}
