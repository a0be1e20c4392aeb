package apdu_test

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// A record of EF(ARR), filled up with FF.
func ExampleParseAccessRule() {
	record, _ := hex.DecodeString("800101A406830101950108800102A40683010A950108FFFF")
	rule, err := apdu.ParseAccessRule(record)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rule)
	for _, way := range rule.Read().Alternatives {
		fmt.Println(way, "can be asked for:", way[0].PIN())
	}
	// Output:
	// READ PIN1 (01), UPDATE ADM1 (0A)
	// [PIN1 (01)] can be asked for: true
}

// What must be verified before a file is read, and the tries that are left.
func ExampleChannel_ReadAccessRule() {
	const file apdu.FID = 0x6432
	card, err := simcard.New(
		simcard.BootstrapFile([]byte{0, 0, 0, 0}),
		simcard.PIN(simcard.PIN1, "1234", 3),
		simcard.PIN(simcard.PIN2, "5678", 3),
		simcard.ReadCondition(simcard.AllOf(simcard.PIN1, simcard.PIN2), file),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	ch, err := apdu.OpenChannel(ctx, card)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer ch.Close(ctx)
	if _, err := ch.SelectApp(ctx, apdu.AIDPKCS15); err != nil {
		fmt.Println(err)
		return
	}
	rule, err := ch.ReadAccessRule(ctx, apdu.Path{file})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rule.Read())
	for _, reference := range rule.Read().Alternatives[0] {
		sw, err := ch.AskPIN(ctx, reference)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(sw)
	}
	// Output:
	// PIN1 (01) and PIN2 (81)
	// SW 63C3: verification failed, tries left: 3
	// SW 63C3: verification failed, tries left: 3
}
