package omaxml

import (
	"errors"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// FuzzParse: what is accepted is within the limits, a Registry takes it, and
// written again it reads the same; what is not has a place in the file.
func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parse(text)
		if err != nil {
			var wrong *Error
			if !errors.As(err, &wrong) || list != nil {
				t.Fatalf("%v with %d definitions", err, len(list))
			}
			if wrong.Line > 1+strings.Count(text, "\n") || len(err.Error()) > 2000 || strings.ContainsAny(err.Error(), "\r\n") {
				t.Fatalf("error %q", err)
			}
			return
		}
		var reg objects.Registry
		for _, d := range list {
			if len(d.Resources) > objects.MaxResources {
				t.Fatalf("%d Resources", len(d.Resources))
			}
			if err := reg.Register(d); err != nil {
				t.Fatal(err)
			}
			registered, exact := reg.Lookup(d.ID, d.Version)
			if !exact || !equal(*registered, d) {
				t.Fatalf("%v is registered as %v", d, registered)
			}
		}
		again, err := parse(xmlFile(list...))
		if err != nil {
			t.Fatal(err)
		}
		if len(again) != len(list) {
			t.Fatalf("%d definitions, then %d", len(list), len(again))
		}
		for i := range list {
			if !equal(list[i], again[i]) {
				t.Fatalf("%+v is read again as %+v", list[i], again[i])
			}
		}
	})
}

func equal(a, b objects.Definition) bool {
	if a.ID != b.ID || a.Version != b.Version || a.Name != b.Name || a.Multiple != b.Multiple || a.Mandatory != b.Mandatory || len(a.Resources) != len(b.Resources) {
		return false
	}
	for i := range a.Resources {
		if a.Resources[i] != b.Resources[i] {
			return false
		}
	}
	return true
}
