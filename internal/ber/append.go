package ber

// Append appends one element with the shortest length coding. It panics, as
// AppendHeader does, on what a program must not ask for: a tag that no Reader
// returns, a value of 16 MiB or more.
func Append(dst []byte, tag Tag, value []byte) []byte {
	dst = AppendHeader(dst, tag, len(value))
	return append(dst, value...)
}

// AppendHeader appends the tag and the shortest coding of length.
func AppendHeader(dst []byte, tag Tag, length int) []byte {
	if !tag.valid() {
		panic("ber: not a tag of one or two octets")
	}
	if length < 0 || length > maxLength {
		panic("ber: value too long")
	}
	if tag > 0xFF {
		dst = append(dst, byte(tag>>8))
	}
	dst = append(dst, byte(tag))
	switch {
	case length < 0x80:
		return append(dst, byte(length))
	case length < 1<<8:
		return append(dst, 0x81, byte(length))
	case length < 1<<16:
		return append(dst, 0x82, byte(length>>8), byte(length))
	default:
		return append(dst, 0x83, byte(length>>16), byte(length>>8), byte(length))
	}
}
