package config

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// value is the node of a value: as people write it when that gives the same
// octets again, else raw:.
func (d *decoder) value(f Field, octets []byte) Node {
	if d.opts.Mask && f.Secret() {
		return masked(octets)
	}
	n := readable(f, octets)
	if again, err := AppendValue(nil, f, n); err != nil || !bytes.Equal(again, octets) {
		return textNode(string(rawPrefix) + hex.EncodeToString(octets))
	}
	return n
}

// modeNames are the names of the Security Mode that are written.
var modeNames = [...]string{"PSK", "RPK", "Certificate", "NoSec", "EST"}

// readable is a node for the value; it need not be right where the octets are
// no value of the type, or are coded longer than needed.
func readable(f Field, octets []byte) Node {
	switch f.typ() {
	case objects.TypeInteger:
		v, _ := tlv.ParseInteger(octets)
		if f.isMode() && v >= 0 && v < int64(len(modeNames)) {
			return textNode(modeNames[v])
		}
		return numberNode(strconv.FormatInt(v, 10))
	case objects.TypeUnsigned:
		v, _ := tlv.ParseUnsigned(octets)
		return numberNode(strconv.FormatUint(v, 10))
	case objects.TypeFloat:
		v, _ := tlv.ParseFloat(octets)
		if v-v != 0 { // JSON has no number for infinities and NaN
			return textNode(strconv.FormatFloat(v, 'g', -1, 64))
		}
		return numberNode(strconv.FormatFloat(v, 'g', -1, 64))
	case objects.TypeBoolean:
		v, _ := tlv.ParseBoolean(octets)
		return Node{Kind: Bool, Bool: v}
	case objects.TypeTime:
		v, _ := tlv.ParseTime(octets)
		return textNode(v.Format(time.RFC3339))
	case objects.TypeObjlnk:
		v, _ := tlv.ParseObjlnk(octets)
		return textNode(v.String())
	case objects.TypeString, objects.TypeCorelnk:
		return escapedText(string(octets))
	}
	if printable(octets) {
		return escapedText(string(octets))
	}
	return textNode(string(hexPrefix) + hex.EncodeToString(octets))
}

// escapedText is text of which no part is taken for a prefix.
func escapedText(text string) Node {
	if prefixOf(strings.TrimLeft(text, " \t")) != noPrefix {
		text = string(textPrefix) + text
	}
	return textNode(text)
}

// printable reports text that people can read and type.
func printable(octets []byte) bool {
	for len(octets) > 0 {
		r, n := utf8.DecodeRune(octets)
		if r == utf8.RuneError && n == 1 || !unicode.IsPrint(r) {
			return false
		}
		octets = octets[n:]
	}
	return true
}
