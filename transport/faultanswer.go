package transport

// Effects that spoil the answer, each a [Change].

// Cut leaves up to n bytes of the answer's data, and the status word as it is.
func Cut(n int) Effect {
	return Change(func(rapdu []byte) []byte {
		data := max(0, len(rapdu)-2)
		n := min(n, data)
		return append(rapdu[:n:n], rapdu[data:]...)
	})
}

// Truncate leaves up to n bytes of the answer, status word and all.
func Truncate(n int) Effect {
	return Change(func(rapdu []byte) []byte { return rapdu[:min(n, len(rapdu))] })
}

// Flip flips the bits of mask in the answer's byte at offset; a negative offset
// counts from the end, so that -1 is SW2. Of an answer without that byte
// nothing is changed.
func Flip(offset int, mask byte) Effect {
	return Change(func(rapdu []byte) []byte {
		i := offset
		if i < 0 {
			i += len(rapdu)
		}
		if i >= 0 && i < len(rapdu) {
			rapdu[i] ^= mask
		}
		return rapdu
	})
}

// Double answers the data twice, then the status word.
func Double() Effect {
	return Change(func(rapdu []byte) []byte {
		data := max(0, len(rapdu)-2)
		return append(rapdu[:data:data], rapdu...)
	})
}
