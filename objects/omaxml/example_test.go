package omaxml_test

import (
	"fmt"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/objects/omaxml"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

const meter = `<?xml version="1.0" encoding="UTF-8"?>
<LWM2M>
  <Object ObjectType="MODefinition">
    <Name>Meter</Name>
    <Description1>A meter of a vendor.</Description1>
    <ObjectID>33000</ObjectID>
    <ObjectURN>urn:oma:lwm2m:x:33000</ObjectURN>
    <MultipleInstances>Multiple</MultipleInstances>
    <Mandatory>Optional</Mandatory>
    <Resources>
      <Item ID="1">
        <Name>Reading</Name>
        <Operations>R</Operations>
        <MultipleInstances>Single</MultipleInstances>
        <Mandatory>Mandatory</Mandatory>
        <Type>Float</Type>
        <RangeEnumeration></RangeEnumeration>
        <Units>kWh</Units>
        <Description></Description>
      </Item>
      <Item ID="2">
        <Name>Installer Code</Name>
        <Operations></Operations>
        <MultipleInstances>Single</MultipleInstances>
        <Mandatory>Optional</Mandatory>
        <Type>String</Type>
        <RangeEnumeration>4..8 bytes</RangeEnumeration>
        <Units></Units>
        <Description>Set by the Bootstrap-Server.</Description>
      </Item>
    </Resources>
  </Object>
</LWM2M>`

// A vendor's object is made known, and a card's data of it read. No Server may
// read Resource 2, so it is taken for secret.
func ExampleRegister() {
	var reg objects.Registry
	if err := omaxml.Register(&reg, strings.NewReader(meter)); err != nil {
		fmt.Println(err)
		return
	}
	var tree objects.Tree
	_, err := tree.DecodeObject(tlv.Object{ID: 33000, Instances: []byte{
		0b00_0_01_000, 0, 12,
		0b11_0_00_100, 1, 0x3F, 0xC0, 0, 0,
		0b11_0_00_100, 2, '1', '2', '3', '4',
	}}, &reg)
	fmt.Println(tree, err)
	// Output:
	// /33000/0{1=1.5 2=[4 bytes]} <nil>
}

// What the XML cannot say, that the reading of a meter is nobody's business,
// is said before it is registered.
func ExampleParse() {
	list, err := omaxml.Parse(strings.NewReader(meter), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var reg objects.Registry
	for _, d := range list {
		for i := range d.Resources {
			r := &d.Resources[i]
			r.Secret = r.Secret || r.Name == "Reading"
			fmt.Println(d.Name, d.Version, r.ID, r.Name, r.Type, r.Operations, r.Range, r.Secret)
		}
		err = reg.Register(d)
	}
	fmt.Println(err)
	// Output:
	// Meter 1.0 1 Reading Float R  true
	// Meter 1.0 2 Installer Code String  4..8 true
	// <nil>
}

// A mistake has a place.
func ExampleError() {
	_, err := omaxml.Parse(strings.NewReader(strings.Replace(meter, "Float", "Double", 1)), nil)
	fmt.Println(err)
	// Output:
	// omaxml: line 16, column 28: LWM2M/Object/Resources/Item/Type: "Double" is none of ["" "String" "Integer" "Unsigned Integer" "Float" "Boolean" "Opaque" "Time" "Objlnk" "Corelnk"]
}
