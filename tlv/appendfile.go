package tlv

import (
	"encoding/binary"
	"fmt"
)

// AppendFile appends the file that holds f's objects in their order and
// returns the extended slice; no objects give the empty file 00 00 00 00. No
// padding is added.
//
// A file longer than [MaxFileSize] is [ErrTooLong]; a Version that has a Minor
// and no Major cannot be written and is [ErrValue]. dst then comes back as it
// was. The TLV in Instances is not looked into: see [Validate].
func AppendFile(dst []byte, f File) ([]byte, error) {
	size := 0
	for _, o := range f.Objects {
		if o.Version.Major == 0 && o.Version.Minor != 0 {
			return dst, fmt.Errorf("tlv: object %d: version 0.%d: %w", o.ID, o.Version.Minor, ErrValue)
		}
		if size += o.length(); headerLength+size > MaxFileSize {
			return dst, fmt.Errorf("tlv: object %d: file of more than %d octets: %w", o.ID, MaxFileSize, ErrTooLong)
		}
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(f.Objects)))
	dst = binary.BigEndian.AppendUint16(dst, uint16(size))
	for _, o := range f.Objects {
		dst = binary.BigEndian.AppendUint16(dst, o.ID)
		dst = append(dst, o.Version.Major)
		if o.Version.Major != 0 {
			dst = append(dst, o.Version.Minor)
		}
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(o.Instances)))
		dst = append(dst, o.Instances...)
	}
	return dst, nil
}
