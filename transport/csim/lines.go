package csim

// DefaultMaxLine is the longest line, in bytes, that a [Modem] takes. An
// answer to a short command is 2 × (256 + 2) hex digits and some 20 characters
// around them; the rest is room for the prose of unsolicited lines.
const DefaultMaxLine = 1024

// splitter cuts a byte stream into lines. CR, LF and any mix of them end a
// line, empty lines are passed over, NULs are taken out (modems send them while
// they wake up). A line of more than max bytes is dropped to its end.
//
// How the stream is cut into chunks makes no difference.
type splitter struct {
	max  int
	buf  []byte
	drop bool // the line under way is dropped
}

// feed takes the next bytes and calls yield for each line that they end.
func (s *splitter) feed(chunk []byte, yield func(line string)) {
	for _, b := range chunk {
		switch {
		case b == 0:
		case b == '\r' || b == '\n':
			if len(s.buf) > 0 {
				yield(string(s.buf))
			}
			s.buf, s.drop = s.buf[:0], false
		case s.drop:
		case len(s.buf) == s.max:
			s.discard()
		default:
			s.buf = append(s.buf, b)
		}
	}
}

// pending tells whether a line has begun and not ended.
func (s *splitter) pending() bool { return s.drop || len(s.buf) > 0 }

// discard drops the line under way, what is still to come of it included.
func (s *splitter) discard() {
	s.buf, s.drop = s.buf[:0], true
}
