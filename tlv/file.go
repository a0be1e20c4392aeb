package tlv

import (
	"encoding/binary"
	"fmt"
	"iter"
)

// Limits of EF(LwM2M_Bootstrap). Appendix G says that the file shall not
// exceed 32 KB and does not say whether its header counts: we write what is
// right either way, and read what is right either way.
const (
	// MaxFileSize is the longest file written, header and all.
	MaxFileSize = 32 << 10
	// MaxAcceptedSize is the longest content accepted: a header, and a size of
	// 32 KB. Padding behind it does not count.
	MaxAcceptedSize = headerLength + 32<<10
)

const (
	headerLength = 4      // number_of_objects(2) size(2)
	erased       = 0xFFFF // both of them, in memory never written
)

// Version is the version of an object. The zero value is the form of one octet,
// 00: version 1.0, or the one that the LwM2M enabler defines. Every other one
// has a Major that is not 0.
type Version struct {
	Major, Minor uint8
}

// String is major.minor, or "default" for the zero value.
func (v Version) String() string {
	if v == (Version{}) {
		return "default"
	}
	return fmt.Sprintf("%d.%d", v.Major, v.Minor)
}

// length is the number of octets of v on the wire.
func (v Version) length() int {
	if v.Major == 0 {
		return 1
	}
	return 2
}

// Object is what a file says of one object. Like [Entry] it has the size that
// registers hold.
type Object struct {
	ID        uint16
	Version   Version
	offset    uint32
	Instances []byte // LwM2M TLV, Object Instance entries; aliases the input
}

// Offset is where object_id stands in the file; 0 of an Object made by hand.
func (o Object) Offset() int { return int(o.offset) }

// Reader returns a reader of the Object Instances; offsets go on counting in
// the file.
func (o Object) Reader() Reader { return Reader{b: o.Instances, end: o.Offset() + o.length()} }

// Entries walks the Object Instances as [Entries] does; offsets go on counting
// in the file.
func (o Object) Entries() iter.Seq2[Entry, error] {
	return walk(o.Instances, o.Offset()+o.length()-len(o.Instances))
}

// length is the number of octets that o takes in a file.
func (o Object) length() int { return 2 + o.Version.length() + 2 + len(o.Instances) }

// File is the content of EF(LwM2M_Bootstrap). The zero value is an empty file.
// An object may stand in it more than once: to merge the parts or to refuse
// them is left to the reader of the objects.
type File struct {
	Objects []Object // in the order of the file
}

// ParseFile reads the container whole; the TLV in it is not looked into. It
// returns all the objects or none, with the errors of [Objects]. Instances
// alias b.
func ParseFile(b []byte) (File, error) {
	var f File
	for o, err := range Objects(b) {
		if err != nil {
			return File{}, err
		}
		f.Objects = append(f.Objects, o)
	}
	return f, nil
}

// FileSize tells from the first octets of a file how many belong to it, header
// included: 4 when head is shorter than that, or says that the file is empty.
// So a reader asks it again after every part that it has read, until it has as
// many. A size above [MaxAcceptedSize] is [ErrTooLong].
func FileSize(head []byte) (n int, err error) {
	if len(head) < headerLength {
		return headerLength, nil
	}
	_, size, err := header(head)
	if err != nil {
		return 0, err
	}
	return headerLength + size, nil
}

// Empty reports whether the first octets of a file say that it holds no
// objects: a number_of_objects of 0, whatever the size beside it, which is
// what a write that was torn apart leaves when the header comes last; or FF FF
// FF FF of memory never written. That is not an error: [ParseFile] returns no
// objects. Fewer than four octets say nothing.
func Empty(head []byte) bool {
	number, _, err := header(head)
	return err == nil && number == 0
}

// header reads number_of_objects(2) size(2).
func header(b []byte) (number, size int, err error) {
	if len(b) < headerLength {
		return 0, 0, cutShort(headerLength, len(b))
	}
	number, size = int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:]))
	switch {
	case empty(number, size):
		return 0, 0, nil
	case headerLength+size > MaxAcceptedSize:
		return 0, 0, &Error{
			Offset: 2,
			Reason: fmt.Sprintf("size %d, at most %d are accepted", size, MaxAcceptedSize-headerLength),
			Err:    ErrTooLong,
		}
	}
	return number, size, nil
}

// empty tells from a header that the file holds no objects.
func empty(number, size int) bool { return number == 0 || number == erased && size == erased }

func cutShort(want, have int) error {
	return &Error{
		Offset:  have,
		Missing: want - have,
		Reason:  fmt.Sprintf("file cut short: %d octets missing of %d", want-have, want),
		Err:     ErrTruncated,
	}
}

func inconsistent(offset int, format string, args ...any) error {
	return &Error{Offset: offset, Reason: fmt.Sprintf(format, args...), Err: ErrInconsistent}
}
