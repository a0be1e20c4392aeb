package pkcs15

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// OID is an object identifier: the content octets of its BER coding (ITU-T
// X.690 8.19), as they stand in a file. OIDs are equal when their octets are.
// The zero value stands for none.
type OID string

// The OIDs of the LwM2M bootstrap object, 2.23.43.9.1 (LwM2M Core G.3.2). An
// early example showed it wrapped twice, its own tag and length within, and
// issuers copied that.
const (
	OIDLwM2M              OID = "\x67\x2B\x09\x01"
	OIDLwM2MDoubleWrapped OID = "\x06\x04" + OIDLwM2M
)

// maxOID is the longest OID read, written and printed, in octets. Those in
// use on cards are shorter than 20.
const maxOID = 64

// doubleWrapped is what String puts behind an OID that holds another's tag and
// length.
const doubleWrapped = "(double-wrapped)"

// ParseOID reads an OID in one of three forms: dotted, "2.23.43.9.1"; the
// content octets in hex, "672B0901", which are taken as they are; and what
// [OID.String] shows of one that is wrapped twice,
// "2.23.43.9.1(double-wrapped)", in hex "0604672B0901".
func ParseOID(s string) (OID, error) {
	plain, wrapped := strings.CutSuffix(s, doubleWrapped)
	parse := parseHexOID
	if strings.Contains(plain, ".") {
		parse = parseDottedOID
	}
	o, ok := parse(plain)
	ok = ok && o != ""
	if ok && wrapped {
		o = o.Wrap()
	}
	if !ok || len(o) > maxOID {
		return "", fmt.Errorf("pkcs15: %q is not an object identifier", s)
	}
	return o, nil
}

func parseHexOID(s string) (OID, bool) {
	b, err := hex.DecodeString(s)
	return OID(b), err == nil
}

func parseDottedOID(s string) (OID, bool) {
	var content []byte
	var root uint64
	for i, part := range strings.Split(s, ".") {
		arc, err := strconv.ParseUint(part, 10, 64)
		if err != nil || len(part) > 1 && part[0] == '0' {
			return "", false
		}
		switch {
		case i == 0:
			if root = arc; root > 2 {
				return "", false
			}
			continue
		case i == 1:
			if root < 2 && arc >= 40 || arc > math.MaxUint64-40*root {
				return "", false
			}
			arc += 40 * root
		}
		content = appendArc(content, arc)
	}
	return OID(content), true
}

// appendArc appends a number in base 128, the top bit set in all octets but
// the last.
func appendArc(dst []byte, arc uint64) []byte {
	shift := 0
	for arc>>shift >= 0x80 {
		shift += 7
	}
	for ; shift > 0; shift -= 7 {
		dst = append(dst, byte(arc>>shift)|0x80)
	}
	return append(dst, byte(arc)&0x7F)
}

// String is the dotted form, "2.23.43.9.1", with a remark when the OID is
// wrapped twice; hex when the octets are not of an OID whose numbers fit 64
// bits.
func (o OID) String() string {
	if inner, ok := o.Unwrap(); ok {
		s, _ := inner.dotted()
		return s + doubleWrapped
	}
	if s, ok := o.dotted(); ok {
		return s
	}
	if len(o) > maxOID {
		return strings.ToUpper(hex.EncodeToString([]byte(o[:maxOID]))) + "…"
	}
	return strings.ToUpper(hex.EncodeToString([]byte(o)))
}

// Unwrap returns the OID that o holds with its tag and length, and whether it
// holds one. There is no doubt about it: 06 would begin with the numbers 0.6,
// which are assigned to nobody.
func (o OID) Unwrap() (inner OID, ok bool) {
	if len(o) < 3 || o[0] != byte(tagOID) || int(o[1]) != len(o)-2 {
		return "", false
	}
	_, ok = o[2:].dotted()
	return o[2:], ok
}

// Wrap returns o with its tag and length in front: the content of an OID that
// is wrapped twice. o must be one that a file can hold.
func (o OID) Wrap() OID {
	return OID([]byte{byte(tagOID), byte(len(o))}) + o
}

// valid reports whether o may be written.
func (o OID) valid() bool {
	_, ok := o.dotted()
	return ok
}

// dotted returns the dotted form; ok is false when o is not minimal base 128,
// or is too long or has a number above 64 bits.
func (o OID) dotted() (s string, ok bool) {
	if o == "" || len(o) > maxOID {
		return "", false
	}
	b := make([]byte, 0, 40)
	for rest := o; rest != ""; {
		arc, n := rest.arc()
		if n == 0 {
			return "", false
		}
		if len(b) == 0 {
			root := min(arc/40, 2)
			b = strconv.AppendUint(b, root, 10)
			arc -= 40 * root
		}
		b = append(b, '.')
		b = strconv.AppendUint(b, arc, 10)
		rest = rest[n:]
	}
	return string(b), true
}

// arc reads the number that o begins with, of n octets; n is 0 when there is
// none.
func (o OID) arc() (arc uint64, n int) {
	for n < len(o) {
		c := o[n]
		if n == 0 && c == 0x80 || arc > math.MaxUint64>>7 {
			return 0, 0
		}
		arc = arc<<7 | uint64(c&0x7F)
		n++
		if c < 0x80 {
			return arc, n
		}
	}
	return 0, 0
}
