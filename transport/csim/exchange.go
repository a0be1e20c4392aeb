package csim

import (
	"errors"
	"strings"
)

// maxLines bounds the information lines of one answer. AT+CSIM has one; AT+CLAC
// has some hundred.
const maxLines = 512

var errManyLines = errors.New("an answer of too many lines")

// exchange is one command line and what was answered to it.
type exchange struct {
	line    string
	answer  *answerKind // nil when OK alone may be the answer
	isProbe bool        // of resynchronisation
	isSetup bool        // of the modem's set-up
	prefix  string      // of the information lines: "+CPIN:" for AT+CPIN?

	echo string // of line, the part whose echo has not come

	lines []string
	known bool // one of lines is certainly this command's
	err   error
	ended bool
	// forgone tells that a late answer is not wanted any more.
	forgone bool
	done    chan struct{} // closed some time after ended is set
}

func newExchange(line string) *exchange {
	return &exchange{
		line:   line,
		answer: answerOf(line),
		prefix: ownPrefix(line),
		echo:   line,
		done:   make(chan struct{}),
	}
}

// ownPrefix is what the information lines that answer a command line begin
// with: its name without AT, and a colon. A basic command (ATI, ATE0) has
// none.
func ownPrefix(line string) string {
	name, ok := strings.CutPrefix(commandTitle(line), "AT")
	if !ok || name == "" || name[0] >= 'A' && name[0] <= 'Z' {
		return ""
	}
	return name + ":"
}

// commandTitle is a command line up to what may be secret in it, in upper
// case: AT+CSIM, AT+CPIN.
func commandTitle(line string) string {
	if i := strings.IndexAny(line, "=?:*;"); i >= 0 {
		line = line[:i]
	}
	return strings.ToUpper(strings.TrimSpace(line))
}

// takesLine tells whether a line is one of the command's information lines.
func (x *exchange) takesLine(line string) bool {
	if x.answer != nil {
		return x.answer.takes(line)
	}
	_, ok := cutPrefixFold(line, x.prefix)
	return ok && x.prefix != ""
}

// keep keeps an information line. A line of AT+CSIM, say, is known to be the pending
// command's, because none is sent while an older answer can come; but digits
// may also be a piece of another line.
func (x *exchange) keep(line string) {
	if len(x.lines) < maxLines {
		x.lines = append(x.lines, line)
	} else {
		x.err = errManyLines
	}
	if x.answer != nil && !x.known {
		x.known = x.answer.knows(line)
	}
}

// isEcho tells whether a line is the command's echo or the next part of it;
// an unsolicited line may have cut it, and its head may be lost, which is what
// a modem loses when it wakes up, or come behind half of another line.
//
// An answer is never taken for an echo: the parts are matched in order from
// "AT", and a tail alone has the closing quote or an equals sign.
func (x *exchange) isEcho(line string) bool {
	if rest, ok := strings.CutPrefix(x.echo, line); ok {
		x.echo = strings.TrimLeft(rest, " ")
		return true
	}
	if strings.HasSuffix(line, x.line) {
		return true
	}
	const fewest = 3
	return len(line) >= fewest && (line[len(line)-1] == '"' || strings.Contains(line, "=")) && strings.HasSuffix(x.line, line)
}
