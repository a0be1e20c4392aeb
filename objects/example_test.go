package objects_test

import (
	"encoding/hex"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// What a smartcard holds, read into a tree and shown with the names of the
// definitions.
func Example() {
	file, _ := hex.DecodeString("0002007A000000005E08015BC80022636F6170733A2F2F65752E696F742E6176" +
		"73797374656D2E636C6F75643A35363834C10100C10200C803146578616D706C" +
		"652D70736B2D6964656E74697479C805133378406D706C3350354B3533637233" +
		"744B3379C10A01000100001208010FC10001C40100015180C10600C10755")
	f, err := tlv.ParseFile(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	var tree objects.Tree
	warnings, err := tree.Decode(f, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(warnings), "warnings,", len(tree.Validate(nil)), "problems")

	var reg *objects.Registry // the built-in definitions
	for o := range tree.Objects() {
		def, _ := reg.Lookup(o.ID(), o.Version())
		for in := range o.Instances() {
			for r := range in.Resources() {
				d, _ := def.Resource(r.ID())
				fmt.Printf("%-8v %-45s %v\n", objects.ResourcePath(o.ID(), in.ID(), r.ID()), d.Name, r.Value())
			}
		}
	}
	// Output:
	// 0 warnings, 0 problems
	// /0/1/0   LWM2M  Server URI                             "coaps://eu.iot.avsystem.cloud:5684"
	// /0/1/1   Bootstrap-Server                              false
	// /0/1/2   Security Mode                                 0
	// /0/1/3   Public Key or Identity                        [20 bytes]
	// /0/1/5   Secret Key                                    [19 bytes]
	// /0/1/10  Short Server ID                               1
	// /1/1/0   Short Server ID                               1
	// /1/1/1   Lifetime                                      86400
	// /1/1/6   Notification Storing When Disabled or Offline false
	// /1/1/7   Binding                                       "U"
}

// A file for a card, made from typed views.
func ExampleSecurity_Instance() {
	var tree objects.Tree
	tree.Put(objects.ObjectSecurity, objects.Security{
		URI:           "coaps://lwm2m.example",
		Mode:          objects.ModePSK,
		Identity:      []byte("device-1"),
		SecretKey:     objects.NewSecret([]byte("0123456789abcdef")),
		ShortServerID: 101,
	}.Instance(0))
	tree.Put(objects.ObjectServer, objects.Server{
		ShortServerID:       101,
		Lifetime:            86400,
		NotificationStoring: objects.Some(true),
		Binding:             "U",
	}.Instance(0))
	if err := tree.Validate(nil).Err(); err != nil {
		fmt.Println(err)
		return
	}
	f, err := tree.Encode()
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := tlv.AppendFile(nil, f)
	fmt.Println(len(b), "bytes", err)
	fmt.Println(tree)
	// Output:
	// 98 bytes <nil>
	// /0/0{0="coaps://lwm2m.example" 1=false 2=0 3=[8 bytes] 5=[16 bytes] 10=101} /1/0{0=101 1=86400 6=true 7="U"}
}

// What is needed to dial each Server.
func ExampleTree_Accounts() {
	var tree objects.Tree
	tree.Put(objects.ObjectSecurity, objects.Security{URI: "coap://one.example/rd?x=1", Mode: objects.ModeNoSec, ShortServerID: 1}.Instance(0))
	tree.Put(objects.ObjectSecurity, objects.Security{URI: "coap://boot.example", Mode: objects.ModeNoSec, BootstrapServer: true}.Instance(1))
	tree.Put(objects.ObjectServer, objects.Server{ShortServerID: 1, Lifetime: 300, Binding: "U"}.Instance(0))
	for _, a := range tree.Accounts() {
		uri, err := objects.ParseURI(a.Security.URI)
		fmt.Println(uri.Address(), uri.Segments(), uri.Queries(), a.Security.Mode, a.Server.Lifetime.Duration(), err)
	}
	if b, ok := tree.BootstrapServer(); ok {
		fmt.Println("Bootstrap-Server:", b.Security.URI, "after", b.Security.ClientHoldOff.Or(objects.DefaultClientHoldOff).Duration())
	}
	// Output:
	// one.example:5683 [rd] [x=1] NoSec 5m0s <nil>
	// Bootstrap-Server: coap://boot.example after 0s
}

// Problems come with the path, in two grades.
func ExampleTree_Validate() {
	var tree objects.Tree
	tree.Put(objects.ObjectSecurity, objects.Security{URI: "coap://one.example", Mode: objects.ModePSK, ShortServerID: 1}.Instance(0))
	tree.Put(objects.ObjectServer, objects.Server{ShortServerID: 1, Lifetime: 300, Binding: "U"}.Instance(0))
	problems := tree.Validate(nil)
	for _, p := range problems {
		fmt.Println(p)
	}
	fmt.Println(problems.Err())
	// Output:
	// /0/0/0: error: a scheme without DTLS or TLS with security mode PSK
	// /0/0/3: error: missing or empty, security mode PSK needs it
	// /0/0/5: error: missing or empty, security mode PSK needs it
	// /1/0/6: warning: missing
	// objects: /0/0/0: a scheme without DTLS or TLS with security mode PSK, and 2 more: inconsistent data
}

// An object of the application's own.
func ExampleRegistry_Register() {
	var reg objects.Registry
	err := reg.Register(objects.Definition{
		ID:       33000,
		Name:     "Meter",
		Multiple: true,
		Resources: []objects.ResourceDefinition{
			{ID: 1, Name: "Reading", Type: objects.TypeFloat, Operations: objects.OpRead, Units: "kWh"},
			{ID: 2, Name: "Key", Type: objects.TypeOpaque, Secret: true},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var tree objects.Tree
	_, err = tree.DecodeObject(tlv.Object{ID: 33000, Instances: []byte{
		0b00_0_01_000, 0, 9,
		0b11_0_00_100, 1, 0x3F, 0xC0, 0, 0,
		0b11_0_00_001, 2, 'k',
	}}, &reg)
	fmt.Println(tree, err)
	// Output:
	// /33000/0{1=1.5 2=[1 bytes]} <nil>
}

// The payload of a write, in the content format TLV.
func ExampleCodec() {
	var codec objects.Codec = objects.TLV{}
	payload := []byte{0b11_0_00_001, 0, 1, 0b11_0_00_010, 1, 1, 44}
	tree, warnings, err := codec.Parse(payload, objects.InstancePath(objects.ObjectServer, 3), nil)
	fmt.Println(tree, warnings, err)
	// Output:
	// /1/3{0=1 1=300} [] <nil>
}
