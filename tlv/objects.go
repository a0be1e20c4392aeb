package tlv

import (
	"encoding/binary"
	"iter"
)

// Objects walks the objects of a file in their order, without allocating. It
// ends behind the last one or at the first fault, which is yielded as an
// [*Error] beside a zero Object:
//
//   - [ErrTruncated]: the input is shorter than the file's own size
//   - [ErrTooLong]: the size passes [MaxAcceptedSize]
//   - [ErrInconsistent]: the objects do not fill the size exactly, or are not
//     as many as number_of_objects says
//
// The last of these may come after objects that looked right: do not act on
// one before the walk has ended, or use [ParseFile]. Octets behind 4 + size
// are padding and are ignored. An empty file (see [Empty]) yields nothing.
func Objects(file []byte) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) { // in one place only, see walk
		b, left := content(file)
		end := headerLength + len(b)
		for len(b) > 0 || left != 0 {
			o, n := parseObject(b, end)
			var err error
			if n == 0 || left == 0 {
				o, n, err = Object{}, len(b), fileFault(file, b, left)
				left = 1
			}
			if !yield(o, err) {
				return
			}
			b = b[n:]
			left--
		}
	}
}

// content returns the size octets behind the header and number_of_objects, or
// nil and -1 when [fileFault] has something to say of the header.
func content(file []byte) (b []byte, number int) {
	if len(file) < headerLength {
		return nil, -1
	}
	number, size := int(binary.BigEndian.Uint16(file)), int(binary.BigEndian.Uint16(file[2:]))
	if empty(number, size) {
		return nil, 0
	}
	end := headerLength + size
	if end > MaxAcceptedSize || end > len(file) {
		return nil, -1
	}
	return file[headerLength:end:end], number
}

// parseObject returns the first object of b, which ends at the offset end, and
// the octets that it takes, or zeros when b does not hold it whole.
//
//	object_id(2) version(1 or 2) length(2) instances(length)
func parseObject(b []byte, end int) (o Object, n int) {
	const shortest = 5
	if len(b) < shortest {
		return o, 0
	}
	head, version := shortest, Version{Major: b[2]}
	if version.Major != 0 {
		version.Minor = b[3]
		if head++; len(b) < head {
			return o, 0
		}
	}
	n = head + int(binary.BigEndian.Uint16(b[head-2:]))
	if n > len(b) {
		return o, 0
	}
	id, offset := binary.BigEndian.Uint16(b), uint32(end-len(b))
	return Object{ID: id, Version: version, offset: offset, Instances: b[head:n:n]}, n
}

// fileFault tells what is wrong with a file of which the octets b were not
// read, and left objects not found.
func fileFault(file, b []byte, left int) error {
	number, size, err := header(file)
	end := headerLength + size
	switch {
	case err != nil:
		return err
	case end > len(file):
		return cutShort(end, len(file))
	case len(b) == 0:
		return inconsistent(end, "size ends after %d of %d objects", number-left, number)
	case left == 0:
		return inconsistent(end-len(b), "%d octets of size left behind the last of %d objects", len(b), number)
	}
	return inconsistent(end-len(b), "object %d of %d does not end within size: %d octets left", number-left+1, number, len(b))
}
