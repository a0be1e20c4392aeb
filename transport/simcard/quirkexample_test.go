package simcard_test

import (
	"fmt"
	"io"
	"log"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// A modem that answers in lower case without quotes, and has a handle for a
// session.
func ExampleQuirk() {
	card, err := simcard.New()
	if err != nil {
		log.Fatal(err)
	}
	modem := simcard.NewModem(card, simcard.NoEcho(),
		simcard.LowerCaseAnswers, simcard.UnquotedAnswers, simcard.SessionHandle)
	defer modem.Close()

	io.WriteString(modem, "AT+CSIM=14,\"00A40004026F07\"\r")
	hear(modem)
	io.WriteString(modem, "AT+CCHO=\"A0000000871002\"\r")
	hear(modem)
	// Output:
	// ""
	// "+CSIM: 4,6a82"
	// ""
	// "OK"
	// ""
	// "+CCHO: 00000000038aa344"
	// ""
	// "OK"
}

// The quirks by name, for a tool's option.
func ExampleParseQuirk() {
	quirk, err := simcard.ParseQuirk("useschannel1")
	fmt.Println(quirk, err)
	_, err = simcard.ParseQuirk("perfect")
	fmt.Println(err)
	// Output:
	// UsesChannel1 <nil>
	// simcard: impossible option: quirk "perfect" is not known
}
