package transport

import (
	"bytes"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Tags of READ BINARY with the odd instruction code (ETSI TS 102 221 11.1.3).
const (
	tagOffset  ber.Tag = 0x54
	tagContent ber.Tag = 0x53
)

// Bits of READ BINARY and READ RECORD.
const (
	p1HasSFI   = 0b1000_0000
	p1SFI      = 0b0001_1111
	p2SFIShift = 3
)

// fileKey names the current file of a channel, as far as the session told.
type fileKey struct {
	app string // AID selected last
	fid apdu.FID
	sfi byte // in place of fid
}

// unknownApp is none that a SELECT names: the MF may be left.
const unknownApp = "?"

// selected follows a SELECT that succeeded.
func (k *fileKey) selected(c apdu.Command) {
	path := c.Data
	switch n := len(path); {
	case c.P1 == apdu.SelectByAID:
		*k = fileKey{app: string(c.Data)}
	case n < 2:
		*k = fileKey{app: k.app}
	default:
		fid := apdu.FID(path[n-2])<<8 | apdu.FID(path[n-1])
		switch {
		case fid == apdu.FIDMF:
			k.app = ""
		case k.app == "" && (n > 2 || fid>>8 != 0x2F): // a DF, or a file in one
			k.app = unknownApp
		}
		*k = fileKey{app: k.app, fid: fid}
	}
}

// bySFI is the file that a READ names by its SFI. It becomes current when the
// READ succeeds; when no answer came, it may have.
func (k *fileKey) bySFI(o *operation, sfi byte) fileKey {
	named := fileKey{app: k.app, sfi: sfi}
	switch {
	case o.sw.Err() == nil:
		*k = named
	case o.sw == 0:
		*k = fileKey{app: k.app}
	}
	return named
}

// run is a piece of a file's content, put together from the answers that
// brought it.
type run struct {
	key     fileKey
	record  bool // it is one, whole
	offset  int  // of data in the file
	data    []byte
	windows []window
	marks   *marks // of data, once it has been looked at
}

// window is where a part of a run goes back to.
type window struct {
	to  []byte // in the data of an operation
	pos int    // in the run's data
}

// add puts content that was read at offset into the run of its file, if it
// goes on with it and says the same where they overlap, else into a new one.
func (r *redactor) add(o *operation, key fileKey, offset int, content []byte) {
	last := r.last[key]
	if last == nil || !last.fits(offset, content) {
		last = &run{key: key, offset: offset}
		r.last[key] = last
		r.runs = append(r.runs, last)
	}
	pos := offset - last.offset
	last.data = append(last.data, content[min(len(content), len(last.data)-pos):]...) // the rest is there, and the same
	last.windows = append(last.windows, window{to: content, pos: pos})
	o.kept = true
}

func (r *run) fits(offset int, content []byte) bool {
	pos := offset - r.offset
	if pos < 0 || pos > len(r.data) {
		return false
	}
	n := min(len(content), len(r.data)-pos)
	return bytes.Equal(content[:n], r.data[pos:pos+n])
}

// readBinary takes the answer to READ BINARY.
//
//	P1, P2   0ooo oooo oooo oooo   offset in the current file
//	         1xxs ssss oooo oooo   SFI, which becomes current, and offset
func (r *redactor) readBinary(o *operation, current *fileKey) {
	offset, key := int(o.cmd.P1)<<8|int(o.cmd.P2), *current
	if o.cmd.P1&p1HasSFI != 0 {
		offset = int(o.cmd.P2)
		key = current.bySFI(o, o.cmd.P1&p1SFI)
	}
	r.add(o, key, offset, o.data)
}

// readBinaryOdd takes an answer that is wrapped: 53 L content.
func (r *redactor) readBinaryOdd(o *operation, current *fileKey) {
	offset, ok := offsetOf(o.cmd.Data)
	reader := ber.NewReader(o.data)
	var e ber.Element
	if !ok || !reader.Read(tagContent, &e) || !reader.Empty() {
		return
	}
	r.add(o, *current, offset, e.Value)
}

// readRecord takes a record: a run of its own.
func (r *redactor) readRecord(o *operation, current *fileKey) {
	key := *current
	if sfi := o.cmd.P2 >> p2SFIShift; sfi != 0 {
		key = current.bySFI(o, sfi)
	}
	r.runs = append(r.runs, &run{
		key:     key,
		record:  true,
		data:    bytes.Clone(o.data),
		windows: []window{{to: o.data}},
	})
	o.kept = true
}

// putBack puts the content back to where it came from.
func (r *run) putBack() {
	for _, w := range r.windows {
		copy(w.to, r.data[w.pos:])
	}
}
