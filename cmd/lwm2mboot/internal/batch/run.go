package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// RunOptions say how a run goes. The zero value stops at the first error and
// overwrites nothing.
type RunOptions struct {
	Input InputOptions

	// KeepGoing goes on behind a row with an error. [ErrTorn] and what is not
	// the fault of a row, as a full disk, ends the run all the same.
	KeepGoing bool

	// Resume goes on with what an interrupted run of the same rows and template
	// made; see Files and Stream.
	Resume bool

	// Force overwrites files. Of two rows with one name the later wins then.
	Force bool

	// Failed is told every row with an error, in their order. It may be nil.
	Failed func(*RowError)

	// Progress is told the rows done, those passed over too, and the octets of
	// input read: about every tenth of a second while rows come, and at the end.
	// It may be nil.
	Progress func(rows, octets int64)
}

// Summary tells what a run did. Rows is Made + Passed + Failed.
type Summary struct {
	Rows   int64 // read, and those that Resume passed over
	Made   int64 // files made
	Passed int64 // made by an earlier run
	Failed int64 // with an error

	Octets int64 // of the files made
	Warned int64 // files made of which validation warns

	Errors   []*RowError      // the first of them, MaxKept at most
	Warnings []config.Problem // those of the first file that has any
}

// MaxKept is how many errors a [Summary] keeps.
const MaxKept = 10

// String is the summary in one line.
func (s Summary) String() string {
	return fmt.Sprintf("%d rows: %d made (%d octets), %d passed over, %d failed, %d with warnings",
		s.Rows, s.Made, s.Octets, s.Passed, s.Failed, s.Warned)
}

// sink takes what the rows give.
type sink interface {
	// put takes the file of a row; made is false when it was there already. A
	// *RowError is the row's fault.
	put(row *reader, name string, file []byte) (made bool, err error)
	// fail takes the error of a row that the run goes on behind; the name is ""
	// when it is not known.
	fail(bad *RowError, name string) error
	// flush hands on what was put.
	flush() error
}

// run is one run.
type run struct {
	o       RunOptions
	maker   *maker
	rows    *reader
	sink    sink
	summary Summary

	told time.Time // when Progress was called last
}

// The clock is looked at once in so many rows, and Progress called so often.
const (
	rowsPerLook   = 1024
	progressEvery = 100 * time.Millisecond
)

// flushing flushes the output before it reads: so that whoever writes a row and
// waits for the answer gets it.
type flushing struct {
	io.Reader
	sink sink
}

func (f flushing) Read(p []byte) (int, error) {
	if err := f.sink.flush(); err != nil {
		return 0, err
	}
	return f.Reader.Read(p)
}

// newRun reads as far as the first row.
func (t *Template) newRun(in io.Reader, s sink, o *RunOptions) (*run, error) {
	r := &run{maker: t.maker(), sink: s, told: time.Now()}
	if o != nil {
		r.o = *o
	}
	var err error
	r.rows, err = newReader(flushing{in, s}, t.columns.names, r.o.Input)
	return r, err
}

// all does the rows that are left. Whatever ends it, the output is flushed and
// complete to the last row done.
func (r *run) all(ctx context.Context) (Summary, error) {
	err := r.loop(ctx)
	if flush := r.sink.flush(); flush != nil && !errors.Is(err, flush) {
		err = errors.Join(err, flush)
	}
	if r.o.Progress != nil {
		r.o.Progress(r.summary.Rows, r.rows.octets)
	}
	return r.summary, err
}

func (r *run) loop(ctx context.Context) error {
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := r.one()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if r.summary.Rows%rowsPerLook == 0 {
			r.progress()
		}
	}
}

// progress calls Progress when it is time.
func (r *run) progress() {
	if r.o.Progress == nil {
		return
	}
	if now := time.Now(); now.Sub(r.told) >= progressEvery {
		r.told = now
		r.o.Progress(r.summary.Rows, r.rows.octets)
	}
}

// one does a row. An error ends the run; io.EOF is the good end.
func (r *run) one() error {
	name, err := "", r.rows.next()
	if err == nil {
		name = r.maker.name(r.rows.values)
		err = r.put(name)
	}
	var bad *RowError
	if !errors.As(err, &bad) {
		return err
	}
	bad.Row, bad.Line = r.rows.row, r.rows.number
	r.summary.Rows++
	r.summary.Failed++
	if len(r.summary.Errors) < MaxKept {
		r.summary.Errors = append(r.summary.Errors, bad)
	}
	if r.o.Failed != nil {
		r.o.Failed(bad)
	}
	if !r.o.KeepGoing || errors.Is(bad, ErrTorn) {
		return bad
	}
	return r.sink.fail(bad, name)
}

// put makes the file of the row read last and hands it on.
func (r *run) put(name string) error {
	file, warnings, err := r.maker.file(r.rows.values)
	if err != nil {
		return err
	}
	made, err := r.sink.put(r.rows, name, file)
	if err != nil {
		return err
	}
	s := &r.summary
	s.Rows++
	if !made {
		s.Passed++
		return nil
	}
	s.Made++
	s.Octets += int64(len(file))
	if len(warnings) > 0 {
		if s.Warned++; s.Warned == 1 {
			s.Warnings = warnings
		}
	}
	return nil
}
