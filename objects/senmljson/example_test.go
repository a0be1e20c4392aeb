package senmljson_test

import (
	"fmt"
	"log"

	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/objects/senmljson"
)

func Example() {
	payload := `[{"bn":"/1/0/","n":"0","v":101},{"n":"1","v":86400},{"n":"7","vs":"U"}]`
	tree, warnings, err := senmljson.Codec{}.Parse([]byte(payload), objects.ObjectPath(objects.ObjectServer), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(tree, warnings)
	// Output:
	// /1/0{0=101 1=86400 7="U"} []
}

// For a person to read, keys are masked.
func ExampleCodec_Append() {
	tree := new(objects.Tree)
	tree.Put(objects.ObjectSecurity, objects.NewInstance(1,
		objects.Single(objects.SecurityServerURI, objects.String("coaps://example.com")),
		objects.Single(objects.SecuritySecretKey, objects.Opaque([]byte("a pre-shared key")).AsSecret()),
	))
	b, err := senmljson.Codec{Secrets: senmljson.MaskSecrets}.Append(nil, tree, objects.Path{})
	fmt.Println(string(b), err)
	// Output:
	// [{"bn":"/0/1/","n":"0","vs":"coaps://example.com"},{"n":"5","vs":"[16 bytes]"}] <nil>
}

// The error tells the path and where in the payload it is.
func ExampleCodec_Parse() {
	payload := `[{"bn":"/1/0/","n":"0","v":101},{"n":"1","v":86400.5}]`
	_, _, err := senmljson.Codec{}.Parse([]byte(payload), objects.Path{}, nil)
	fmt.Println(err)
	// Output:
	// objects: /1/0/1: offset 32: v holds no Integer: not a value of this type
}
