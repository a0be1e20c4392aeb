package csim

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// answerKind is an AT command that is answered by one line of its own, by
// which the answer is known.
type answerKind struct {
	command string // without AT
	prefix  string // of the answer

	// short tells that only hex digits alone are an answer without its prefix,
	// and that it has no parts.
	short bool

	// parse reads the answer's fields, those behind the prefix if it is there.
	parse func(fields string, bare bool) ([]byte, error)
}

// The commands of 3GPP TS 27.007 that carry something to a card and back: 8.17,
// 8.43, 8.18 and 8.45.
var (
	csimAnswer = answerKind{command: "+CSIM", prefix: "+CSIM:", parse: parseCSIM}
	cglaAnswer = answerKind{command: "+CGLA", prefix: "+CGLA:", parse: parseCGLA}
	crsmAnswer = answerKind{command: "+CRSM", prefix: "+CRSM:", parse: parseCRSM}
	cchoAnswer = answerKind{command: "+CCHO", prefix: "+CCHO:", parse: parseCCHO, short: true}
)

var answerKinds = [...]*answerKind{&csimAnswer, &cglaAnswer, &crsmAnswer, &cchoAnswer}

// answerOf is how a command line is answered; nil when it is not one of these
// commands in its set form.
func answerOf(line string) *answerKind {
	name, argument, ok := strings.Cut(line, "=")
	if !ok || argument == "?" {
		return nil
	}
	for _, k := range answerKinds {
		if strings.EqualFold(name, "AT"+k.command) {
			return k
		}
	}
	return nil
}

// isAnswer tells whether a line is, or may be a part of, an answer to one of
// these commands.
func isAnswer(line string) bool {
	for _, k := range answerKinds {
		if k.takes(line) {
			return true
		}
	}
	return false
}

// isWholeAnswer tells whether a line begins like an answer.
func isWholeAnswer(line string) bool {
	for _, k := range answerKinds {
		if hasPrefixFold(line, k.prefix) {
			return true
		}
	}
	return false
}

// namesAnswer tells whether one of these commands is named in a line.
func namesAnswer(line string) bool {
	line = strings.ToUpper(line)
	for _, k := range answerKinds {
		if strings.Contains(line, k.command) {
			return true
		}
	}
	return false
}

// takes tells whether a line is, or may be a part of, an answer of this kind.
// It is a part when an unsolicited line came in the middle:
//
//	+CSIM: 8,"12     34     : 8,"12349000"     49000
func (k *answerKind) takes(line string) bool {
	if hasPrefixFold(line, k.prefix) {
		return true
	}
	if k.short {
		_, err := k.parse(line, true)
		return err == nil
	}
	rest := strings.TrimRight(line, `0123456789ABCDEFabcdef" `)
	if rest == "" {
		return line != ""
	}
	rest, ok := strings.CutSuffix(rest, ",")
	rest = strings.TrimRight(rest, "0123456789, ")
	return ok && strings.HasSuffix(k.prefix, strings.ToUpper(rest))
}

// knows tells whether a line is certainly an answer of this kind.
func (k *answerKind) knows(line string) bool {
	if hasPrefixFold(line, k.prefix) {
		return true
	}
	_, err := k.parse(line, true)
	return err == nil
}

var (
	errNoAnswer = errors.New("OK without an answer")
	errSeveral  = errors.New("several answers")
)

// pick finds the one answer among the information lines of a [Commander]. A
// result code among them that is no OK is the command's error, even with an OK
// behind it, as a Samsung handset does it.
func (k *answerKind) pick(lines []string) (answer []byte, err error) {
	var found string
	n := 0
	for line, err := range separated(lines) {
		if err != nil {
			return nil, err
		}
		if k.takes(line) {
			found = line
			n++
		}
	}
	switch n {
	case 0:
		err = fmt.Errorf("%w: %w", apdu.ErrLostStep, errNoAnswer)
	case 1:
		answer, err = k.read(found)
	default:
		err = fmt.Errorf("%w: %w", apdu.ErrLostStep, errSeveral)
	}
	if err != nil {
		return nil, fmt.Errorf("AT%s: %w", k.command, err)
	}
	return answer, nil
}

// read reads one line.
func (k *answerKind) read(line string) ([]byte, error) {
	fields, prefixed := cutPrefixFold(line, k.prefix)
	answer, err := k.parse(fields, !prefixed)
	if err != nil {
		return nil, fmt.Errorf("answer: %w: %w", apdu.ErrMalformed, err)
	}
	return answer, nil
}

// separated yields the lines of a [Commander] one by one, without what ends
// them and blanks; the last one with the error that it stands for, if it is a
// result code other than OK.
func separated(lines []string) func(yield func(line string, err error) bool) {
	return func(yield func(string, error) bool) {
		for _, block := range lines {
			for _, line := range strings.FieldsFunc(block, func(r rune) bool { return r == '\r' || r == '\n' }) {
				line = strings.TrimSpace(line)
				_, err := ParseResult(line)
				if !yield(line, err) || err != nil {
					return
				}
			}
		}
	}
}
