package ber_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// FuzzReader holds, for any input: every element lies inside the input, at
// the offset it tells; elements stand one behind the other; what remains
// after an error starts where the error says; written again in the shortest
// form and read again, the elements are the same.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"", "30060404024401", "A7810730050481026F30FFFFFFFFFFFF", "7F21020102", "3080", "308401000000", "5F8101",
		"621B82024121830264328A01058B036F060480020200", "0084000000015504", "1F",
	} {
		b, err := hex.DecodeString(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		before := bytes.Clone(in)
		elements := readAll(t, in)
		var again []byte
		for _, e := range elements {
			again = ber.Append(again, e.Tag, e.Value)
		}
		if len(again) > len(in) {
			t.Fatalf("shortest form of %d bytes takes %d", len(in), len(again))
		}
		got := readAll(t, again)
		if len(got) != len(elements) {
			t.Fatalf("%d elements written, %d read", len(elements), len(got))
		}
		for i, e := range got {
			if e.Tag != elements[i].Tag || !bytes.Equal(e.Value, elements[i].Value) {
				t.Fatalf("element %d: %+v, was %+v", i, e, elements[i])
			}
		}
		if !bytes.Equal(in, before) {
			t.Fatal("the input was written to")
		}
	})
}

// readAll reads in to its end or to an error, and checks every step.
func readAll(t *testing.T, in []byte) []ber.Element {
	t.Helper()
	r := ber.NewReader(in)
	var all []ber.Element
	var e ber.Element
	at := 0
	for r.Next(&e) {
		if e.Offset != at || e.Body <= e.Offset || e.End() > len(in) || r.Offset() != e.End() {
			t.Fatalf("element %+v behind offset %d of %d bytes", e, at, len(in))
		}
		if !bytes.Equal(in[e.Body:e.End()], e.Value) {
			t.Fatalf("value at %d is not what stands there", e.Body)
		}
		at = e.End()
		all = append(all, e)
	}
	if !bytes.Equal(r.Rest(), in[at:]) {
		t.Fatalf("rest is not what stands behind offset %d", at)
	}
	if bad, failed := r.Err().(*ber.Error); failed {
		if bad.Offset != at || bad.Missing < 0 {
			t.Fatalf("%v (%d missing), but the last element ends at %d", bad, bad.Missing, at)
		}
	} else if at != len(in) {
		t.Fatalf("no error, but %d of %d bytes read", at, len(in))
	}
	return all
}
