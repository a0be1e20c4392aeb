package config

import (
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Problem is what validation says of a place in the configuration.
type Problem struct {
	objects.Problem
	At   Position // of the value or, where there is none, of what should have it
	Name string   // of the path: Security/1/Lifetime
}

// String is "4:7: Security/1/Lifetime: warning: …".
func (p Problem) String() string {
	reason := fmt.Sprintf("%v: %s", p.Grade, p.Text)
	return (&Error{At: p.At, Path: p.Name, Reason: reason}).Error()
}

// validate reads the very octets that were made, as a device would.
func (d *Document) validate(file []byte, o *Options) []Problem {
	var found objects.Problems
	f, err := tlv.ParseFile(file)
	if err != nil { // of raw: octets only
		return d.place(objects.Problems{{Grade: objects.Error, Text: tlvReason(err)}}, o)
	}
	var t objects.Tree
	warnings, err := t.Decode(f, o.Registry)
	if err != nil {
		return d.place(objects.Problems{decodeProblem(err)}, o)
	}
	found = append(warnings, t.Validate(&objects.ValidateOptions{Registry: o.Registry})...)
	return d.place(append(found, d.hexAsText()...), o)
}

func tlvReason(err error) string {
	var bad *tlv.Error
	if errors.As(err, &bad) {
		return fmt.Sprintf("offset %d: %s", bad.Offset, bad.Reason)
	}
	return err.Error()
}

// decodeProblem is what Tree.Decode stopped at.
func decodeProblem(err error) objects.Problem {
	var bad *objects.DecodeError
	if errors.As(err, &bad) {
		return objects.Problem{Path: bad.Path, Grade: objects.Error, Text: fmt.Sprintf("offset %d: %v", bad.Offset, bad.Err)}
	}
	return objects.Problem{Grade: objects.Error, Text: err.Error()}
}

// place finds where the paths stand in the configuration.
func (d *Document) place(found objects.Problems, o *Options) []Problem {
	if len(found) == 0 {
		return nil
	}
	names, at := NewNames(o.Registry), d.positions()
	list := make([]Problem, len(found))
	for i, p := range found {
		list[i] = Problem{Problem: p, Name: names.Path(p.Path)}
		for q := p.Path; ; q = q.Parent() {
			if pos, ok := at[q]; ok {
				list[i].At = pos
				break
			}
		}
	}
	return list
}

// positions are the places of all paths of the document.
func (d *Document) positions() map[objects.Path]Position {
	at := map[objects.Path]Position{{}: d.At}
	for _, o := range d.Objects {
		p := objects.ObjectPath(objects.ObjectID(o.ID))
		at[p] = o.At
		for _, in := range o.Instances {
			p, _ := p.Child(in.ID)
			at[p] = in.At
			for _, res := range in.Resources {
				p, _ := p.Child(res.ID)
				at[p] = res.At
				for _, v := range res.Values {
					q := p
					if res.Multiple {
						q, _ = p.Child(v.ID)
					}
					at[q] = v.Node.At
				}
			}
		}
	}
	return at
}

// problemsError tells the first of the errors and counts the others.
func problemsError(problems []Problem) error {
	var first *Problem
	n := 0
	for i := range problems {
		if problems[i].Grade == objects.Error {
			if n++; first == nil {
				first = &problems[i]
			}
		}
	}
	if first == nil {
		return nil
	}
	reason := first.Text
	if n > 1 {
		reason += fmt.Sprintf(", and %d more", n-1)
	}
	return &Error{At: first.At, Path: first.Name, Reason: reason, Err: ErrInvalid}
}
