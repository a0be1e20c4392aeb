package image

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Manifest writes what the files are, for people: a line each, and what a card
// needs of them. It holds no content.
func (m *Image) Manifest(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "PKCS#15 file set for LwM2M bootstrap (Core, Appendix G)\napplication %v\n\n", m.AID)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "file\tplace\toctets\tused\tstructure\tread\tupdate")
	for _, f := range m.Files() {
		structure, read := "transparent", "always"
		switch f.Name {
		case m.Dir.Name:
			structure = "record, linear fixed"
		case m.Bootstrap.Name, m.DODF.Name:
			read = "always, or PIN"
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%s\t%s\tADM\n", f.Name, m.place(f), len(f.Content), f.Used, structure, read)
	}
	t.Flush()
	fmt.Fprintf(&b, "\n%s holds keys: keep it as you keep them.\n", m.Bootstrap.Name)
	_, err := io.WriteString(w, b.String())
	return err
}

// place is where a file is on the card.
func (m *Image) place(f File) string {
	dir := "ADF"
	switch {
	case f.Record > 0:
		return fmt.Sprintf("%v record %d", f.Ref, f.Record)
	case f.Ref.App == "":
		return f.Ref.String()
	case m.DF != 0:
		dir = "3F00/" + m.DF.String()
	}
	ref := f.Ref
	ref.App = ""
	return dir + "/" + ref.String()
}
