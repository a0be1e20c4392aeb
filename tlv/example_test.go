package tlv_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// A file as a card holds it: object 1 with one instance, then padding.
var file = []byte{
	0x00, 0x01, 0x00, 0x14, // one object, 20 octets of objects
	0x00, 0x01, 0x00, 0x00, 0x0F, // object 1, version 00, 15 octets
	0x08, 0x00, 0x0C, // Object Instance 0, 12 octets
	0xC1, 0x00, 0x01, // Resource 0
	0xC4, 0x01, 0x00, 0x01, 0x51, 0x80, // Resource 1
	0xC1, 0x07, 0x55, // Resource 7
	0xFF, 0xFF, 0xFF, 0xFF,
}

// The way of a file: objects, Object Instances, Resources, a value.
func Example() {
	for object, err := range tlv.Objects(file) {
		if err != nil {
			log.Fatal(err)
		}
		for instance, err := range object.Entries() {
			if err != nil {
				log.Fatal(err)
			}
			for resource, err := range instance.Entries() {
				if err != nil {
					log.Fatal(err)
				}
				fmt.Printf("/%d/%d/%d: % X\n", object.ID, instance.ID, resource.ID, resource.Value)
				if resource.ID == 1 {
					lifetime, err := tlv.ParseInteger(resource.Value)
					fmt.Println("  lifetime", lifetime, err)
				}
			}
		}
	}
	// Output:
	// /1/0/0: 01
	// /1/0/1: 00 01 51 80
	//   lifetime 86400 <nil>
	// /1/0/7: 55
}

// Nested entries are written from the inside out.
func ExampleAppendFile() {
	resources, err := tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.Resource, ID: 0, Value: tlv.AppendInteger(nil, 1)})
	if err != nil {
		log.Fatal(err)
	}
	resources, err = tlv.AppendEntry(resources, tlv.Entry{Kind: tlv.Resource, ID: 1, Value: tlv.AppendInteger(nil, 86400)})
	if err != nil {
		log.Fatal(err)
	}
	instances, err := tlv.AppendEntry(nil, tlv.Entry{Kind: tlv.ObjectInstance, ID: 0, Value: resources})
	if err != nil {
		log.Fatal(err)
	}
	b, err := tlv.AppendFile(nil, tlv.File{Objects: []tlv.Object{
		{ID: 1, Version: tlv.Version{Major: 1, Minor: 1}, Instances: instances},
	}})
	fmt.Printf("% X %v\n", b, err)
	// Output:
	// 00 01 00 12 00 01 01 01 00 0C 08 00 09 C1 00 01 C4 01 00 01 51 80 <nil>
}

// A card is read in parts; FileSize says how far to go on.
func ExampleFileSize() {
	for _, n := range []int{0, 4, 24} {
		want, err := tlv.FileSize(file[:n])
		fmt.Println(n, "read,", want, "wanted", err)
	}
	// Output:
	// 0 read, 4 wanted <nil>
	// 4 read, 24 wanted <nil>
	// 24 read, 24 wanted <nil>
}

// An error says where, and for input that ends too early how much is missing.
func ExampleError() {
	_, err := tlv.ParseFile(file[:20])
	fmt.Println(err)
	var at *tlv.Error
	if errors.Is(err, tlv.ErrTruncated) && errors.As(err, &at) {
		fmt.Println(at.Missing, "more")
	}
	fmt.Println(tlv.Validate([]byte{0x06, 0x00, 0xC1, 0x00, 0x01, 0xC2, 0x01, 0x2A}))
	// Output:
	// tlv: offset 20: file cut short: 4 octets missing of 24
	// 4 more
	// tlv: offset 5: value of an entry cut short: 4 octets wanted, 3 left
}
