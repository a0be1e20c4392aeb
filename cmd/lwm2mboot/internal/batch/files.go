package batch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MaxName is the longest name of a row, in octets.
const MaxName = 200

// Files makes a file of mode 0600 for each row of in, in a directory that is
// there. Its name is Options.Name with the columns put in: it must have no
// separator and no sign that a file system somewhere refuses, and not begin with
// a dot or a dash.
//
// A file is written beside its place, as .<name>.part, and renamed: it is there
// whole or not at all, as far as the process is concerned. Nothing is synced;
// after a power cut Resume finds what is missing or short. A file that is there
// is the row's error, [ErrExists], unless Force is given: so two rows of one
// name are found out, in constant memory.
//
// With Resume a file that is there with the very octets of the row is passed
// over; with others it is an error as before. What is left of a file that was
// being written is written anew: so no other run may be at work in the directory.
//
// The error is as that of Stream.
func (t *Template) Files(ctx context.Context, in io.Reader, dir string, o *RunOptions) (Summary, error) {
	if err := t.checkName(); err != nil {
		return Summary{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Summary{}, err
	}
	defer root.Close()
	s := &files{root: root}
	if o != nil {
		s.resume, s.force = o.Resume, o.Force
	}
	r, err := t.newRun(in, s, o)
	if err != nil {
		return Summary{}, err
	}
	return r.all(ctx)
}

// checkName tries the name with harmless columns.
func (t *Template) checkName() error {
	if t.name == nil {
		return fmt.Errorf("%w: files need a name, as ${iccid}.bin", ErrOption)
	}
	row := make([]string, len(t.columns.names))
	for i := range row {
		row[i] = "0"
	}
	name, _ := t.name.fill(row, nil)
	if reason := badName(name); reason != "" {
		return fmt.Errorf("%w: name: %s", ErrOption, reason)
	}
	return nil
}

// badName is what is wrong with the name of a file, or "".
func badName(name string) string {
	switch {
	case name == "":
		return "an empty name"
	case len(name) > MaxName:
		return fmt.Sprintf("a name of %d octets, at most %d are possible", len(name), MaxName)
	case name[0] == '.' || name[0] == '-':
		return "a name that begins with a dot or a dash"
	case strings.ContainsAny(name, `/\:*?"<>|`):
		return "a name with a separator, or another sign that not every file system has"
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7F }):
		return "a name with a control character"
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || !filepath.IsLocal(name):
		return "a name that not every file system takes as it is"
	}
	return ""
}

// files is the sink of Files.
type files struct {
	root          *os.Root
	resume, force bool
}

func (f *files) fail(*RowError, string) error { return nil }

func (f *files) flush() error { return nil }

func (f *files) put(_ *reader, name string, file []byte) (made bool, err error) {
	if reason := badName(name); reason != "" {
		return false, rowErrorf(ErrName, "%s", reason)
	}
	part := "." + name + ".part"
	out, err := f.create(part)
	if err != nil {
		return false, err
	}
	there, err := f.there(name, file)
	if err == nil && !there {
		_, err = out.Write(file)
	}
	if err = errors.Join(err, out.Close()); err == nil && !there {
		err = f.root.Rename(part, name)
		made = err == nil
	}
	if !made {
		err = errors.Join(err, f.root.Remove(part))
	}
	return made, err
}

// there reports whether the file is there already; the error is a *RowError
// when something else is.
func (f *files) there(name string, file []byte) (bool, error) {
	info, err := f.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, rowErrorf(ErrExists, "what has the file's name is no file")
	case f.resume && info.Size() == int64(len(file)):
		have, err := f.root.ReadFile(name)
		if err != nil {
			return false, err
		}
		if bytes.Equal(have, file) {
			return true, nil
		}
	}
	switch {
	case f.force:
		return false, nil
	case f.resume:
		return false, rowErrorf(ErrExists, "a file of this name is there with other octets: two rows of one name, other rows, or another template")
	}
	return false, rowErrorf(ErrExists, "a file of this name is there: two rows of one name, or an earlier run")
}

// create makes the file that is renamed later. Whoever has it has the name to
// himself, and looks only then for what is there.
func (f *files) create(part string) (*os.File, error) {
	const flags = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	out, err := f.root.OpenFile(part, flags, 0o600)
	if !errors.Is(err, fs.ErrExist) {
		return out, err
	}
	if !f.resume && !f.force {
		return nil, rowErrorf(ErrExists, "a part of the file is there, of a run that was interrupted or is at work")
	}
	if err := f.root.Remove(part); err != nil {
		return nil, err
	}
	return f.root.OpenFile(part, flags, 0o600)
}
