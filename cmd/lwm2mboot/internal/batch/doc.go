// Package batch makes many files of EF(LwM2M_Bootstrap): one configuration with
// columns in it, and a row of data for each card.
//
//	configuration ──config.Resolve──▶ Document ──Compile──▶ Template
//	                 Template: true                             │
//	                                                            ▼
//	iccid,identity,key        ┌── a row at a time ──┐    ┌──▶ Files:  8949….bin
//	8949…,dev-1,00112233… ───▶│ columns ▶ values ▶  ├────┤
//	8949…,dev-2,44556677…     │ file ▶ validated    │    └──▶ Stream: {"row":1,"id":"8949…","hex":"…"}
//	CSV or NDJSON             └─────────────────────┘
//
// # Template
//
// The text of a value, and of the name of a file, may hold columns:
//
//	ServerURI: coaps://${host}:5684
//	PKOrIdentity: ${identity}
//	SecretKey: hex:${key}
//
// What a row has for a column takes the place of ${column}, and the whole is
// then read as config.AppendValue reads text: a prefix may come from the
// template or from the row, a number is written as text. $${ is the two signs
// ${ themselves. Nothing that comes from a row is looked through for columns,
// or taken for derive: below.
//
// Every file is made and validated whole, as one configuration is: what a row
// brings can be wrong between objects too, and the time is there.
//
// # Derived values
//
// A value whose text is derive:<octets>:<info> is computed from a master key,
// so that no key is in the rows:
//
//	SecretKey: derive:16:psk/${iccid}
//
//	PRK   = HMAC-SHA256(salt, master key)                   RFC 5869, 2.2
//	value = T(1) T(2) …, cut to <octets>, which are 16 to 64     RFC 5869, 2.3
//	T(i)  = HMAC-SHA256(PRK, T(i-1) ‖ UTF-8 of info ‖ i)         T(0) is empty
//
// info is the text behind the second colon with the columns put in, exactly:
// no case is changed, no space cut. Without a salt it is 32 octets of zero. For
// the master key 00 01 … 1F, no salt and the info psk/89490200001234567890 the
// value of 16 octets is
//
//	7D 89 D9 4A 65 05 38 E2 BC BD 11 40 80 7C 97 58
//
// Two values with the same info are the same key, of different length the
// shorter begins the longer: put a word for the purpose before the column. And
// put a sign between two columns, or 1 and 23 are as 12 and 3.
//
// # Secrets
//
// A row's values are in no error and in no summary. Columns of which a secret
// Resource is made are never copied to the stream and never in a name; the info
// of a derived value is no secret. The files and the stream hold keys all the
// same: files have mode 0600, the mode of the stream is its opener's.
package batch
