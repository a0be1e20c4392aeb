package objects

import "github.com/lwm2mboot/lwm2mboot/tlv"

// oscoreTable: /21, LwM2M OSCORE (Core 1.1 and 1.2). Versions 1.0 and 1.1 call
// octets a String, 2.0 calls them Opaque.
var oscoreTable = table{
	object:   Definition{ID: ObjectOSCORE, Name: "LWM2M OSCORE", Multiple: true, Mandatory: false},
	versions: []tlv.Version{v10, v11, v20},
	rows: []row{
		{v10, OSCOREMasterSecret, "OSCORE Master Secret", bsOnly, mand | secret | octets, TypeString, noLimit, ""},
		{v20, OSCOREMasterSecret, "OSCORE Master Secret", bsOnly, mand | secret | octets, TypeOpaque, noLimit, ""},
		{v10, OSCORESenderID, "OSCORE Sender ID", bsOnly, mand | octets, TypeString, noLimit, ""},
		{v20, OSCORESenderID, "OSCORE Sender ID", bsOnly, mand | octets, TypeOpaque, noLimit, ""},
		{v10, OSCORERecipientID, "OSCORE Recipient ID", bsOnly, mand | octets, TypeString, noLimit, ""},
		{v20, OSCORERecipientID, "OSCORE Recipient ID", bsOnly, mand | octets, TypeOpaque, noLimit, ""},
		{v10, OSCOREAEADAlgorithm, "OSCORE AEAD Algorithm", bsOnly, opt, TypeInteger, noLimit, ""},
		{v10, OSCOREHMACAlgorithm, "OSCORE HMAC Algorithm", bsOnly, opt, TypeInteger, noLimit, ""},
		{v10, OSCOREMasterSalt, "OSCORE Master Salt", bsOnly, secret | octets, TypeString, noLimit, ""},
		{v20, OSCOREMasterSalt, "OSCORE Master Salt", bsOnly, secret | octets, TypeOpaque, noLimit, ""},
		{v11, OSCOREIDContext, "OSCORE ID Context", bsOnly, octets, TypeString, noLimit, ""},
		{v20, OSCOREIDContext, "OSCORE ID Context", bsOnly, octets, TypeOpaque, noLimit, ""},
	},
}
