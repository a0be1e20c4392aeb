package personal

import (
	"fmt"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Plan is what is about to be done to a card. It holds no content.
type Plan struct {
	ICCID       string // "" when it cannot be read
	Application apdu.AID
	File        apdu.FileRef
	Size        int // octets that the file, or its part, holds

	Secure string // the secure channel to the card; "" for none

	Old, New State

	Access string     // who may read and update the file, or why that is not known
	Verify []KeyState // the keys that will be sent, once each

	// Open are the keys that need not be sent: they are verified already, or
	// switched off.
	Open []apdu.KeyReference

	// Unreadable is what reading the file asks for, when it was not given: what
	// is written cannot be read back then. "" otherwise.
	Unreadable string

	// Also are the other files that will be written: "EF(ODF) 5031".
	Also []string
}

// String is several lines, for a person who is asked whether to go on.
func (p Plan) String() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	iccid := p.ICCID
	if iccid == "" {
		iccid = "of unknown ICCID"
	}
	line("card", "%s", iccid)
	if p.Application != "" {
		line("application", "%v", p.Application)
	}
	if p.Secure != "" {
		line("through", "%s", p.Secure)
	}
	line("file", "%v, %d octets, %s", p.File, p.Size, p.Access)
	line("holds", "%v", p.Old)
	line("will hold", "%v", p.New)
	for _, also := range p.Also {
		line("writes also", "%s", also)
	}
	for _, k := range p.Verify {
		line("sends key", "%v", k)
	}
	for _, k := range p.Open {
		line("key", "%v: verified already, or switched off", k)
	}
	if p.Unreadable != "" {
		line("reads back", "nothing: reading asks for %s, see --pin-file", p.Unreadable)
	}
	return b.String()
}

// Result is what was done to a card.
type Result struct {
	Plan Plan

	// Changed reports that something was written, with an error, too.
	Changed bool

	// Verified reports that all that was written was read back.
	Verified bool

	// Keys are those that were asked for, with the tries they had left before
	// they were verified; of one that was refused, after that.
	Keys []KeyState

	Stats apdu.Stats
}
