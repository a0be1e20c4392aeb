// Package senmljson is the content format 110: SenML JSON (RFC 8428) as LwM2M
// uses it (Core 1.1 7.4.4, 1.2 7.4.6).
//
//	[{"bn":"/1/0/","n":"0","v":101},          /1/0/0    101
//	 {"n":"1","v":86400},                     /1/0/1    86400
//	 {"n":"7","vs":"U"},                      /1/0/7    "U"
//	 {"bn":"/3/0/","n":"6/0","v":1},          /3/0/6/0  1
//	 {"n":"6/1","v":5}]                       /3/0/6/1  5
//
//	bn  base name, holds until the next one   v    Integer, Unsigned Integer, Float, Time
//	n   name; bn and n together are the path  vs   String, Corelnk
//	                                          vb   Boolean
//	                                          vd   Opaque, base64url without padding
//	                                          vlo  Objlnk, 66:0
//
// A pack is a list of values: what holds none, an Object Instance without
// Resources, cannot be said in it.
//
// Numbers are read from their digits, so that a 64-bit integer keeps its last
// one. Input is not trusted: its size, its records and what they build are
// bounded, a label that occurs twice or must be understood and is not makes an
// error, and so does text that is not UTF-8. No error shows a value.
package senmljson
