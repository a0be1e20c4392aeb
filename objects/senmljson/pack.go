package senmljson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// What a caller may want to tell apart, beside errors of packages objects and
// tlv, with errors.Is.
var (
	// ErrSyntax: not JSON, or not a SenML pack: an array of records with a name
	// and one value each.
	ErrSyntax = errors.New("not a SenML pack")
	// ErrUnsupported: a field that must be understood, a base value or a later
	// version of SenML.
	ErrUnsupported = errors.New("unsupported SenML")
)

// version is that of RFC 8428 (4.1, Base Version): the default, and the highest known.
const version = 10

// The labels that mean something here (RFC 8428 table 1, Core 1.2 table "SenML
// JSON format and description"). The others of the table, units and sums, are
// ignored as unknown ones are. A base value, bv, is added to v: LwM2M does not
// have it, and to ignore it would be to read another number.
var known = map[string]bool{
	"bn": true, "bt": true, "bv": true, "bver": true, "n": true, "t": true,
	"v": true, "vs": true, "vb": true, "vd": true, "vlo": true,
}

// valueLabels are the fields of which a record has one.
var valueLabels = [...]string{"v", "vs", "vb", "vd", "vlo"}

// record is one record, its base name applied.
type record struct {
	path   objects.Path
	offset int             // of its brace in the payload
	label  string          // of the value, one of valueLabels
	raw    json.RawMessage // the value, in JSON
}

// pack reads a payload.
type pack struct {
	payload []byte
	dec     *json.Decoder
	at      objects.Path // where the payload was written to, to blame
	bn      string       // base name of the last record that had one
	version int          // of the records so far
	n       int          // records so far
}

