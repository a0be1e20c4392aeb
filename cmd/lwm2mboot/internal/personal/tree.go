package personal

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// branch is a line of the tree and what is below it.
type branch struct {
	text  string
	below []branch
}

func leaf(format string, args ...any) branch { return branch{text: fmt.Sprintf(format, args...)} }

// WriteTo writes the report as a tree. Texts of the card are quoted, so that
// they cannot write on the terminal what they like.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	root := r.tree()
	b.WriteString(root.text + "\n")
	root.write(&b, "")
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func (b branch) write(w *strings.Builder, indent string) {
	for i, child := range b.below {
		corner, under := "├─ ", "│  "
		if i == len(b.below)-1 {
			corner, under = "└─ ", "   "
		}
		w.WriteString(indent + corner + child.text + "\n")
		child.write(w, indent+under)
	}
}

func (r *Report) tree() branch {
	root := leaf("card %s", r.ICCID)
	if r.ICCIDError != "" {
		root = leaf("card of unknown ICCID: %s", r.ICCIDError)
	}
	dir := r.Dir.branch("EF(DIR)")
	for _, e := range r.Dir.Entries {
		dir.below = append(dir.below, e.branch())
	}
	if r.Dir.Path != "" {
		root.below = append(root.below, dir)
	}
	if a := r.Application; a.AID != "" || a.Error != "" {
		root.below = append(root.below, a.branch())
	}
	if r.File != nil {
		root.below = append(root.below, r.File.branch())
	}
	if len(r.Keys) > 0 {
		keys := leaf("keys")
		for _, k := range r.Keys {
			keys.below = append(keys.below, k.branch())
		}
		root.below = append(root.below, keys)
	}
	if r.Error != "" {
		root.below = append(root.below, leaf("broke off: %s", r.Error))
	}
	return root
}

// branch is a file: name, what its FCP tells, who may do what.
func (r FileReport) branch(name string) branch {
	words := []string{strings.TrimSpace(name + " " + r.Path)}
	add := func(when bool, format string, args ...any) {
		if when {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	add(r.Structure != "", "%s", r.Structure)
	add(r.RecordLength > 0, "%d records of %d octets", r.Records, r.RecordLength)
	add(r.RecordLength == 0 && r.Size > 0, "%d octets", r.Size)
	add(r.SFI > 0, "SFI %02X", r.SFI)
	add(r.LifeCycle != "", "%s", r.LifeCycle)
	add(r.Access != "", "%s", r.Access)
	b := leaf("%s", strings.Join(words, ", "))
	if r.AccessError != "" {
		b.below = append(b.below, leaf("access unknown: %s", r.AccessError))
	}
	if r.FCPError != "" {
		b.below = append(b.below, leaf("tells nothing of itself: %s", r.FCPError))
	}
	if r.Error != "" {
		b.below = append(b.below, leaf("cannot be read: %s", r.Error))
	}
	return b
}

func (e DirEntryReport) branch() branch {
	if e.Error != "" {
		return leaf("%d: %s", e.Record, e.Error)
	}
	return leaf("%d: %s%s%s", e.Record, e.AID, quoted(" ", e.Label), prefixed(" at ", e.Path))
}

// quoted is a text of the card behind a prefix, or nothing.
func quoted(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + strconv.QuoteToGraphic(text)
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func (a ApplicationReport) branch() branch {
	if a.AID == "" {
		return leaf("no application: %s", a.Error)
	}
	through := ""
	if a.Secure != "" {
		through = ", through " + a.Secure
	}
	b := leaf("application %s, by %s%s", a.AID, a.Way, through)
	if a.Error != "" {
		b.below = append(b.below, leaf("tells nothing of itself: %s", a.Error))
	}
	odf := a.ODF.branch("EF(ODF)")
	for _, d := range a.ODF.Directories {
		odf.below = append(odf.below, d.branch())
	}
	if a.ODF.Path != "" {
		b.below = append(b.below, odf)
	}
	return b
}

func (d DirectoryReport) branch() branch {
	name := "EF(DODF)"
	if d.InPlace {
		name = "objects in place"
	}
	b := d.FileReport.branch(name)
	for _, o := range d.Objects {
		b.below = append(b.below, o.branch())
	}
	if len(d.Objects) == 0 && d.Error == "" {
		b.below = append(b.below, leaf("empty"))
	}
	return b
}

func (o ObjectReport) branch() branch {
	if o.Error != "" {
		return leaf("faulty entry: %s", o.Error)
	}
	text := o.Form + prefixed(" ", o.OID) + prefixed(" of ", o.ApplicationOID) +
		quoted(" ", o.Label) + quoted(" of ", o.ApplicationName)
	for _, flag := range []struct {
		set  bool
		name string
	}{{o.Private, ", private"}, {o.Modifiable, ", modifiable"}, {o.AuthID != "", ", authId " + o.AuthID}} {
		if flag.set {
			text += flag.name
		}
	}
	if !o.LwM2M {
		return leaf("%s%s", text, prefixed(" → ", o.Place))
	}
	b := leaf("%s", text)
	b.below = []branch{o.File.branch()}
	return b
}

func (r *BootstrapReport) branch() branch {
	name := "EF(LwM2M_Bootstrap)"
	if r.Path == "" {
		name = "value in the directory"
	}
	b := r.FileReport.branch(name)
	if r.Error != "" {
		return b
	}
	content := leaf("%v", r.Content)
	if s := r.Content; s.Octets > 0 && s.Problem == "" {
		content = leaf("%d of %s, %s", s.Octets, count(r.Capacity, "octet"), count(len(s.Objects), "object"))
	}
	for _, o := range r.Content.Objects {
		content.below = append(content.below, leaf("offset %d: /%d%s %s, %s, %s", o.Offset, o.ID,
			prefixed(" ", o.Name), version(o.Version), count(o.Instances, "instance"), count(o.Octets, "octet")))
	}
	b.below = append(b.below, content)
	return b
}

// version is "version 1.1"; "default" of the form that names none.
func version(v string) string {
	if v == "default" {
		return "default version"
	}
	return "version " + v
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (k KeyReport) branch() branch {
	text := k.Name
	if k.Enabled != nil {
		text += map[bool]string{true: ", enabled", false: ", not enabled"}[*k.Enabled]
	}
	switch {
	case k.State != "":
		text += ": " + k.State
	case k.Tries != nil && *k.Tries == 1:
		text += ", 1 try left"
	case k.Tries != nil:
		text += fmt.Sprintf(", %d tries left", *k.Tries)
	default:
		text += ", tries left unknown"
	}
	return leaf("%s", text)
}
