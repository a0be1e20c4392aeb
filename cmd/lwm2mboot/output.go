package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// output is where a result goes: a file, or the standard output.
type output struct {
	path  string
	force bool
}

func (o *output) flags(cmd *cobra.Command, what string) {
	cmd.Flags().StringVarP(&o.path, "output", "o", "", what)
	cmd.Flags().BoolVar(&o.force, "force", false, "overwrite what is there")
}

// stdout reports that the result goes to the standard output.
func (o *output) stdout() bool { return o.path == "" || o.path == "-" }

// write writes the result.
func (o *output) write(a *app, b []byte) error {
	if o.stdout() {
		_, err := a.stdout.Write(b)
		return err
	}
	return writeFile(o.path, b, o.force)
}

// writeFile writes a file that its owner alone can read, for it may hold keys.
// It is there whole or not at all, and takes the place of another one only by
// force. What is no regular file, /dev/null say, is written to.
func writeFile(path string, b []byte, force bool) (err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a directory", path)
	case !info.Mode().IsRegular():
		return os.WriteFile(path, b, 0o600)
	case !force:
		return exists(path)
	default:
		if path, err = filepath.EvalSymlinks(path); err != nil { // what a link leads to is meant
			return err
		}
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".lwm2mboot-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if force {
		return os.Rename(tmp.Name(), path)
	}
	// Link refuses a file that came in the meantime; not every system has it.
	switch err := os.Link(tmp.Name(), path); {
	case err == nil:
		return os.Remove(tmp.Name())
	case errors.Is(err, fs.ErrExist):
		return exists(path)
	}
	return os.Rename(tmp.Name(), path)
}

func exists(path string) error {
	return &failure{
		status: statusFault,
		err:    fmt.Errorf("%s: %w", path, fs.ErrExist),
		advice: "--force overwrites it",
	}
}

// terminal reports whether a reader or writer is a terminal.
func terminal(rw any) bool {
	f, ok := rw.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}
