package simboot

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// Way is how the PKCS#15 application, or the file, was reached.
type Way uint8

const (
	// ByAID: the application was selected by the AID that was configured.
	ByAID Way = 1 + iota
	// ByDir: EF(DIR) told the application's full AID.
	ByDir
	// ByPath: EF(DIR) told where the application's DF is, and neither the card
	// nor the modem let it be selected by its AID.
	ByPath
	// ByFile: the file's place was configured and starts at the MF.
	ByFile
	// ByMemory: the file is where it was the last time, see [Check].
	ByMemory
)

// String is one or two words.
func (w Way) String() string {
	switch w {
	case ByAID:
		return "AID"
	case ByDir:
		return "EF(DIR)"
	case ByPath:
		return "path"
	case ByFile:
		return "configured file"
	case ByMemory:
		return "memory"
	}
	return "none"
}

// Found tells where the bootstrap data were found and what that cost. With an
// error, it tells how far the search came. It prints without any content.
type Found struct {
	Way     Way
	Access  string   // how the transport reached the card, if it tells: "AT+CGLA"; see apdu.WayTeller
	Channel int      // number of the logical channel; 0: the basic channel
	AID     apdu.AID // as it was selected, with ByPath as EF(DIR) has it; empty with ByFile
	Place   string   // for [bootstrapper.Card]; "" when the content is in no file of its own

	// Secure is the secure channel that the data came through; "" when they
	// came in the clear. Plain is the reason, if one was preferred.
	Secure string
	Plain  error

	// Of the entry in the DODF; zero when the file's place was configured, and
	// all but OID when it was remembered.
	Directory  apdu.FileRef // the DODF that it is in
	OID        pkcs15.OID   // the one that matched, as it stands in the DODF
	Label      string       // for people
	Private    bool         // reading asks for a PIN, the entry says
	Modifiable bool         // updating asks for a PIN, the entry says

	File   apdu.FileRef // EF(LwM2M_Bootstrap), as the entry has it; zero with InDODF
	InDODF bool         // the content stands in Directory itself
	Size   int          // bytes of content: 4 + size

	// Stats counts command APDUs and their bytes, MANAGE CHANNEL open and close
	// included. Over AT+CSIM each is a round trip.
	Stats apdu.Stats

	// Passed are directories and entries that could not be read and were
	// passed over, since another one led to the data.
	Passed []error

	// CloseErr tells that the data were read and the channel may have stayed
	// open.
	CloseErr error
}

// String is one line: "EF 6432 of A000000063504B43532D3135 by AID, channel 1,
// 126 bytes, 9 commands".
func (f Found) String() string {
	place := f.place()
	if f.AID != "" {
		place += " of " + f.AID.String()
	}
	if f.Secure != "" {
		place += " through " + f.Secure
	}
	return fmt.Sprintf("%s by %v, channel %d, %d bytes, %d commands", place, f.Way, f.Channel, f.Size, f.Stats.RoundTrips)
}

// place is where the content stands.
func (f Found) place() string {
	switch {
	case f.InDODF:
		return "directory " + f.Directory.String()
	case len(f.File.Path) == 0:
		return "no file"
	}
	return "EF " + f.File.String()
}

// Result is what [Bootstrap] did.
type Result struct {
	Found Found

	// Result is what [bootstrapper.Apply] made of the data: Changed, Applied,
	// Displaced, Warnings, State.
	bootstrapper.Result
}
