package simcard

import "strings"

// maxLine is the number of characters that a modem keeps of a line: more than
// a short command APDU in hex needs, 522 and the command around them.
const maxLine = 1024

// hostLine is a line from the host, without its CR.
type hostLine struct {
	text    string
	tooLong bool // text is its beginning
}

// lineAssembler makes lines of the host's octets: a line ends with CR, and LF
// is not looked at (ITU-T V.250 5.2.2).
type lineAssembler struct {
	text    []byte
	tooLong bool
}

// add takes an octet; ok tells that it ended the line that is returned.
func (a *lineAssembler) add(c byte) (line hostLine, ok bool) {
	switch {
	case c == '\n':
	case c == '\r':
		line = hostLine{string(a.text), a.tooLong}
		*a = lineAssembler{text: a.text[:0]}
		return line, true
	case len(a.text) == maxLine:
		a.tooLong = true
	default:
		a.text = append(a.text, c)
	}
	return hostLine{}, false
}

// serve answers one line. What stands before AT is noise, and a line without
// AT too.
func (m *Modem) serve(line hostLine) {
	var out []Chunk
	if m.echo {
		out = append(out, Chunk{Kind: Echo, Bytes: []byte(line.text + "\r")})
	}
	at := strings.Index(upper(line.text), "AT")
	if at < 0 {
		m.play(out)
		return
	}
	m.served++
	x := Exchange{N: m.served, Line: line.text[at:]}
	reply := Reply{Result: Failed}
	if !line.tooLong {
		reply = m.answer(x.Line[len("AT"):])
	}
	for _, text := range reply.Lines {
		out = append(out, Chunk{Kind: Line, Bytes: framed(text)})
	}
	if reply.Result != Silence {
		out = append(out, Chunk{Kind: Final, Bytes: framed(m.text(reply.Result))})
	}
	for _, f := range m.filters {
		out = f(x, out)
	}
	m.play(out)
}

// framed is a line as the modem says it (ITU-T V.250 5.7.1).
func framed(text string) []byte { return []byte("\r\n" + text + "\r\n") }

// play says the chunks, each at its time.
func (m *Modem) play(out []Chunk) {
	for _, c := range out {
		if !m.pause(c.After) || len(c.Bytes) > 0 && !m.say(c.Bytes) {
			return
		}
	}
}

// answer runs the commands of a line, AT left out, until one fails.
func (m *Modem) answer(body string) Reply {
	var whole Reply
	for _, command := range split(body) {
		r := m.handler(m.ctx, command)
		whole.Lines = append(whole.Lines, r.Lines...)
		if whole.Result = r.Result; r.Result != OK && r.Result != "" {
			break
		}
	}
	return whole
}

// split takes the commands of a line apart (ITU-T V.250 5.2.1): basic ones, a
// letter or & and a letter, then a number, follow each other; one that begins
// with + or another sign goes on to a semicolon. An empty line is one empty
// command.
func split(body string) []string {
	commands := []string{}
	for rest := strings.TrimSpace(body); rest != ""; {
		n := basicLength(rest)
		if n == 0 {
			n = extendedLength(rest)
		}
		commands = append(commands, normal(rest[:n]))
		rest = strings.TrimLeft(rest[n:], "; ")
	}
	if len(commands) == 0 {
		return []string{""}
	}
	return commands
}

// basicLength is the length of the basic command that s begins with, or 0.
func basicLength(s string) int {
	n := 0
	if s[0] == '&' {
		n = 1
	}
	if n == len(s) || s[n]|0x20 < 'a' || s[n]|0x20 > 'z' {
		return 0
	}
	for n++; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
	}
	return n
}

// extendedLength is the length of s up to a semicolon outside quotes.
func extendedLength(s string) int {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ';' && !quoted:
			return i
		}
	}
	return len(s)
}

// normal puts a command's name, up to = or ?, into upper case.
func normal(command string) string {
	end := strings.IndexAny(command, "=?")
	if end < 0 {
		end = len(command)
	}
	return upper(command[:end]) + command[end:]
}

// upper puts ASCII letters into upper case and keeps every other octet, so
// that offsets stay the same.
func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}
