package image

import (
	"bytes"
	"fmt"
	"io"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// ScriptOptions say how a script is written. The zero value will do.
type ScriptOptions struct {
	// Chunk is the most data of an UPDATE BINARY, 4 to 255; 0 for 255.
	Chunk int

	// Reference is the issuer's key that allows the files to be updated; 0 for
	// ADM1.
	Reference apdu.KeyReference
}

func (o ScriptOptions) filled() (ScriptOptions, error) {
	if o.Chunk == 0 {
		o.Chunk = apdu.MaxShortNc
	}
	if o.Reference == 0 {
		o.Reference = apdu.RefADM1
	}
	if o.Chunk < headerLength || o.Chunk > apdu.MaxShortNc {
		return o, fmt.Errorf("image: %w: Chunk %d is not in %d to %d", ErrOptions, o.Chunk, headerLength, apdu.MaxShortNc)
	}
	return o, nil
}

// headerLength is that of number_of_objects and size, which say that a file is
// empty when they are 0.
const headerLength = 4

// step is a command of a script.
type step struct {
	kind    kind
	remark  string // ahead of it
	cmd     apdu.Command
	pending bool // something in it is for the user to fill in
}

// kind is what a command is for.
type kind uint8

const (
	toMF kind = iota
	toApp
	toFile // of the application
	toDir  // EF(DIR), below the MF
	verify
	update
	updateRecord
)

// steps are the commands of a script. The last of them makes the new content
// valid; until then, from the first UPDATE on, the file is empty.
//
//	SELECT application, VERIFY
//	SELECT file, header 00 00 00 00, body, filling
//	SELECT and content of DODF, ODF, TokenInfo; record of EF(DIR)
//	SELECT file, header
func (m *Image) steps(o ScriptOptions) []step {
	key := step{kind: verify, remark: fmt.Sprintf("VERIFY %v: a wrong key costs a try, and the last one blocks it", o.Reference),
		cmd: apdu.Verify(byte(o.Reference), nil), pending: true}
	header, body := m.Bootstrap.parts()
	s := []step{m.selectApp(), key, selectFile(toFile, m.Bootstrap, "EF(LwM2M_Bootstrap)")}
	s = append(s, step{kind: update, remark: "its header: empty from here on", cmd: apdu.UpdateBinary(header, make([]byte, headerLength))})
	s = append(s, updates("its content behind the header, and FF", m.Bootstrap, body, o.Chunk)...)
	for _, f := range []struct {
		File
		what string
	}{{m.DODF, "EF(DODF)"}, {m.ODF, "EF(ODF)"}, {m.TokenInfo, "EF(TokenInfo)"}} {
		s = append(s, selectFile(toFile, f.File, f.what))
		s = append(s, updates("", f.File, 0, o.Chunk)...)
	}
	s = append(s,
		step{kind: toMF, remark: "the MF", cmd: apdu.SelectFID(apdu.FIDMF, apdu.ReturnNone)},
		selectFile(toDir, m.Dir, "EF(DIR)"),
		step{kind: updateRecord, remark: fmt.Sprintf("a record that is unused, of %d octets; the application is found without it by its AID", len(m.Dir.Content)),
			cmd: apdu.UpdateRecord(byte(m.Dir.Record), apdu.SFINone, m.Dir.Content), pending: m.Dir.Record == 0},
		m.selectApp(), selectFile(toFile, m.Bootstrap, "EF(LwM2M_Bootstrap)"))
	return append(s, step{kind: update, remark: "its header: the content is valid from here on",
		cmd: apdu.UpdateBinary(header, m.Bootstrap.Content[header:body])})
}

// parts are the offsets of header and body in the file.
func (f File) parts() (header, body int) {
	return f.Ref.Offset, f.Ref.Offset + headerLength
}

func (m *Image) selectApp() step {
	return step{kind: toApp, remark: "the application", cmd: apdu.SelectAID(m.AID, apdu.ReturnNone)}
}

func selectFile(k kind, f File, remark string) step {
	last := f.Ref.Path[len(f.Ref.Path)-1]
	return step{kind: k, remark: remark, cmd: apdu.SelectFID(last, apdu.ReturnNone)}
}

// updates write a file from an offset on.
func updates(remark string, f File, offset, chunk int) (s []step) {
	for offset < len(f.Content) {
		n := min(chunk, len(f.Content)-offset)
		s = append(s, step{kind: update, remark: remark, cmd: apdu.UpdateBinary(offset, f.Content[offset:offset+n])})
		remark = ""
		offset += n
	}
	return s
}

// APDUs writes a script of command APDUs for a card whose files exist: a line
// of hex each, behind lines of remarks that begin with #. It is for any tool
// that sends lines of hex, on the basic channel, and stops at a status word
// that is not 9000.
//
// Two lines are no hex before the user has filled them in: VERIFY, with the
// eight octets of the key in place of {ADM1}, and UPDATE RECORD, unless
// Options.DirRecord told the record. Each of them may be left out.
func (m *Image) APDUs(w io.Writer, opts ScriptOptions) error {
	o, err := opts.filled()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("# EF(LwM2M_Bootstrap) and the files that lead to it: command APDUs, one a line.\n" +
		"# Stop at the first status word that is not 9000. Holds keys of the device.\n")
	for _, s := range m.steps(o) {
		if s.remark != "" {
			fmt.Fprintf(&b, "# %s\n", s.remark)
		}
		fmt.Fprintln(&b, s.hex(o.Reference))
	}
	_, err = w.Write(b.Bytes())
	return err
}

// hex is the line of a command. It has 255 octets of data at most, so Bytes
// does not fail.
func (s step) hex(key apdu.KeyReference) string {
	c := s.cmd
	switch {
	case s.pending && s.kind == verify:
		return fmt.Sprintf("%02X%02X%02X%02X08{%s}", c.CLA, c.INS, c.P1, c.P2, keyName(key))
	case s.pending:
		return fmt.Sprintf("%02X%02X{RECORD}%02X%02X%X", c.CLA, c.INS, c.P2, len(c.Data), c.Data)
	}
	octets, _ := c.Bytes()
	return fmt.Sprintf("%X", octets)
}
