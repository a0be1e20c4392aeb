package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/lwm2mboot/lwm2mboot/examples/internal/show"
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/objects/senmljson"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// printFile decodes the file and prints what it holds; what is wrong with it goes
// to stderr.
func printFile(o options, content []byte, stdout, stderr io.Writer) error {
	file, err := tlv.ParseFile(content)
	if err != nil {
		return err
	}
	var tree objects.Tree
	problems, err := tree.Decode(file, nil)
	if err != nil {
		return err
	}
	for _, p := range append(problems, tree.Validate(nil)...) {
		fmt.Fprintln(stderr, p)
	}
	if !o.json {
		return show.Table(stdout, &tree, o.secrets)
	}
	codec := senmljson.Codec{Secrets: senmljson.MaskSecrets}
	if o.secrets {
		codec.Secrets = senmljson.WriteSecrets
	}
	text, err := codec.Append(nil, &tree, objects.Path{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s\n", text)
	return err
}

// writeRaw writes the content to a file that nobody else can read: it holds
// keys. A file that is there already is replaced, its mode too.
func writeRaw(path string, content []byte) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	_, err = f.Write(content)
	return err
}
