package bootstrapper

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
)

// The serial form of a State. A number without a size is a varint, as
// encoding/binary has it, in its shortest form; n counts what follows it.
//
//	State     "LWM2" version(1) source source source card SHA-256(32)
//	source    flags(1) [digest(32)] [tree] [tree reason]     of the factory, the card, a server
//	          │ 0b001 digest  0b010 active  0b100 disabled, and why
//	          │ 0b1000 of the factory: something made room for the card
//	tree      n object…
//	object    ID major(1) minor(1) n instance…
//	instance  ID n resource…
//	resource  ID value                  of a single instance
//	          ID 80 n (ID value)…       of multiple instances
//	value     0b000s_tttt content       s: secret, t: objects.Type
//	          │ none, String, Opaque, Corelnk   n octets
//	          │ Integer, Time                   number, zigzag
//	          │ Unsigned Integer                number
//	          │ Float                           IEEE 754(8)
//	          │ Boolean                         0 or 1 (1)
//	          │ Objlnk                          number number
//	card      place n mark…
//	mark      salt(16) digest(32) tries(1) outcome(1)
//	reason, place                       n octets
//
// IDs ascend; nothing has two codings. In every version to come the magic, the
// version behind it and the checksum of all that stands before it stay where
// they are, and none is longer than [MaxStateSize], so that a newer version is
// told from a damaged one.
const (
	stateMagic   = "LWM2"
	stateVersion = 1

	hasDigest   = 0b001
	hasActive   = 0b010
	hasDisabled = 0b100
	hasYielded  = 0b1000
	sourceFlags = hasDigest | hasActive | hasDisabled // of any origin

	multipleMark = 0x80
	secretMark   = 0b0001_0000
	typeMask     = 0b0000_1111

	headSize     = len(stateMagic) + 1
	checksumSize = sha256.Size
)

// MaxStateSize limits the serial form of a State, in octets: for each of the
// three origins a file of 32 KB that is active and one that is disabled, and
// room besides.
const MaxStateSize = 256 << 10

// Limits on top of those of package objects, for a tree is built one Object
// Instance after the other, and each copies a list.
const (
	maxStateInstances = 6 * maxInstances // of the whole State: the same six files
	maxStateObjects   = 2 * maxObjects   // of a tree: a file's, and what is put aside with it
)

// Errors of [ParseState], for errors.Is.
var (
	// ErrCorrupt: what a store holds is not what was written. Nothing of it
	// can be used; whether to start anew is for the caller to decide.
	ErrCorrupt = errors.New("corrupt")
	// ErrVersion: a State is intact, and of a format newer than this release
	// reads: the firmware went back to an older one. It is not to be
	// overwritten lightly.
	ErrVersion = errors.New("written by a newer release")
)

// AppendState appends the serial form of s and returns the extended slice: for
// a store of one's own, in flash or EEPROM. [FileStore] uses it. It holds all of
// s, types and marks of secrets included, and no [objects.Registry] is needed to
// read it. Equal States have equal octets, but for marks of secrets.
//
// The form holds keys and PIN digests in clear: keep it as they are to be kept,
// and clear the buffer after use. No other copy is made when dst has room. A
// SHA-256 at the end notices damage; it is no authentication, for anyone can
// compute it. The length is not part of the form: what is behind it would be
// damage, too.
//
// A State larger than [MaxStateSize], with more than 6144 Object Instances or
// 512 Objects in one of its trees, or beyond the limits of package objects is
// objects.ErrLimit. With an error dst comes back as it was.
func AppendState(dst []byte, s *State) ([]byte, error) {
	b, err := appendState(dst, s)
	if err != nil {
		return dst, fmt.Errorf("bootstrapper: %w", err)
	}
	return b, nil
}

// ParseState reads what [AppendState] wrote, all of b and nothing else. b may
// come from anywhere: memory and time are bounded by its length and by
// [MaxStateSize]. The State shares nothing with b, which may be cleared.
//
// The error is [ErrCorrupt], with the offset where b goes wrong, or
// [ErrVersion]. It never has a piece of b in it.
func ParseState(b []byte) (*State, error) {
	s, err := parseState(b)
	if err != nil {
		return nil, fmt.Errorf("bootstrapper: %w", err)
	}
	return s, nil
}

func appendState(dst []byte, s *State) ([]byte, error) {
	if s == nil {
		return dst, errors.New("no State to write")
	}
	size := stateWriter{measure: true}
	size.state(s)
	if err := size.limits(); err != nil {
		return dst, err
	}
	// Room for all of it: a slice that grows leaves copies of keys behind.
	w := stateWriter{b: slices.Grow(dst, size.n+checksumSize)}
	w.state(s)
	sum := sha256.Sum256(w.b[len(dst):])
	return append(w.b, sum[:]...), nil
}

func parseState(b []byte) (*State, error) {
	end := len(b) - checksumSize
	switch {
	case end < headSize:
		return nil, corrupt(len(b), "it ends before its checksum")
	case len(b) > MaxStateSize:
		return nil, corrupt(MaxStateSize, "longer than a State can be")
	case string(b[:len(stateMagic)]) != stateMagic:
		return nil, corrupt(0, "not a State")
	case sha256.Sum256(b[:end]) != [checksumSize]byte(b[end:]):
		return nil, corrupt(end, "the checksum does not fit")
	}
	switch v := b[len(stateMagic)]; {
	case v > stateVersion:
		return nil, fmt.Errorf("offset %d: version %d, at most %d is known: %w", len(stateMagic), v, stateVersion, ErrVersion)
	case v < stateVersion:
		return nil, corrupt(len(stateMagic), "version 0")
	}
	r := stateReader{b: b[:end], at: headSize, state: new(State)}
	r.all()
	if r.err != nil {
		return nil, r.err
	}
	return r.state, nil
}

// corrupt is ErrCorrupt at an offset.
func corrupt(at int, what string) error {
	return fmt.Errorf("offset %d: %s: %w", at, what, ErrCorrupt)
}
