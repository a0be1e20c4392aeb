package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
)

func newCardImage(a *app) *cobra.Command {
	var s source
	var i imageFlags
	var o output
	var script choice
	var chunk int
	cmd := &cobra.Command{
		Use:   "image -c IN -o DIR",
		Short: "Make the whole PKCS#15 file set of a card",
		Long: `Makes, of a configuration or a file, everything that a card needs: the record of
EF(DIR), EF(ODF), EF(TokenInfo), EF(DODF), and EF(LwM2M_Bootstrap) filled with
FF; each in a file of the directory DIR, whose name tells its place on the card.
What they are is printed.

With --script there is a script as well, for a card whose files exist: apdu
makes script.apdu, lines of hex with remarks; pysim makes script.pysim and
activate.pysim for pySim-shell. They write the header last, so that a card that
was pulled holds no data rather than half of them. The issuer's key is not in
them; the device's keys are.`,
		Example: `  lwm2mboot card image -c seed.yaml -o files
  lwm2mboot card image --file seed.bin -o files --script apdu
  lwm2mboot card image -c seed.yaml -o files --form opaquedo --paths absolute --label LwM2M`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case s.none():
				return usage(cmd, errors.New("a configuration (-c) or a file (--file) is needed"))
			case o.stdout():
				return usage(cmd, errors.New("a directory (-o) is needed"))
			case script.value == "none" && cmd.Flags().Changed("chunk"):
				return usage(cmd, errors.New("--chunk goes with --script"))
			}
			content, err := s.octets(cmd.Context(), a)
			if err != nil {
				return err
			}
			m, err := i.build(cmd, content)
			if err != nil {
				return err
			}
			files := m.Contents()
			for name, write := range scripts(m, script.value) {
				var b bytes.Buffer
				if err := write(&b, image.ScriptOptions{Chunk: chunk}); err != nil {
					return err
				}
				files[name] = b.Bytes()
			}
			if err := writeAll(o.path, files, o.force); err != nil {
				return err
			}
			return m.Manifest(a.stdout)
		},
	}
	s.withFile(cmd)
	i.flags(cmd, "")
	o.flags(cmd, "the directory; it is made if it is not there")
	script.register(cmd, "script", "a script that writes the files", "none", "apdu", "pysim")
	cmd.Flags().IntVar(&chunk, "chunk", 0, "most octets in a command of the script; 255 otherwise")
	cmd.MarkFlagDirname("output")
	return cmd
}

type scriptWriter = func(io.Writer, image.ScriptOptions) error

// scripts are the scripts of a kind, by their names.
func scripts(m *image.Image, kind string) map[string]scriptWriter {
	switch kind {
	case "apdu":
		return map[string]scriptWriter{"script.apdu": m.APDUs}
	case "pysim":
		return map[string]scriptWriter{"script.pysim": m.PySim, "activate.pysim": m.PySimActivate}
	}
	return nil
}

// writeAll writes files to a directory. That one of them is there already is
// found out before any is written.
func writeAll(dir string, files map[string][]byte, force bool) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for name := range files {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) && !force {
			return exists(path)
		}
	}
	for name, b := range files {
		if err := writeFile(filepath.Join(dir, name), b, force); err != nil {
			return err
		}
	}
	return nil
}
