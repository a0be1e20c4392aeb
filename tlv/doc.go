// Package tlv reads and writes the TLV format of LwM2M (content format 11542;
// Core 1.0 6.4.3, 1.1 7.4.3, 1.2 7.4.5) and the file EF(LwM2M_Bootstrap) in
// which a smartcard holds it (Appendix G).
//
//	EF(LwM2M_Bootstrap), big endian             LwM2M TLV
//
//	+--------------------+                      +------------+---------+
//	| number_of_objects 2|                      | type       | 1       |
//	| size              2|                      | identifier | 1 or 2  |
//	+--------------------+                      | length     | 0 to 3  |
//	| object_id         2|┐                     | value      | length  |
//	| version      1 or 2|│ number_of_objects   +------------+---------+
//	| length            2|│ times, size bytes
//	| instances    length|┘ ◀── Object Instance ⊃ Resource, Multiple Resource
//	+--------------------+                        ⊃ Resource Instance
//	| padding, ignored   |
//	+--------------------+
//
// [Objects] walks the file and [Entries] one level of TLV, without copying or
// allocating: what they yield aliases the input. The Parse functions read
// single values. The type of a value is not on the wire; it comes from the
// definition of the object, one floor up.
//
// Inputs are taken to be hostile. An error that has a place is an [*Error]
// with the offset of the octet at fault, counted from the start of the
// outermost input; it never shows what a value holds.
package tlv
