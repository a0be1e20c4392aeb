package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/batch"
)

// defaultName is that of a row's file.
const defaultName = "${iccid}.bin"

// batchRun is what the command was told.
type batchRun struct {
	template   source
	out        output
	rowFormat  choice
	header     []string
	comma      string
	name       string
	columns    []string
	masterFile string
	salt       string
	keepGoing  bool
	resume     bool

	failed   int64 // rows of this run with an error
	inTheWay bool  // of a file that is there
}

func newBatch(a *app) *cobra.Command {
	var b batchRun
	cmd := &cobra.Command{
		Use:   "batch -t TEMPLATE [ROWS|-]",
		Short: "Make a file for each row of a table",
		Long: `Makes a file EF(LwM2M_Bootstrap) for each row of a table, CSV or NDJSON, from
one configuration with columns in it:

    Security/1:
      ServerURI: coaps://lwm2m.example.com:5684
      PKOrIdentity: ${identity}
      SecretKey: hex:${key}

With -o DIR/ each row makes a file of its own, called as --name says. Otherwise
there is one stream, a line of JSON for each row:

    {"row":1,"identity":"device-1","hex":"0002007A…"}

to the standard output or to -o FILE: both ends may be pipes. Any number of
rows is done in constant memory. A value derive:16:psk/${iccid} is computed
from the master key of --master-file, so that no key is in the rows.

The first row with an error ends the run, unless --keep-going is given; then the
errors are told and the exit status is 1. A run that was interrupted goes on
with --resume. In a stream, rows that had an error are not tried again then:
give them in a table of their own.`,
		Example: `  lwm2mboot batch -t template.yaml rows.csv -o cards/
  lwm2mboot batch -t template.yaml rows.csv -o cards.ndjson --name '${iccid}'
  lwm2mboot batch -t template.yaml --keep-going < rows.ndjson | gzip > cards.gz
  lwm2mboot batch -t derived.yaml rows.csv --master-file master.key --columns iccid`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return count(1, "one table, or - for the standard input")(cmd, args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			rows := "-"
			if len(args) > 0 {
				rows = args[0]
			}
			return b.run(cmd.Context(), a, rows)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&b.template.config, "template", "t", "", "the configuration with ${columns}; - for the standard input")
	cmd.MarkFlagRequired("template")
	cmd.MarkFlagFilename("template", "yaml", "yml", "json", "py", "dict")
	formatFlag(cmd, &b.template.format, "the configuration")
	f.BoolVar(&b.template.noValidate, "no-validate", false, "take what contradicts the object definitions, or itself")
	f.IntVar(&b.template.size, "size", 0, "fill each file with FF to so many octets")
	b.out.flags(cmd, "a directory, which ends in / if it is to be made, or the file for the stream")
	b.rowFormat.register(cmd, "rows", "format of the table", "auto", "csv", "ndjson")
	f.StringSliceVar(&b.header, "header", nil, "names of the columns, for CSV without a first line of them")
	f.StringVar(&b.comma, "comma", "", `what separates the fields of CSV, "tab" for a tab; a comma otherwise`)
	f.StringVar(&b.name, "name", "", "name of a row's file, with columns, and its id in a stream; files: "+defaultName)
	f.StringSliceVar(&b.columns, "columns", nil, "columns to be copied to the stream; otherwise those that are used and no secret")
	f.StringVar(&b.masterFile, "master-file", "", "a file with the master key for derive:, in hex, 16 octets or more; - for the standard input")
	f.StringVar(&b.salt, "salt", "", "what goes with the master key, in hex")
	f.BoolVar(&b.keepGoing, "keep-going", false, "go on behind a row with an error")
	f.BoolVar(&b.resume, "resume", false, "go on with what an interrupted run made")
	return cmd
}

func (b *batchRun) run(ctx context.Context, a *app, rows string) error {
	files := !b.out.stdout() && isDirectory(b.out.path)
	if files && b.name == "" {
		b.name = defaultName
	}
	if b.comma == "tab" || b.comma == `\t` {
		b.comma = "\t"
	}
	switch {
	case utf8.RuneCountInString(b.comma) > 1:
		return &failure{status: statusUsage, err: errors.New("--comma: more than one sign")}
	case b.resume && b.out.stdout():
		return &failure{status: statusUsage, err: errors.New("--resume goes on with a file, or a directory"), advice: b.again()}
	}
	template, err := b.compile(ctx, a)
	if err != nil {
		return err
	}
	in, err := a.open(ctx, rows)
	if err != nil {
		return err
	}
	defer in.Close()
	opts := batch.RunOptions{Input: batch.InputOptions{Header: b.header}, KeepGoing: b.keepGoing, Resume: b.resume, Force: b.out.force}
	if b.rowFormat.value != "auto" {
		opts.Input.Format = batch.Format(b.rowFormat.value)
	}
	if b.comma != "" {
		opts.Input.Comma, _ = utf8.DecodeRuneInString(b.comma)
	}
	p := newProgress(a, in, b.out.stdout())
	opts.Progress = p.update
	opts.Failed = func(bad *batch.RowError) {
		b.failed++
		b.inTheWay = b.inTheWay || errors.Is(bad, batch.ErrExists)
		p.clear()
		a.say("%s: %v", shown(rows), bad)
	}
	var summary batch.Summary
	if files {
		if err := os.MkdirAll(b.out.path, 0o700); err != nil {
			return err
		}
		summary, err = template.Files(ctx, in, b.out.path, &opts)
	} else {
		summary, err = b.stream(ctx, a, template, in, &opts)
	}
	p.clear()
	return b.conclude(ctx, a, summary, err)
}

// stream writes the stream: to a file where it stands, so that a run that is
// interrupted can go on with it.
func (b *batchRun) stream(ctx context.Context, a *app, t *batch.Template, in *input, opts *batch.RunOptions) (s batch.Summary, err error) {
	if b.out.stdout() {
		return t.Stream(ctx, in, a.stdout, opts)
	}
	if same(in, b.out.path) {
		return s, &failure{status: statusUsage, err: fmt.Errorf("%s is the table itself", b.out.path)}
	}
	mode := os.O_RDWR | os.O_CREATE | os.O_EXCL
	switch {
	case b.resume:
		mode &^= os.O_EXCL
	case b.out.force:
		mode = mode&^os.O_EXCL | os.O_TRUNC
	}
	out, err := os.OpenFile(b.out.path, mode, 0o600)
	if errors.Is(err, os.ErrExist) {
		return s, &failure{status: statusFault, err: err, advice: "--force begins anew, --resume goes on with it"}
	}
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if info, err := out.Stat(); err == nil && info.Mode().IsRegular() {
		if err := out.Chmod(0o600); err != nil { // of a file that was there
			return s, err
		}
	}
	return t.Stream(ctx, in, out, opts)
}

// same reports whether what is read is the file at path.
func same(in *input, path string) bool {
	out, err := os.Stat(path)
	info := in.regular()
	return err == nil && info != nil && os.SameFile(info, out)
}

// again is how a run that ended is gone on with.
func (b *batchRun) again() string {
	if b.out.stdout() {
		return "--resume goes on with what was made, where -o FILE wrote it"
	}
	return "--resume goes on with what was made"
}

// conclude tells how it went.
func (b *batchRun) conclude(ctx context.Context, a *app, s batch.Summary, err error) error {
	if s.Warned > 0 {
		for _, w := range s.Warnings {
			a.say("%v", named(b.template.config, errors.New(w.String()), w.At))
		}
	}
	if s.Rows > 0 || err == nil {
		a.say("%v", s)
	}
	var bad *batch.RowError
	ofRow := errors.As(err, &bad)
	switch {
	case b.resume && b.inTheWay && (ofRow || err == nil): // was told
		return told(statusFault, "--resume --force writes anew what is there with other octets, as after a power cut")
	case ofRow:
		return told(statusFault, "--keep-going goes on behind such a row; "+b.again())
	case err != nil && ctx.Err() != nil:
		return &failure{status: statusInterrupted, err: err, advice: b.again()}
	case errors.Is(err, batch.ErrOption), errors.Is(err, batch.ErrMaster):
		return &failure{status: statusUsage, err: err, advice: "see lwm2mboot batch --help"}
	case err != nil:
		return err
	case s.Failed > b.failed:
		return told(statusFault, fmt.Sprintf("%d rows had an error in an earlier run and were not tried again: make them from a table of their own", s.Failed-b.failed))
	case s.Failed > 0:
		return told(statusFault, "")
	}
	return nil
}

// isDirectory tells a place for files from one for a stream.
func isDirectory(path string) bool {
	if strings.HasSuffix(path, "/") || strings.HasSuffix(path, string(os.PathSeparator)) {
		return true
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
