package batch_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/batch"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

func ExampleTemplate_Stream() {
	node, err := config.ParseYAML([]byte(`
Security/0:
  ServerURI: coaps://bs.example
  Bootstrap: true
  Mode: PSK
  PKOrIdentity: ${iccid}
  SecretKey: derive:16:psk/${iccid}
`))
	if err != nil {
		panic(err)
	}
	document, err := config.Resolve(node, &config.Options{Template: true})
	if err != nil {
		panic(err)
	}
	template, err := batch.Compile(document, &batch.Options{
		Name:   "${iccid}",
		Master: batch.Master("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1A\x1B\x1C\x1D\x1E\x1F"),
		// The id is the ICCID already.
		Columns: []string{},
	})
	if err != nil {
		panic(err)
	}
	rows := strings.NewReader("iccid\n89490200001234567890\n\"\"\n")
	summary, err := template.Stream(context.Background(), rows, os.Stdout, &batch.RunOptions{KeepGoing: true})
	fmt.Println(summary, err)
	// Output:
	// {"row":1,"id":"89490200001234567890","hex":"0001004D0000000048080045C80012636F6170733A2F2F62732E6578616D706C65C10101C10200C803143839343930323030303031323334353637383930C805107D89D94A650538E2BCBD1140807C9758"}
	// {"row":2,"error":"line 3: Security/0/SecretKey: derive: with an empty column in its info"}
	// 2 rows: 1 made (81 octets), 0 passed over, 1 failed, 0 with warnings <nil>
}
