package transport

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

const versionLine = "lwm2mboot transcript 1"

// What the lines of a transcript begin with.
const (
	markCommand = '>'
	markAnswer  = '<'
	markFailure = '!'
	markLate    = '~'
	markTook    = '@'

	markComment = "#"
	goesOn      = `\`
	notTold     = "**"
)

const bytesPerLine = 16

// appendCommand appends the line of s's command, if it has one.
func appendCommand(dst []byte, s *step) []byte {
	if s.late {
		return dst
	}
	return appendBytes(dst, markCommand, s.command)
}

// appendOutcome appends the lines of what came of the command.
func appendOutcome(dst []byte, s *step) []byte {
	switch {
	case s.late:
		dst = appendBytes(dst, markLate, patternOf(s.answer))
	case s.failed != 0:
		dst = fmt.Appendf(dst, "%c %v\n", markFailure, s.failed)
	case s.answer != nil:
		dst = appendBytes(dst, markAnswer, patternOf(s.answer))
	}
	if s.took > 0 {
		dst = fmt.Appendf(dst, "%c %v\n", markTook, s.took)
	}
	return dst
}

func appendBytes(dst []byte, mark byte, p pattern) []byte {
	dst = append(dst, mark)
	for i, v := range p {
		if i > 0 && i%bytesPerLine == 0 {
			dst = append(dst, " "+goesOn+"\n "...)
		}
		dst = append(dst, ' ')
		if v == hidden {
			dst = append(dst, notTold...)
		} else {
			dst = fmt.Appendf(dst, "%02X", v)
		}
	}
	return append(dst, '\n')
}

// ParseTranscript reads the text form of a transcript to its end. The error is
// [ErrTranscript] and tells the line, or it is r's.
func ParseTranscript(r io.Reader) (*Transcript, error) {
	limited := &io.LimitedReader{R: r, N: MaxTranscript + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(nil, MaxTranscriptLine)
	lines.Split(wholeLines)
	var p parser
	n := 0
	for lines.Scan() {
		n++
		if reason := p.line(n, lines.Text()); reason != "" {
			return nil, fmt.Errorf("transport: line %d: %s: %w", n, reason, ErrTranscript)
		}
	}
	switch err := lines.Err(); {
	case limited.N == 0:
		return nil, fmt.Errorf("transport: more than %d bytes: %w", MaxTranscript, ErrTranscript)
	case err == bufio.ErrTooLong:
		return nil, fmt.Errorf("transport: line %d: more than %d bytes: %w", n+1, MaxTranscriptLine, ErrTranscript)
	case err != nil:
		return nil, fmt.Errorf("transport: line %d: %w", n+1, err)
	case n == 0:
		return nil, fmt.Errorf("transport: line 1: no %q: %w", versionLine, ErrTranscript)
	}
	return &Transcript{steps: p.steps}, nil
}

// wholeLines is bufio.ScanLines without a last line that has no LF.
func wholeLines(data []byte, atEOF bool) (advance int, line []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF {
		return len(data), nil, nil
	}
	return 0, nil, nil
}

// parser collects the steps of a transcript.
type parser struct {
	steps []step
	mark  byte    // of a line that goes on, or 0
	bytes pattern // what it has so far
}

// line takes line n. It returns what is wrong with it, or "".
func (p *parser) line(n int, text string) string {
	text, _, _ = strings.Cut(text, markComment)
	text = strings.TrimSpace(text)
	if n == 1 {
		if text != versionLine {
			return fmt.Sprintf("not %q", versionLine)
		}
		return ""
	}
	if text == "" {
		return ""
	}
	mark := p.mark
	if mark == 0 {
		mark, text = text[0], text[1:]
	}
	switch mark {
	case markCommand, markAnswer, markLate:
		text, more := strings.CutSuffix(text, goesOn)
		if !p.take(text) {
			return "not a row of bytes in hex"
		}
		if p.mark = 0; more {
			p.mark = mark
			return ""
		}
		b := p.bytes
		p.bytes = nil
		return p.row(mark, b)
	case markFailure:
		return p.failure(text)
	case markTook:
		return p.took(text)
	}
	return "begins with none of the marks"
}

// take reads bytes in hex.
func (p *parser) take(text string) bool {
	text = strings.Join(strings.Fields(text), "")
	for ; len(text) >= 2; text = text[2:] {
		v := int16(hidden)
		if text[:2] != notTold {
			b, err := hex.DecodeString(text[:2])
			if err != nil {
				return false
			}
			v = int16(b[0])
		}
		p.bytes = append(p.bytes, v)
	}
	return text == "" && len(p.bytes) <= maxTold
}

// last is the step read last, or nil.
func (p *parser) last() *step {
	if len(p.steps) == 0 {
		return nil
	}
	return &p.steps[len(p.steps)-1]
}

// row takes a whole command or answer.
func (p *parser) row(mark byte, b pattern) string {
	s := p.last()
	open := s != nil && s.open()
	switch {
	case mark == markAnswer && !open:
		return "an answer without a command"
	case mark != markAnswer && open:
		return "the command before has no answer"
	case mark != markAnswer && len(p.steps) == MaxTranscriptSteps:
		return fmt.Sprintf("more than %d steps", MaxTranscriptSteps)
	case mark == markCommand:
		b.hidePIN()
		p.steps = append(p.steps, step{command: b})
		return ""
	}
	if !b.told() {
		return "an answer that is not told whole"
	}
	if mark == markLate {
		p.steps = append(p.steps, step{late: true})
		s = p.last()
	}
	s.answer = b.bytes()
	return ""
}

func (p *parser) failure(text string) string {
	s := p.last()
	if s == nil || !s.open() {
		return "an error without a command"
	}
	var ok bool
	if s.failed, ok = parseFailure(text); !ok {
		return "not the words of an error"
	}
	return ""
}

func (p *parser) took(text string) string {
	s := p.last()
	if s == nil || s.open() || s.took != 0 {
		return "a duration of nothing"
	}
	d, err := time.ParseDuration(strings.TrimSpace(text))
	if err != nil || d <= 0 {
		return "not a duration"
	}
	s.took = d
	return ""
}
