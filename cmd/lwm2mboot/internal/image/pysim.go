package image

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// PySim writes a script for pySim-shell (osmocom, 2024 and later: select,
// verify_adm [--adm-type], update_binary --offset, update_record, apdu
// --expect-sw), up to the last command, which [Image.PySimActivate] has.
//
// They are two since pySim-shell goes on behind a command that failed: the
// header that makes the content valid must not follow a body that is not
// there. Run the second when the first has said no EXCEPTION.
//
// The key is not in the script: verify_adm looks it up by the card's ICCID in
// the user's card_data.csv, or the user writes it behind the command.
func (m *Image) PySim(w io.Writer, opts ScriptOptions) error {
	return m.pySim(w, opts, "Everything but the header: pySim-shell goes on behind a failure. Run the second script\n"+
		"# when this one has said no EXCEPTION; until then the file is empty. Holds keys of the device.", false)
}

// PySimActivate writes the script that comes behind that of [Image.PySim].
func (m *Image) PySimActivate(w io.Writer, opts ScriptOptions) error {
	return m.pySim(w, opts, "The header, which makes the content valid. Run it behind the first script only.", true)
}

func (m *Image) pySim(w io.Writer, opts ScriptOptions, remark string, last bool) error {
	o, err := opts.filled()
	if err != nil {
		return err
	}
	steps := m.steps(o)
	// What the last command needs: the file is selected again ahead of it.
	const tail = 3 // application, file, header
	body, end := steps[:len(steps)-tail], steps[len(steps)-tail:]
	if last {
		body = append([]step{steps[0], steps[1]}, end[1:]...)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# For pySim-shell of 2024 and later: pySim-shell.py -p 0 --noprompt --script FILE\n# %s\n", remark)
	for _, s := range body {
		if s.remark != "" {
			fmt.Fprintf(&b, "# %s\n", s.remark)
		}
		fmt.Fprintln(&b, m.pySimLines(s, o.Reference))
	}
	_, err = w.Write(b.Bytes())
	return err
}

// pySimLines is a step in the language of pySim-shell. A file that pySim does
// not know is found by its identifier, from a directory only, so the directory
// is selected ahead of each. An application that pySim does not know cannot be
// selected by its AID: without an identifier of its directory, everything in
// it is by the command apdu.
func (m *Image) pySimLines(s step, key apdu.KeyReference) string {
	switch {
	case s.kind == verify:
		return pySimVerify(s, key)
	case s.kind == toMF:
		return "select MF"
	case s.kind == toDir:
		return "select EF.DIR"
	case s.kind == updateRecord && s.pending:
		return fmt.Sprintf("# update_record RECORD %x", s.cmd.Data)
	case s.kind == updateRecord:
		return fmt.Sprintf("update_record %d %x", s.cmd.P1, s.cmd.Data)
	case m.DF == 0:
		return "apdu --expect-sw 9000 " + strings.ToLower(s.hex(key))
	case s.kind == toApp:
		return m.pySimDF()
	case s.kind == toFile:
		return fmt.Sprintf("%s\nselect %x", m.pySimDF(), s.cmd.Data)
	}
	return fmt.Sprintf("update_binary --offset %d %x", int(s.cmd.P1)<<8|int(s.cmd.P2), s.cmd.Data)
}

// pySimDF goes to the application's directory.
func (m *Image) pySimDF() string {
	return fmt.Sprintf("select MF\nselect %04x", uint16(m.DF))
}

// pySimVerify is the command that verifies the issuer's key. ADM1 goes without
// its name: pySim knows of cards that have another in its place.
func pySimVerify(s step, key apdu.KeyReference) string {
	const remark = "# the key is from card_data.csv, by the ICCID; or put it behind the command, hex behind --pin-is-hex\n"
	switch {
	case key == apdu.RefADM1:
		return remark + "verify_adm"
	case key.ADM():
		return remark + "verify_adm --adm-type " + keyName(key)
	}
	return "# fill in the key and take away the #\n# apdu --expect-sw 9000 " + s.hex(key)
}

// keyName is ADM1 to ADM10, or the number of another key: KEY81.
func keyName(key apdu.KeyReference) string {
	if name, _, ok := strings.Cut(key.String(), " "); ok && key.ADM() {
		return name
	}
	return fmt.Sprintf("KEY%02X", byte(key))
}
