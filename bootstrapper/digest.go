package bootstrapper

import (
	"crypto/sha256"
	"encoding/hex"
)

// Digest is the SHA-256 of a source's data, header included and padding not,
// by which a change is noticed.
type Digest [sha256.Size]byte

// DigestOf is the digest of a file. What follows the file's content, padding,
// is not to be in it: [github.com/lwm2mboot/lwm2mboot/tlv.FileSize] tells
// where the content ends.
func DigestOf(file []byte) Digest { return sha256.Sum256(file) }

// String is the first eight hex digits: enough to tell two files apart in a
// log. The whole digest is not shown, since whoever knows the rest of a file
// could try guesses of a weak key against it.
func (d Digest) String() string { return hex.EncodeToString(d[:4]) }
