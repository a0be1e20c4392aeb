// Package dict reads a configuration written as a Python dictionary, the input
// of the known generator of bootstrap files. That one evaluates its input as a
// program; here it is data, and nothing in it can run.
//
//	{
//	    OID.Security: {                                  # Object
//	        1: {                                         # Object Instance
//	            RID.Security.ServerURI: 'coaps://…',     # Resource
//	            RID.Security.SecretKey: b'3x\xff',       # octets
//	            RID.Security.DTLSTLSCiphersuite: [(0, 0xC0A8), (1, 0xC0AE)],
//	        },
//	    },
//	    1: {1: {0: 1, 1: 60 * 60 * 24}},                 # numbers do as well
//	}
//
// # The way through
//
//	content ── scan ──▶ tokens ── go.starlark.net ──▶ tree ── read ──▶ config.Node
//	           Python's            its grammar,               a white list
//	           words               its integers
//
// Starlark's grammar of expressions is Python's, its literals are not: it has
// no 1_000, no 'a' 'b', and '\xff' is an error. So scan takes the words as
// Python does, exact about text and comments, refuses those that no data need,
// and writes each of the others on a line of its own in Starlark's spelling.
// A line of the tree is then the number of a token, which knows its place in
// the file.
//
// # What is taken
//
// One dictionary, in any indentation, with comments and trailing commas; ends
// of line of every system, a byte order mark. In it:
//
//	{…} [ ] ( ) (0, 'a')          dictionaries, lists, tuples
//	'a' "a" '''a''' r'' u'' b''   text and octets; adjacent ones are joined;
//	                              every escape of Python but \N{…}
//	1 0xC0A8 0o17 0b1 1_000 1.5   numbers
//	True False
//	OID.Server RID.Server.Binding numbers, see [config.Names]
//	+ - * // % ( )                of integers, as Python rounds; + joins texts
//	                              and octets
//	bytes.fromhex('00 ff')
//
// Keys are integers or texts. Everything else is refused with its place and
// what to write in its stead: calls, lambda, comprehensions, conditions,
// indexes, slices, repetition and formatting of text, shifts, powers, None.
// Where Python warns and goes on ('\777', '\400') this package refuses; where
// it would silently drop an entry (a key given twice) also. An unknown escape
// such as '\d' stays as it is written, as in Python.
//
// # Limits
//
// [MaxSize], [MaxTokens] and [MaxDepth] bound the work before a parser sees
// the text; no syntax that repeats anything passes; integers, those on the way
// to a result included, are within -2^63 … 2^64-1. Errors are
// [*config.Error] and show no value.
package dict
