package config

import (
	"io"
	"os"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// files reads what file: names, below one directory: no way leads out of it,
// not by an absolute path, by .. or by a symbolic link. A nil *files refuses.
type files struct {
	dir string
}

// append appends the octets of the file, all of them, a newline at its end
// too. It must be a regular one: to open a pipe could wait for ever.
func (f *files) append(dst []byte, n Node, name string) ([]byte, error) {
	if f == nil || f.dir == "" {
		return dst, Errorf(n.At, ErrFile, "file: needs a directory to read in: give the configuration as a file, or the value as hex:… or base64:…")
	}
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return dst, Errorf(n.At, ErrFile, "file: the directory of the configuration cannot be opened")
	}
	defer root.Close()
	if info, err := root.Stat(name); err != nil {
		return dst, Errorf(n.At, ErrFile, "file: no such file below the directory of the configuration: the path is relative to it, and does not lead out of it")
	} else if !info.Mode().IsRegular() {
		return dst, Errorf(n.At, ErrFile, "file: not a regular file")
	}
	file, err := root.Open(name)
	if err != nil {
		return dst, Errorf(n.At, ErrFile, "file: cannot be opened")
	}
	defer file.Close()
	octets, err := io.ReadAll(io.LimitReader(file, tlv.MaxFileSize+1))
	switch {
	case err != nil:
		return dst, Errorf(n.At, ErrFile, "file: cannot be read to its end")
	case len(octets) > tlv.MaxFileSize:
		return dst, Errorf(n.At, ErrLimit, "file: longer than %d octets", tlv.MaxFileSize)
	}
	return append(dst, octets...), nil
}
