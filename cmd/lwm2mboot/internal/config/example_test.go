package config_test

import (
	"fmt"
	"log"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

const bootstrap = `
Security:
  0:
    ServerURI: coap://bootstrap.example.com
    Bootstrap: true
    Mode: NoSec
`

// A configuration becomes a file, and the file a configuration.
func Example() {
	n, err := config.ParseYAML([]byte(bootstrap))
	if err != nil {
		log.Fatal(err)
	}
	file, problems, err := config.Generate(n, &config.Options{Size: 64})
	for _, p := range problems {
		fmt.Println(p)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("% X\n", file)
	text, err := config.EncodeYAML(file, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))
	// Output:
	// 00 01 00 2D 00 00 00 00 28 08 00 25 C8 00 1C 63 6F 61 70 3A 2F 2F 62 6F 6F 74 73 74 72 61 70 2E 65 78 61 6D 70 6C 65 2E 63 6F 6D C1 01 01 C1 02 03 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF
	// # EF(LwM2M_Bootstrap), 49 octets
	// Security:
	//   0:
	//     ServerURI: "coap://bootstrap.example.com"
	//     Bootstrap: true
	//     Mode: "NoSec"
}

// A mistake is told with its place, and what to do about it where that is known.
func ExampleResolve() {
	for _, text := range []string{
		"Security:\n  1:\n    ServrURI: coaps://example.com",
		"Security:\n  1:\n    SecretKey: 0x00112233445566778899AABBCCDDEEFF",
		"Security: {}\n0: {}",
	} {
		n, err := config.ParseYAML([]byte(text))
		if err != nil {
			log.Fatal(err)
		}
		_, err = config.Resolve(n, nil)
		fmt.Println(err)
	}
	// Output:
	// 3:5: Security/1: no Resource of the Object has this name, did you mean ServerURI?
	// 3:16: Security/1/SecretKey: a number where octets belong: write them as hex:…, base64:… or text in quotes
	// 2:1: Security: given twice, first at 1:1
}

// A template is resolved once; the values of a row are encoded into it.
func ExampleAppendValue() {
	n, err := config.ParseYAML([]byte("Security/1/SecretKey: hex:${key}"))
	if err != nil {
		log.Fatal(err)
	}
	d, err := config.Resolve(n, &config.Options{Template: true})
	if err != nil {
		log.Fatal(err)
	}
	resource := d.Objects[0].Instances[0].Resources[0]
	value := resource.Values[0]
	for _, key := range []string{"00112233", "0011223"} {
		value.Node.Text = "hex:" + key
		octets, err := config.AppendValue(nil, resource.Field, value.Node)
		fmt.Printf("%X %v\n", octets, err)
	}
	// Output:
	// 00112233 <nil>
	//  1:23: hex: not followed by hex digits, two for each octet
}
