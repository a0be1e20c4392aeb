package personal

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// State is what EF(LwM2M_Bootstrap) holds, without a value.
type State struct {
	// Octets of content, the header included; 0 of an empty file.
	Octets int `json:"octets"`

	// Objects that the content holds, as far as it can be read.
	Objects []ObjectState `json:"objects,omitempty"`

	// Problem is what is wrong with the content, with its offset, or why it
	// cannot be read. Unread is set in the second case.
	Problem string `json:"problem,omitempty"`
	Unread  bool   `json:"unread,omitempty"`
}

// ObjectState is an object in a content.
type ObjectState struct {
	ID        uint16 `json:"id"`
	Name      string `json:"name,omitempty"` // of the objects that are known
	Version   string `json:"version"`
	Offset    int    `json:"offset"` // in the file
	Octets    int    `json:"octets"` // of its Object Instances
	Instances int    `json:"instances"`
}

// Empty reports that there are no bootstrap data in the file.
func (s State) Empty() bool { return s.Octets == 0 && s.Problem == "" }

// String is "empty", "126 octets, 2 objects", or what is wrong.
func (s State) String() string {
	switch {
	case s.Unread:
		return "cannot be read: " + s.Problem
	case s.Problem != "":
		return "faulty: " + s.Problem
	case s.Octets == 0:
		return "empty"
	}
	return fmt.Sprintf("%s, %s", count(s.Octets, "octet"), count(len(s.Objects), "object"))
}

// stateOf looks at the content of a file, or of its part.
func stateOf(content []byte) (s State) {
	if len(content) == 0 || tlv.Empty(content) {
		return s
	}
	n, err := tlv.FileSize(content)
	if err != nil {
		return State{Problem: err.Error()}
	}
	if len(content) < headerLength {
		return State{Problem: fmt.Sprintf("%d octets are no header", len(content))}
	}
	s.Octets = n
	for o, err := range tlv.Objects(content) {
		if err == nil {
			err = s.add(o)
		}
		if err != nil {
			s.Problem = err.Error()
			break
		}
	}
	return s
}

// add notes an object, and returns what is wrong with it.
func (s *State) add(o tlv.Object) error {
	info := ObjectState{ID: o.ID, Version: o.Version.String(), Offset: o.Offset(), Octets: len(o.Instances)}
	if d, _ := (*objects.Registry)(nil).Lookup(objects.ObjectID(o.ID), o.Version); d != nil {
		info.Name = d.Name
	}
	var fault error
	for e, err := range o.Entries() {
		if err == nil && e.Kind != tlv.ObjectInstance {
			err = fmt.Errorf("offset %d: %v where an Object Instance is due", e.Offset(), e.Kind)
		}
		if err == nil {
			info.Instances++
			err = faultIn(e)
		}
		if fault = err; err != nil {
			break
		}
	}
	s.Objects = append(s.Objects, info)
	return fault
}

// faultIn is the first thing that is wrong inside an entry; it goes as deep as
// Object Instance, Multiple Resource and Resource Instance do.
func faultIn(e tlv.Entry) error {
	if !e.Kind.Nested() {
		return nil
	}
	for inner, err := range e.Entries() {
		if err != nil {
			return err
		}
		if !e.Kind.Holds(inner.Kind) {
			return fmt.Errorf("offset %d: %v inside a %v", inner.Offset(), inner.Kind, e.Kind)
		}
		if err := faultIn(inner); err != nil {
			return err
		}
	}
	return nil
}

// unread is the state of a file that could not be read.
func unread(err error) State { return State{Problem: err.Error(), Unread: true} }
