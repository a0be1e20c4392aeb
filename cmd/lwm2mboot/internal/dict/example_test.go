package dict_test

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/dict"
)

func ExampleParse() {
	content := []byte(`
{
    OID.Server: {
        1: {
            RID.Server.ShortServerID: 101,
            RID.Server.Lifetime: 60 * 60 * 24,   # a day
            RID.Server.NotificationStoring: False,
            RID.Server.Binding: 'U',
        },
    },
}`)
	node, err := dict.Parse(content, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	file, _, err := config.Generate(node, &config.Options{NoValidate: true})
	fmt.Printf("% X, %v\n", file, err)
	// Output:
	// 00 01 00 17 00 01 00 00 12 08 01 0F C1 00 65 C4 01 00 01 51 80 C1 06 00 C1 07 55, <nil>
}

// A configuration is data: what computes is refused, with its place.
func ExampleParse_refused() {
	_, err := dict.Parse([]byte("{0: {1: {0: 'coaps://host',\n         3: open('/etc/passwd')}}}"), nil)
	fmt.Println(err)
	// Output:
	// 2:13: a name that has no meaning here: put a text in quotes; a configuration is data: write the value itself
}
