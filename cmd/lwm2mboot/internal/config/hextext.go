package config

import "github.com/lwm2mboot/lwm2mboot/objects"

// minHexText is the least number of hex digits that look like a key: one of 64
// bits.
const minHexText = 16

// hexAsText warns of keys that are text of hex digits alone, of which the digits
// would go on the card and not the octets: the prefix was forgotten, most likely.
// text: says that it was not.
func (d *Document) hexAsText() (found objects.Problems) {
	for _, o := range d.Objects {
		for _, in := range o.Instances {
			for _, res := range in.Resources {
				for _, v := range res.Values {
					if !looksHex(res.Field, v.Node) {
						continue
					}
					text := "hex digits taken as text: hex: makes octets of them"
					if v.Node.Literal { // of a dictionary, where hex: is text, too
						text = "hex digits taken as text: bytes.fromhex('…') makes octets of them"
					}
					p := objects.ResourcePath(objects.ObjectID(o.ID), in.ID, objects.ResourceID(res.ID))
					found = append(found, objects.Problem{Path: p, Grade: objects.Warning, Text: text})
				}
			}
		}
	}
	return found
}

// looksHex reports a key that is text of hex digits, two for each octet.
func looksHex(f Field, n Node) bool {
	if !f.Secret() || f.typ() != objects.TypeOpaque || n.Kind != Text || len(n.Text) < minHexText || len(n.Text)%2 != 0 {
		return false
	}
	for i := range len(n.Text) {
		if _, ok := nibble(n.Text[i]); !ok {
			return false
		}
	}
	return true
}
