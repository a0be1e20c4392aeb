package simboot

import (
	"errors"
	"fmt"
	"time"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// Search is the order in which the PKCS#15 application is looked for.
type Search uint8

const (
	// AIDFirst selects the application by its AID at once and looks into
	// EF(DIR) when the card has none of that name: two commands less on nearly
	// every card.
	AIDFirst Search = iota
	// DirFirst is the letter of G.2.1: EF(DIR) is evaluated first, and only an
	// application that it names is selected.
	DirFirst
)

// ChannelPolicy says whether the basic channel may be used. The modem itself
// works there: our SELECT disturbs it, and its own can make us read another
// file, which cannot always be noticed.
type ChannelPolicy uint8

const (
	// LogicalOnly opens a logical channel, as G.2.1 has it, or fails with
	// [apdu.ErrNoChannel].
	LogicalOnly ChannelPolicy = iota
	// LogicalOrBasic falls back on the basic channel when the card or the modem
	// has no logical channel to give.
	LogicalOrBasic
	// BasicOnly uses the basic channel: for a card in a reader of one's own.
	BasicOnly
)

// Config says how a card is searched. The zero value, and a nil *Config,
// follow the standard, but for the order of [AIDFirst].
type Config struct {
	// AID is the application, or the left part of its AID; empty for
	// [apdu.AIDPKCS15].
	AID apdu.AID

	// OIDs name the data object; nil for 2.23.43.9.1, also wrapped twice.
	OIDs []pkcs15.OID

	// File is the place of EF(LwM2M_Bootstrap), when it is known: ODF and DODF
	// are not read then. A path from the MF (3F00…) needs no application; any
	// other starts at the application's DF. A file that is not there is
	// [apdu.ErrNotFound] and not ErrNoData: the place may be wrong.
	File apdu.Path

	// Search is the order in which the application is looked for.
	Search Search

	// Channel says whether the basic channel may be used.
	Channel ChannelPolicy

	// MaxBytes is the largest content accepted, header included; 0 for the
	// 32772 bytes of [tlv.MaxAcceptedSize], which is the most.
	MaxBytes int

	// PIN says what to do when the card asks for a PIN.
	PIN PINPolicy

	// SecureChannel says whether the data are read through a secure channel.
	SecureChannel SecureChannel

	// RemovalDelay is how long [Check] waits before it looks a second time for a
	// card that seems to be gone; 0 for [DefaultRemovalDelay].
	RemovalDelay time.Duration

	// FullSearch makes Check walk the card's directories each time.
	FullSearch bool

	// Logger is told each step; never a byte of content. A *slog.Logger is one.
	// nil: silent.
	Logger bootstrapper.Logger

	// Apply says how Bootstrap brings the data into the store; nil will do.
	// Its Origin must be zero or [bootstrapper.Smartcard]. Its Logger, when
	// nil, is the one above.
	Apply *bootstrapper.Options
}

// DefaultRemovalDelay is long enough for a modem to find a card again that lost
// contact for a moment.
const DefaultRemovalDelay = 10 * time.Second

// ErrConfig tells of a Config that cannot be meant.
var ErrConfig = errors.New("bad configuration")

// filled returns the Config with its defaults, or says what is wrong with it.
func (c *Config) filled() (Config, error) {
	var f Config
	if c != nil {
		f = *c
	}
	switch {
	case f.AID != "" && (len(f.AID) < 5 || len(f.AID) > 16):
		return f, fmt.Errorf("%w: AID of %d octets, not 5 to 16", ErrConfig, len(f.AID))
	case f.Search > DirFirst:
		return f, fmt.Errorf("%w: Search %d", ErrConfig, f.Search)
	case f.Channel > BasicOnly:
		return f, fmt.Errorf("%w: Channel %d", ErrConfig, f.Channel)
	case f.MaxBytes < 0 || f.MaxBytes > tlv.MaxAcceptedSize:
		return f, fmt.Errorf("%w: MaxBytes %d is not in 0 to %d", ErrConfig, f.MaxBytes, tlv.MaxAcceptedSize)
	case f.PIN.MinTries < 0:
		return f, fmt.Errorf("%w: PIN.MinTries %d", ErrConfig, f.PIN.MinTries)
	case f.RemovalDelay < 0:
		return f, fmt.Errorf("%w: RemovalDelay %v", ErrConfig, f.RemovalDelay)
	case len(f.File) == 1 && (f.File[0] == apdu.FIDMF || f.File[0] == apdu.FIDCurrentADF):
		return f, fmt.Errorf("%w: File %v is a directory", ErrConfig, f.File)
	case f.Apply != nil && f.Apply.Origin != 0 && f.Apply.Origin != bootstrapper.Smartcard:
		return f, fmt.Errorf("%w: Apply.Origin is %v, and the data are from a smartcard", ErrConfig, f.Apply.Origin)
	}
	if err := f.SecureChannel.check(); err != nil {
		return f, err
	}
	if f.AID == "" {
		f.AID = apdu.AIDPKCS15
	}
	if len(f.OIDs) == 0 {
		f.OIDs = []pkcs15.OID{pkcs15.OIDLwM2M, pkcs15.OIDLwM2MDoubleWrapped}
	}
	if f.MaxBytes == 0 {
		f.MaxBytes = tlv.MaxAcceptedSize
	}
	if f.PIN.MinTries == 0 {
		f.PIN.MinTries = DefaultMinTries
	}
	if f.RemovalDelay == 0 {
		f.RemovalDelay = DefaultRemovalDelay
	}
	if f.Logger == nil {
		f.Logger = bootstrapper.Silent
	}
	return f, nil
}

// remembering is the Config with a store to remember PINs in.
func (c Config) remembering(store bootstrapper.Store) Config {
	if c.PIN.Memory == nil {
		c.PIN.Memory = store
	}
	return c
}

// options are those for Apply, whose Origin is a smartcard by default.
func (c Config) options(f Found) *bootstrapper.Options {
	var o bootstrapper.Options
	if c.Apply != nil {
		o = *c.Apply
	}
	if o.Logger == nil {
		o.Logger = c.Logger
	}
	o.Place = f.Place
	return &o
}
