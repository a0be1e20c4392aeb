package transport

import (
	"bytes"
	"io"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Redact reads a transcript and writes it as [Transcript.Redacted] has it, to
// be shown to others. Comments are left out. The errors are those of
// [ParseTranscript] and of dst.
func Redact(dst io.Writer, src io.Reader) error {
	t, err := ParseTranscript(src)
	if err != nil {
		return err
	}
	_, err = t.Redacted().WriteTo(dst)
	return err
}

// Redacted returns a copy of the transcript without the contents of the card's
// files. It has the same steps, lengths and status words, so that [Replay] of
// it leads a program the same way; what is in the answers is synthetic, unless
// it is on this list:
//
//	SELECT, STATUS      the FCP, but for proprietary information
//	MANAGE CHANNEL      the channel's number
//	EF(DIR)             AIDs and paths, no labels
//	ODF, DODF           paths, OIDs and flags, no labels, names, authIds and values
//	EF(ARR)             access modes and key references
//	EF(LwM2M_Bootstrap) headers, IDs, lengths; Bootstrap-Server, Security Mode
//	                    and Short Server ID
//	any other file      nothing but that it is all FF or all 00
//
// All other bytes have become 58, X, which is a text, digits and a number as
// well; a Resource of one byte is 01, which is a Boolean, too. The data of
// commands are hidden (**, which takes any), but for what SELECT and READ
// BINARY name.
//
// What is not understood is replaced: an answer that cannot be parsed, secure
// messaging, a file of unknown structure. There the way of a program may part
// from the recorded one, as it does where a program depends on a value: a
// replayed session brings no account that could be used. A secure channel
// cannot be replayed at all, redacted or not: its host's challenge is another
// one each time.
func (t *Transcript) Redacted() *Transcript {
	r := redactor{last: map[fileKey]*run{}, found: usualPlaces()}
	out := &Transcript{steps: slices.Clone(t.steps)}
	for i := range out.steps {
		s := &out.steps[i]
		s.answer = bytes.Clone(s.answer)
		s.command = slices.Clone(s.command)
		r.step(s)
	}
	r.finish()
	r.contents()
	for _, o := range r.operations {
		o.putBack()
	}
	return out
}

// operation is a command with all that it brought, GET RESPONSE included.
type operation struct {
	cmd    apdu.Command
	class  class
	sw     apdu.SW
	data   []byte   // joined
	pieces [][]byte // where they stand in the answers

	kept bool // data have been looked at: what is in them now may be shown
}

// putBack puts the data back to where they came from, or filler.
func (o *operation) putBack() {
	if !o.kept {
		fill(o.data)
	}
	rest := o.data
	for _, p := range o.pieces {
		rest = rest[copy(p, rest):]
	}
}

// filler takes the place of what is not shown.
const filler = 'X'

func fill(b []byte) {
	for i := range b {
		b[i] = filler
	}
}

// redactor walks a session. It knows what a card would: which file is current
// on which channel.
type redactor struct {
	operations []*operation
	op         *operation // under way; GET RESPONSE goes on with it
	channels   [apdu.MaxChannel + 1]fileKey
	last       map[fileKey]*run // the run of each file that was read last
	runs       []*run
	found      places
}

// step hides what the command tells and collects what it brought.
func (r *redactor) step(s *step) {
	if !s.late {
		r.command(s)
	}
	resp, err := apdu.ParseResponse(s.answer)
	if err != nil || r.op == nil {
		fill(s.answer[:max(0, len(s.answer)-2)])
		if len(s.answer) < 2 {
			fill(s.answer)
		}
		return
	}
	r.op.data = append(r.op.data, resp.Data...)
	r.op.pieces = append(r.op.pieces, resp.Data)
	r.op.sw = resp.SW
}

// command begins an operation, unless it is the GET RESPONSE of the one under
// way.
func (r *redactor) command(s *step) {
	cmd, err := apdu.ParseCommand(s.command.bytes())
	if err != nil {
		r.finish()
		s.command.hide(0)
		return
	}
	class := classOf(cmd.CLA)
	dataAt := len(s.command) - leLength(cmd) - len(cmd.Data)
	goesOn := cmd.INS == apdu.INSGetResponse && r.op != nil && class.channel == r.op.class.channel
	if !goesOn {
		r.finish()
		r.op = &operation{cmd: cmd, class: class}
		r.operations = append(r.operations, r.op)
	}
	if goesOn || !r.op.tells() {
		for i := range cmd.Data {
			s.command[dataAt+i] = hidden
		}
	}
}

func leLength(c apdu.Command) int {
	switch {
	case c.Ne == 0:
		return 0
	case c.Extended:
		return 2
	}
	return 1
}

// tells reports that the command's data name a file or an offset, and nothing
// else.
func (o *operation) tells() bool {
	n := len(o.cmd.Data)
	switch {
	case !o.class.plain:
		return false
	case o.cmd.INS == apdu.INSSelect && o.cmd.P1 == apdu.SelectByAID:
		return n <= maxAID
	case o.cmd.INS == apdu.INSSelect && (o.cmd.P1 == apdu.SelectPathMF || o.cmd.P1 == apdu.SelectPathDF):
		return n <= maxPath
	case o.cmd.INS == apdu.INSSelect:
		return n == 2
	case o.cmd.INS == apdu.INSReadBinaryOdd:
		_, ok := offsetOf(o.cmd.Data)
		return ok
	}
	return false
}

// finish looks at what the operation under way brought.
func (r *redactor) finish() {
	o := r.op
	r.op = nil
	if o == nil {
		return
	}
	current := &r.channels[o.class.channel]
	switch ins := o.cmd.INS; {
	case o.class.proprietary && ins == apdu.INSStatus:
		r.control(o)
	case !o.class.plain:
	case ins == apdu.INSSelect:
		switch {
		case o.sw == 0: // no answer: it may have been carried out
			*current = fileKey{app: unknownApp}
		case o.sw.Err() == nil:
			current.selected(o.cmd)
		}
		r.control(o)
	case ins == apdu.INSManageChannel:
		o.kept = len(o.data) == 1
		r.reset(o.cmd.P2)
		if o.kept {
			r.reset(o.data[0])
		}
	case ins == apdu.INSReadBinary:
		r.readBinary(o, current)
	case ins == apdu.INSReadBinaryOdd && o.cmd.P1 == 0 && o.cmd.P2 == 0:
		r.readBinaryOdd(o, current)
	case ins == apdu.INSReadRecord:
		r.readRecord(o, current)
	}
}

// reset follows the opening or closing of a logical channel.
func (r *redactor) reset(channel byte) {
	if channel >= 1 && channel <= apdu.MaxChannel {
		r.channels[channel] = fileKey{}
	}
}

// control keeps what an FCP tells.
func (r *redactor) control(o *operation) {
	if fcp, err := apdu.ParseFCP(o.data); err == nil {
		for _, ref := range fcp.ARR {
			if ref.FID != 0 { // else it names none
				r.found.rules.add(ref.FID)
			}
		}
	}
	m := newMarks(o.data)
	m.control()
	m.apply(o.data)
	o.kept = true
}