// records walks the records of a payload and ends at the first error.
func records(payload []byte, at objects.Path) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		r := pack{payload: payload, at: at, version: version}
		for err := r.open(); ; {
			var rec record
			if err == nil {
				rec, err = r.next()
			}
			if err == io.EOF || !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// open reads up to the first record.
func (r *pack) open() error {
	if len(r.payload) > MaxSize {
		return r.fail(r.at, MaxSize, "%d bytes of payload, at most %d are accepted: %w", len(r.payload), MaxSize, objects.ErrLimit)
	}
	for i := 0; i < len(r.payload); {
		c, size := utf8.DecodeRune(r.payload[i:])
		if c == utf8.RuneError && size == 1 {
			return r.fail(r.at, i, "not UTF-8: %w", ErrSyntax) // encoding/json would put U+FFFD in its place
		}
		i += size
	}
	r.dec = json.NewDecoder(bytes.NewReader(r.payload))
	offset := r.offset()
	if t, err := r.dec.Token(); err != nil || t != json.Delim('[') {
		return r.fail(r.at, offset, "not an array: %w", ErrSyntax)
	}
	return nil
}

// fail is an error at an offset of the payload. What encoding/json says is
// left out: it shows what it stumbled over.
func (r *pack) fail(p objects.Path, offset int, format string, args ...any) error {
	return &objects.DecodeError{Path: p, Offset: offset, Err: fmt.Errorf(format, args...)}
}

// offset is where the next token begins.
func (r *pack) offset() int {
	i := int(r.dec.InputOffset())
	for i < len(r.payload) && strings.IndexByte(" \t\r\n,:", r.payload[i]) >= 0 {
		i++
	}
	return i
}

// next reads the next record; behind the last one it returns io.EOF.
func (r *pack) next() (record, error) {
	if !r.dec.More() {
		return record{}, r.close()
	}
	rec := record{offset: r.offset()}
	if r.n == MaxRecords {
		return rec, r.fail(r.at, rec.offset, "record %d, at most %d are accepted: %w", r.n+1, MaxRecords, objects.ErrLimit)
	}
	fields, err := r.fields(rec.offset)
	if err != nil {
		return rec, err
	}
	err = r.resolve(&rec, fields)
	r.n++
	return rec, err
}

// close reads what stands behind the last record and returns io.EOF when it is
// the end.
func (r *pack) close() error {
	offset := r.offset()
	if _, err := r.dec.Token(); err != nil {
		return r.fail(r.at, offset, "the array does not end: %w", ErrSyntax)
	}
	offset = r.offset()
	if _, err := r.dec.Token(); err != io.EOF {
		return r.fail(r.at, offset, "something behind the array: %w", ErrSyntax)
	}
	if r.n == 0 {
		return r.fail(r.at, offset, "no records: %w", ErrSyntax)
	}
	return io.EOF
}

// fields reads a record as the known labels and their values, in JSON.
func (r *pack) fields(offset int) (map[string]json.RawMessage, error) {
	if t, err := r.dec.Token(); err != nil || t != json.Delim('{') {
		return nil, r.fail(r.at, offset, "not a record: %w", ErrSyntax)
	}
	fields := make(map[string]json.RawMessage, 3)
	for r.dec.More() {
		offset := r.offset()
		t, err := r.dec.Token()
		label, ok := t.(string)
		if err != nil || !ok {
			return nil, r.fail(r.at, offset, "not a label: %w", ErrSyntax)
		}
		switch {
		case fields[label] != nil:
			return nil, r.fail(r.at, offset, "%s: %w", label, objects.ErrTwice)
		case !known[label] && strings.HasSuffix(label, "_"): // RFC 8428 4.4
			return nil, r.fail(r.at, offset, "a label that must be understood: %w", ErrUnsupported)
		}
		offset = r.offset()
		var raw json.RawMessage
		if err := r.dec.Decode(&raw); err != nil {
			return nil, r.fail(r.at, offset, "not a JSON value: %w", ErrSyntax)
		}
		if known[label] {
			fields[label] = raw
		}
	}
	offset = r.offset()
	if t, err := r.dec.Token(); err != nil || t != json.Delim('}') {
		return nil, r.fail(r.at, offset, "the record does not end: %w", ErrSyntax)
	}
	return fields, nil
}

// resolve applies the base fields (RFC 8428 4.1): they hold from the record
// that they stand in.
func (r *pack) resolve(rec *record, fields map[string]json.RawMessage) error {
	var name string
	if raw := fields["bn"]; raw != nil && !text(raw, &r.bn) {
		return r.fail(r.at, rec.offset, "bn is not a string: %w", ErrSyntax)
	}
	if raw := fields["n"]; raw != nil && !text(raw, &name) {
		return r.fail(r.at, rec.offset, "n is not a string: %w", ErrSyntax)
	}
	path, err := objects.ParsePath(r.bn + name)
	if err != nil || path.Depth() < 3 {
		return r.fail(r.at, rec.offset, "bn and n are not the path of a value: %w", objects.ErrPath)
	}
	rec.path = path
	if err := r.base(rec, fields); err != nil {
		return err
	}
	for _, label := range valueLabels {
		raw := fields[label]
		switch {
		case raw == nil:
			continue
		case rec.raw != nil:
			return r.fail(path, rec.offset, "%s and %s: %w", rec.label, label, ErrSyntax)
		}
		rec.label, rec.raw = label, raw
	}
	if rec.raw == nil {
		return r.fail(path, rec.offset, "no value: %w", ErrSyntax)
	}
	return nil
}

// base checks the version, which is to be the same in all records, and what
// has an effect that LwM2M does not know or need.
func (r *pack) base(rec *record, fields map[string]json.RawMessage) error {
	if raw := fields["bver"]; raw != nil {
		v, ok := integer(string(raw))
		switch {
		case !ok || v < 1:
			return r.fail(rec.path, rec.offset, "bver is not a positive integer: %w", ErrSyntax)
		case v > version:
			return r.fail(rec.path, rec.offset, "version %d: %w", v, ErrUnsupported)
		case r.n > 0 && int(v) != r.version:
			return r.fail(rec.path, rec.offset, "version %d behind records of version %d: %w", v, r.version, ErrSyntax)
		}
		r.version = int(v)
	}
	if fields["bv"] != nil {
		return r.fail(rec.path, rec.offset, "a base value: %w", ErrUnsupported)
	}
	for _, label := range []string{"bt", "t"} {
		if raw := fields[label]; raw != nil && !number(raw) {
			return r.fail(rec.path, rec.offset, "%s is not a number: %w", label, ErrSyntax)
		}
	}
	return nil
}
