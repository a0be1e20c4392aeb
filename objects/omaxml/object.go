package omaxml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// object reads an Object:
//
//	<Object ObjectType="MODefinition"> Name … Resources </Object>
func (p *parser) object(start xml.StartElement) (d objects.Definition, err error) {
	if kind, ok := attribute(start, "ObjectType"); !ok || kind != "MODefinition" {
		return d, p.fault(errors.New(`its ObjectType is not "MODefinition"`))
	}
	f := p.fields("Name", "ObjectID", "ObjectURN", "ObjectVersion", "MultipleInstances", "Mandatory")
	lists := 0
	err = p.inside(f, branches{"Resources": func(xml.StartElement) error {
		if lists++; lists > 1 {
			return p.fault(objects.ErrTwice)
		}
		return p.resources(&d.Resources)
	}})
	if err != nil {
		return d, err
	}
	d.ID = objects.ObjectID(f.id("ObjectID", objects.MaxID-1))
	d.Version = f.version(d.ID)
	d.Name = f.required("Name").text
	d.Multiple = f.choice("MultipleInstances", "Single", "Multiple") == 1
	d.Mandatory = f.choice("Mandatory", "Optional", "Mandatory") == 1
	if lists == 0 {
		f.missing("Resources")
	}
	return d, f.err
}

// resources reads the Items of an Object into a list sorted by ID.
func (p *parser) resources(list *[]objects.ResourceDefinition) error {
	return p.inside(nil, branches{"Item": func(start xml.StartElement) error {
		id, err := p.itemID(start)
		if err != nil {
			return err
		}
		at, twice := slices.BinarySearchFunc(*list, id, func(r objects.ResourceDefinition, id objects.ResourceID) int {
			return int(r.ID) - int(id)
		})
		if twice {
			return p.fault(fmt.Errorf("ID %d: %w", id, objects.ErrTwice))
		}
		if len(*list) == objects.MaxResources {
			return p.fault(fmt.Errorf("more than %d: %w", objects.MaxResources, objects.ErrLimit))
		}
		r, err := p.item()
		if err != nil {
			return err
		}
		r.ID = id
		*list = slices.Insert(*list, at, r)
		return nil
	}})
}

func (p *parser) itemID(start xml.StartElement) (objects.ResourceID, error) {
	text, ok := attribute(start, "ID")
	if !ok {
		return 0, p.fault(errors.New("no ID, or two"))
	}
	id, err := number(text, objects.MaxID)
	if err != nil {
		return 0, p.fault(fmt.Errorf("ID %w", err))
	}
	return objects.ResourceID(id), nil
}

// item reads an Item behind its start.
func (p *parser) item() (r objects.ResourceDefinition, err error) {
	f := p.fields("Name", "Operations", "MultipleInstances", "Mandatory", "Type", "RangeEnumeration", "Units")
	if err := p.inside(f, nil); err != nil {
		return r, err
	}
	r.Name = f.required("Name").text
	r.Operations = operations[f.choice("Operations", operationNames...)]
	r.Multiple = f.choice("MultipleInstances", "Single", "Multiple") == 1
	r.Mandatory = f.choice("Mandatory", "Optional", "Mandatory") == 1
	r.Type = objects.Type(f.choice("Type", typeNames...))
	r.Range = f.limit("RangeEnumeration", r.Type)
	r.Units = f.optional("Units").text
	if r.Operations == objects.OpExecute { // no value: a type and a range mean nothing
		r.Type, r.Range = objects.TypeNone, objects.Range{}
	} else if r.Type == objects.TypeNone {
		f.wrong(f.leaves["Type"], errors.New("none, of a Resource that has values"))
	}
	return r, f.err
}

// attribute is the value of an attribute that stands once. encoding/xml lets
// one stand twice, which is no XML.
func attribute(start xml.StartElement, name string) (value string, ok bool) {
	n := 0
	for _, a := range start.Attr {
		if a.Name.Local == name {
			value = a.Value
			n++
		}
	}
	return value, n == 1
}
