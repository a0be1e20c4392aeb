package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// Limits of what is read.
const (
	maxInput = config.MaxSize // octets; a card's file in hex has 130 KB at most
	maxKey   = 4096           // of a file with a key or PIN, with blanks around it
)

// read reads a file of up to max octets, or the standard input for "-", until
// ctx ends.
func (a *app) read(ctx context.Context, name string, max int64) ([]byte, error) {
	in, err := a.open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, max+1))
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", shown(name), err)
	case int64(len(b)) > max:
		return nil, fmt.Errorf("%s: more than %d octets", shown(name), max)
	}
	return b, nil
}

// input is what is read: a file, or the standard input.
type input struct {
	interruptible
	named *os.File // nil: the standard input
}

// Close closes a file.
func (i *input) Close() error {
	if i.named == nil {
		return nil
	}
	return i.named.Close()
}

// regular is what is known of a regular file that is read, as the standard
// input, too; nil otherwise.
func (i *input) regular() fs.FileInfo {
	if f, ok := i.in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return info
		}
	}
	return nil
}

// open opens a file, or the standard input for "-", which can be had once.
func (a *app) open(ctx context.Context, name string) (*input, error) {
	if name != "-" {
		f, err := openFile(ctx, name)
		return &input{interruptible{ctx: ctx, in: f}, f}, err
	}
	if a.taken {
		return nil, &failure{status: statusUsage, err: errors.New("the standard input can be read for one thing only")}
	}
	a.taken = true
	return &input{interruptible{ctx: ctx, in: a.stdin}, nil}, nil
}

// openFile opens a file until ctx ends: a FIFO waits for its writer.
func openFile(ctx context.Context, name string) (*os.File, error) {
	var f *os.File
	var err error
	done := make(chan struct{})
	go func() {
		f, err = os.Open(name)
		close(done)
	}()
	select {
	case <-done:
		return f, err
	case <-ctx.Done(): // the process ends, and what was given up with it
		return nil, context.Cause(ctx)
	}
}

// shown is the name of a file in an error.
func shown(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// interruptible is a reader whose Read ends with ctx, even while nothing comes.
type interruptible struct {
	ctx context.Context
	in  io.Reader
	buf []byte
}

func (r *interruptible) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	if r.buf == nil {
		r.buf = make([]byte, 64<<10)
	}
	buf := r.buf[:min(len(p), len(r.buf))] // not p: a read that was given up still writes to it
	done := make(chan result, 1)
	go func() {
		n, err := r.in.Read(buf)
		done <- result{n, err}
	}()
	select {
	case got := <-done:
		return copy(p, buf[:got.n]), got.err
	case <-r.ctx.Done():
		r.buf = nil
		return 0, context.Cause(r.ctx)
	}
}

// bootstrap is the content of a file as it was read: octets, or hex in any
// layout. No file that a card can hold is hex digits alone, as octets.
func bootstrap(content []byte) ([]byte, error) {
	digits := bytes.Join(bytes.Fields(content), nil)
	if len(digits) == 0 {
		return nil, errors.New("there is nothing in it")
	}
	octets := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(octets, digits); err == nil {
		return octets, nil
	}
	if isText(content) {
		return nil, errors.New("neither octets of EF(LwM2M_Bootstrap) nor hex: it is text")
	}
	return content, nil
}

// isConfiguration tells a configuration from a file in octets or hex: by its
// name, or because it is text.
func isConfiguration(name string, content []byte) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml", ".json", ".py", ".dict":
		return true
	}
	_, err := bootstrap(content)
	return err != nil && len(bytes.TrimSpace(content)) > 0
}

// isText: every file of a card has a NUL in its header, or begins with FF.
func isText(content []byte) bool {
	return utf8.Valid(content) && bytes.IndexByte(content, 0) < 0
}

// line reads what is typed on the terminal, up to the end of the line.
func (a *app) line(ctx context.Context) (string, error) {
	in := &interruptible{ctx: ctx, in: a.stdin}
	var text []byte
	c := make([]byte, 1)
	for len(text) < maxKey {
		n, err := in.Read(c)
		if n == 0 && err != nil && err != io.EOF {
			return "", err
		}
		if n == 0 || c[0] == '\n' {
			break
		}
		text = append(text, c[0])
	}
	return strings.TrimSpace(string(text)), nil
}
