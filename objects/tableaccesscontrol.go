package objects

import "github.com/lwm2mboot/lwm2mboot/tlv"

// accessControlTable: /2, LwM2M Access Control (Core 1.0, 1.1 and 1.2, E.3).
var accessControlTable = table{
	object:   Definition{ID: ObjectAccessControl, Name: "LwM2M Access Control", Multiple: true, Mandatory: false},
	versions: []tlv.Version{v10, v11},
	rows: []row{
		{v10, AccessControlObjectID, "Object ID", read, mand, TypeInteger, ssid, ""},
		{v10, AccessControlObjectInstanceID, "Object Instance ID", read, mand, TypeInteger, bits16, ""},
		{v10, AccessControlACL, "ACL", readWrite, multi, TypeInteger, bits16, ""},
		{v11, AccessControlACL, "ACL", readWrite, multi, TypeInteger, Range{Max: 31}, ""},
		{v10, AccessControlOwner, "Access Control Owner", readWrite, mand, TypeInteger, bits16, ""},
	},
}
