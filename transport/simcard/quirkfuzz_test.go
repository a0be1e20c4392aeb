package simcard_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// FuzzQuirks writes octets to a modem with two quirks. Whatever they are, it
// answers AT within a minute, and what it says is bounded by what it hears.
func FuzzQuirks(f *testing.F) {
	for i, s := range quirkSeeds {
		f.Add(byte(i), byte(7*i), s)
		f.Add(byte(5*i+1), byte(11*i+3), strings.Repeat(s, 3))
	}
	f.Fuzz(func(t *testing.T, first, second byte, octets string) {
		synctest.Test(t, func(t *testing.T) {
			a, b := quirkOf(first), quirkOf(second)
			h := newHost(t, newCard(t, small(simcard.T0, simcard.BootstrapFile([]byte("content")))...), a, b)
			heard := h.say(octets + "\r")
			for range 4 { // the first is lost by one that sleeps, the next by one that starts again or drops it
				heard += h.wait(15)
				heard += h.say("AT\r")
			}
			heard += h.wait(0.1)
			heard += h.say("AT\r")
			if a != simcard.SecondReader && b != simcard.SecondReader && !strings.HasSuffix(strings.Trim(heard, "\r\n"), "OK") {
				t.Errorf("%v and %v, the end: %q", a, b, heard)
			}
			if len(heard) > 1000*(len(octets)+10) {
				t.Errorf("%v and %v: %d octets for %d", a, b, len(heard), len(octets))
			}
		})
	})
}

func quirkOf(choice byte) simcard.Quirk {
	all := simcard.Quirks()
	return all[int(choice)%len(all)]
}

var quirkSeeds = []string{
	"AT", selectFile + readFile, openChannel + "AT+CSIM=20,\"01A4040C05A000000001\"\rAT+CSIM=8,\"00708001\"",
	openSession + selectInside + readInside + "AT+CCHC=21", "AT+CRSM=176,12033,0,0,2", "AT+CRSM=242", "AT+CRSM=192,25650,0,0,15,,\"7F50\"",
	"AT+CGLA=21,10,00B0000000", "AT+CCHO=", "AT+CSIM=?;+CCHO=?;+CGLA=?", "AT+CFUN=0;+CFUN=1", "AT+CPIN?;+CSIM=1;+CSIM=0",
	"AT+CGLA=", "AT+CRSM=,,,,,,", "AT+CSIM=8,\"\"", "AT+CSIM=\"",
}
