package objects

import "github.com/lwm2mboot/lwm2mboot/tlv"

// table holds all versions of one object: each Resource once, with the version
// it came in; a second time when a later version changed it.
type table struct {
	object   Definition    // of all versions; Version and Resources are left out
	versions []tlv.Version // in order
	rows     []row         // by Resource ID, then by since
}

// row is a line of the registry's table. Texts are the registry's, its double
// spaces and wrong units too.
type row struct {
	since      tlv.Version // the row holds until the next one of its ID
	id         ResourceID
	name       string
	operations Operations
	traits     traits
	typ        Type
	limit      Range
	units      string
}

// traits are the yes-or-no columns, and what the registry has no column for.
type traits uint8

const (
	mand   traits = 1 << iota // Mandatory
	multi                     // Multiple
	secret                    // a key
	octets                    // String in one version, Opaque in another
	opt    traits = 0         // Optional, Single
)

// Words for the other columns.
const (
	bsOnly    = Operations(0)
	read      = OpRead
	readWrite = OpRead | OpWrite
	execute   = OpExecute
)

var (
	v10 = tlv.Version{Major: 1, Minor: 0}
	v11 = tlv.Version{Major: 1, Minor: 1}
	v12 = tlv.Version{Major: 1, Minor: 2}
	v20 = tlv.Version{Major: 2, Minor: 0}

	noLimit = Range{}
	ssid    = Range{Min: MinShortServerID, Max: MaxShortServerID}
	bits16  = Range{Max: 65535}
)

var tables = []table{securityTable, serverTable, accessControlTable, deviceTable, oscoreTable}

// definitions are the versions one by one, in order.
func (t table) definitions() []*Definition {
	list := make([]*Definition, 0, len(t.versions))
	for _, v := range t.versions {
		d := t.object
		d.Version = v
		for _, row := range t.rows {
			if compareVersions(row.since, v) > 0 {
				continue
			}
			if n := len(d.Resources); n > 0 && d.Resources[n-1].ID == row.id {
				d.Resources = d.Resources[:n-1] // the row of an earlier version
			}
			d.Resources = append(d.Resources, row.definition())
		}
		list = append(list, &d)
	}
	return list
}

func (w row) definition() ResourceDefinition {
	return ResourceDefinition{
		ID:         w.id,
		Name:       w.name,
		Operations: w.operations,
		Multiple:   w.traits&multi != 0,
		Mandatory:  w.traits&mand != 0,
		Type:       w.typ,
		Range:      w.limit,
		Units:      w.units,
		Secret:     w.traits&secret != 0,
		AnyOctets:  w.traits&octets != 0,
	}
}
