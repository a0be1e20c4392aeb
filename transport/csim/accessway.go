package csim

import (
	"context"
	"errors"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Way is a way in which a logical channel of ours reaches the card.
type Way uint8

const (
	// WayCSIM: AT+CSIM on a logical channel that MANAGE CHANNEL opens.
	WayCSIM Way = 1 + iota

	// WayCGLA: AT+CCHO opens a channel and selects the application, AT+CGLA
	// carries the commands, AT+CCHC closes it. EF(DIR), which is read before an
	// application is selected, is read by AT+CRSM.
	WayCGLA

	// WayBasic: AT+CSIM on the basic channel, which the modem itself uses: it
	// may select another file at any time, and what we select disturbs it.
	WayBasic

	// WayCRSM: AT+CRSM alone. It reads files by their path from the MF; no
	// application can be selected and no PIN verified. Its answers have no
	// length, so that characters lost on the line may go unseen: what was read
	// then fails to parse, or ends early.
	WayCRSM
)

// DefaultWays are the ways that are tried when the caller names none: those
// that leave the modem's own channel alone.
func DefaultWays() []Way { return []Way{WayCSIM, WayCGLA} }

var wayNames = map[Way]struct{ word, text string }{
	WayCSIM:  {"csim", "AT+CSIM"},
	WayCGLA:  {"cgla", "AT+CGLA"},
	WayBasic: {"basic", "AT+CSIM on the basic channel"},
	WayCRSM:  {"crsm", "AT+CRSM"},
}

// String is for people; the zero Way has none.
func (w Way) String() string { return wayNames[w].text }

// route is one channel's way to the card. Errors are the modem's; what the
// card says is data.
type route interface {
	// open makes the way ready. no is what the card said if it gave no channel.
	open(ctx context.Context) (no apdu.SW, err error)

	// transmit carries a command whose class is for channel 0.
	transmit(ctx context.Context, c apdu.Command) (rapdu []byte, err error)

	// close closes what is open; the next open begins anew. Nothing is open
	// after a refusal, as far as can be known.
	close(ctx context.Context) error
}

// refuses tells whether err is the modem's word that this way, or this command
// on it, is not for us, so that another way may do. Faults are no refusals:
// the same command may work later.
//
// A number that says nothing counts: +CME ERROR: 0 and 100 are what modems
// answer whose AT+CCHO, or channel, does not work (Quectel EG95).
func refuses(err error) bool {
	if errors.Is(err, apdu.ErrLostStep) {
		return false
	}
	if errors.Is(err, apdu.ErrRefused) {
		return true
	}
	var cme CMEError
	var cms CMSError
	switch {
	case errors.As(err, &cme):
		return cme.Unwrap() == nil && !slices.Contains(cmeFaults, cme.Code)
	case errors.As(err, &cms):
		return cms.Code == 500 // unknown error
	}
	return false
}

// cmeFaults are the codes that stand for no error of package apdu and are no
// refusals: connection to the phone, PINs, memory failure, network, abort.
var cmeFaults = []int{1, 2, 5, 16, 17, 18, 23, 30, 31, 32, 52}

// refusesChannels tells the status words by which a card, or a modem in its
// place, says that there is no logical channel to be had.
func refusesChannels(sw apdu.SW) bool {
	return slices.Contains([]apdu.SW{apdu.SWNoSuchChannel, apdu.SWNotSupported, apdu.SWNoCurrentEF, apdu.SWWrongINS, apdu.SWWrongCLA}, sw)
}

// selectsApp tells whether c is a plain SELECT of an application by its AID,
// the first of that name.
func selectsApp(c apdu.Command) bool {
	return c.CLA == 0 && c.INS == apdu.INSSelect && c.P1 == apdu.SelectByAID &&
		c.P2&^apdu.ReturnNone == 0 && len(c.Data) > 0 && len(c.Data) <= maxAID
}

const maxAID = 16 // octets

// repeatable tells whether a command that was refused may be sent again, also
// in another way: it selects or reads, the same each time, and no secure
// messaging counts it. A PIN is never sent twice.
func repeatable(c apdu.Command) bool {
	const secureMessaging = 0b0000_1100
	switch {
	case c.CLA&secureMessaging != 0:
		return false
	case c.CLA == 0x80 && c.INS == 0x50: // INITIALIZE UPDATE begins anew
		return true
	case c.INS == apdu.INSSelect:
		return c.P2&0b0000_0011 == 0 // not the next one of that name
	case c.INS == apdu.INSReadRecord:
		return c.P2&0b0000_0111 == 0b100 // by its number
	}
	return c.INS == apdu.INSReadBinary || c.INS == apdu.INSReadBinaryOdd || c.INS == apdu.INSStatus
}

// withoutChannel takes the channel's number out of a class byte. What the byte
// says of secure messaging stays; channels above 3 have one bit for it, which
// is taken for that of GlobalPlatform.
//
//	channels 0 to 3    x00c ssnn   ──▶  x00c ss00
//	channels 4 to 19   x1sc nnnn   ──▶  x00c 0s00
func withoutChannel(cla byte) byte {
	const further, furtherSM, gpSM = 0b0100_0000, 0b0010_0000, 0b0000_0100
	switch {
	case cla&further == 0:
		return cla &^ 0b0000_0011
	case cla&furtherSM != 0:
		return cla&0b1001_0000 | gpSM
	}
	return cla & 0b1001_0000
}
