package apdu

import "fmt"

// meanings are the words for single status words; ranges are in meaning. It is
// no map: a map would be built at every start of the program, for errors that
// seldom come.
// Sources: ISO/IEC 7816-4:2013 tables 5 and 6; ETSI TS 102 221 10.2.1; 6310
// GlobalPlatform; 92xx to 98xx TS 51.011 9.4 and TS 31.102 7.3.
var meanings = [...]struct {
	sw   SW
	text string
}{
	{0x6200, "no information given, memory unchanged"},
	{0x6281, "part of the data returned may be corrupted"},
	{0x6282, "end of file or record before Le bytes"},
	{0x6283, "selected file deactivated"},
	{0x6284, "file control information malformed"},
	{0x6285, "selected file terminated"},
	{0x6286, "no input from a sensor on the card"},
	{0x62F1, "more data available"},
	{0x62F2, "more data available, proactive command waiting"},
	{0x62F3, "response data available"},
	{0x6300, "no information given, memory changed"},
	{0x6310, "more data available"},
	{0x6381, "file filled up by the last write"},
	{0x63F1, "more data expected"},
	{0x63F2, "more data expected, proactive command waiting"},
	{0x6400, "execution error, memory unchanged"},
	{0x6401, "immediate response required by the card"},
	{0x6500, "execution error, memory changed"},
	{0x6581, "memory problem"},
	{0x6700, "wrong length"},
	{0x6800, "function of the class byte not supported"},
	{0x6881, "logical channel not supported"},
	{0x6882, "secure messaging not supported"},
	{0x6883, "last command of the chain expected"},
	{0x6884, "command chaining not supported"},
	{0x6900, "command not allowed"},
	{0x6981, "command incompatible with the file's structure"},
	{0x6982, "security status not satisfied"},
	{0x6983, "authentication or PIN method blocked"},
	{0x6984, "referenced data invalidated"},
	{0x6985, "conditions of use not satisfied"},
	{0x6986, "command not allowed, no current EF"},
	{0x6987, "secure messaging data missing"},
	{0x6988, "secure messaging data incorrect"},
	{0x6989, "command not allowed, security not satisfied"},
	{0x6A80, "incorrect parameters in the data field"},
	{0x6A81, "function not supported"},
	{0x6A82, "file or application not found"},
	{0x6A83, "record not found"},
	{0x6A84, "not enough memory space"},
	{0x6A85, "Lc inconsistent with the data's structure"},
	{0x6A86, "incorrect P1 P2"},
	{0x6A87, "Lc inconsistent with P1 P2"},
	{0x6A88, "referenced data not found"},
	{0x6A89, "file already exists"},
	{0x6A8A, "DF name already exists"},
	{0x6B00, "wrong P1 P2, or offset outside the file"},
	{0x6D00, "instruction not supported"},
	{0x6E00, "class not supported"},
	{0x6F00, "technical problem, no diagnosis"},
	{0x9000, "done"},
	{0x9240, "memory problem"},
	{0x9300, "SIM application toolkit busy"},
	{0x9400, "no EF selected"},
	{0x9402, "address out of range"},
	{0x9404, "file or pattern not found"},
	{0x9408, "file incompatible with the command"},
	{0x9802, "no PIN defined"},
	{0x9804, "access condition not fulfilled, or PIN wrong with a try left"},
	{0x9808, "in contradiction with the PIN's status"},
	{0x9810, "in contradiction with the invalidation status"},
	{0x9840, "PIN wrong with no try left, or blocked"},
	{0x9850, "increase refused, maximum reached"},
	{0x9862, "authentication error, incorrect MAC"},
	{0x9863, "authentication error, session key invalid"},
	{0x9864, "authentication error, key freshness"},
}

// meaning is the meaning of sw, or "".
func (sw SW) meaning() string {
	for _, m := range meanings {
		if m.sw == sw {
			return m.text
		}
	}
	if n, ok := sw.Retries(); ok {
		return fmt.Sprintf("verification failed, tries left: %d", n)
	}
	switch sw.SW1() {
	case 0x61, 0x9F:
		return fmt.Sprintf("%d more bytes available", shortNe(sw.SW2()))
	case 0x62, 0x63:
		return "warning"
	case 0x64, 0x65:
		return "execution error"
	case 0x66:
		return "security-related problem"
	case 0x67:
		return "wrong length"
	case 0x6C:
		return fmt.Sprintf("wrong Le, %d bytes available", shortNe(sw.SW2()))
	case 0x6F:
		return "technical problem"
	case 0x91:
		return "done, proactive command waiting"
	case 0x92:
		if sw.SW2() < 0x10 {
			return fmt.Sprintf("done after %d internal tries", sw.SW2())
		}
	}
	return ""
}
