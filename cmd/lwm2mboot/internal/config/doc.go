// Package config makes EF(LwM2M_Bootstrap) of a configuration that people
// write, and a configuration of such a file.
//
//	YAML ──ParseYAML──┐
//	JSON ──ParseJSON──┼─▶ Node ──Resolve──▶ Document ──Encode──▶ file
//	dict ─────────────┘    ▲                                      │
//	     ◀──EncodeYAML─────┴──────────────Decode──────────────────┘
//
// A [Node] is what the syntax says, and where; a [Document] is what it means:
// names looked up, values as octets, in the order of the configuration, which
// the file keeps. So the octets of any file come back when it is decoded and
// generated again.
//
// A configuration is not trusted: its size, its depth and what it refers to are
// bounded, nothing in it is evaluated, and whatever is not understood is an
// [*Error] that says where. Errors and the text forms of what holds values
// never show one.
//
//	Security:
//	  1:
//	    ServerURI: coaps://eu.iot.avsystem.cloud:5684
//	    Bootstrap: false
//	    Mode: PSK
//	    PKOrIdentity: example-psk-identity
//	    SecretKey: hex:3378406D706C3350354B3533637233744B3379
//	    ShortServerID: 1
//	Server/1:
//	  ShortServerID: 1
//	  Lifetime: 86400
//	  NotificationStoring: false
//	  Binding: U
package config
