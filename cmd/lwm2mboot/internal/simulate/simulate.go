// Package simulate puts a simulated card behind a simulated modem on a
// pseudo-terminal, each with the manners that were asked for by name.
package simulate

import (
	"fmt"
	"io"
	"sync"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard/pty"
)

// Options say what is simulated. The zero value is a card with an empty file
// that nobody may write, behind a modem that follows the book.
type Options struct {
	Content []byte // of EF(LwM2M_Bootstrap); nil: all FF
	Size    int    // of the file, in octets; 0: 1024, or what the content needs

	Quirks, Behaviours, Layouts []string // names, see [Names]

	Channels *int   // logical channels besides the basic one; nil: 3
	PIN      string // digits of PIN1, which reading the file asks for; "": none
	ADM      string // digits of ADM1, which updating asks for; "": nobody can

	Keys scp03.Keys // of the secure channel, which reading the file asks for; zero: none

	Trace io.Writer // is told each command's header and status word; nil: nobody
}

// tries is how many wrong PINs and keys in a row a card takes.
const tries = 3

// Open starts the simulation. The errors are [*NameError], those of
// simcard.New and of pty.Open: errors.ErrUnsupported where the system has no
// pseudo-terminals.
func Open(o Options) (*pty.PTY, error) {
	opts := []simcard.Option{simcard.BootstrapFile(o.Content)}
	if o.Size != 0 {
		opts = append(opts, simcard.BootstrapFileSize(o.Size))
	}
	if o.Channels != nil {
		opts = append(opts, simcard.Channels(*o.Channels))
	}
	var demands []simcard.Condition
	if o.PIN != "" {
		opts = append(opts, simcard.PIN(simcard.PIN1, o.PIN, tries))
		demands = append(demands, simcard.PIN1)
	}
	if o.Keys.ENC.Len() > 0 {
		opts = append(opts, simcard.SecureChannel(o.Keys), simcard.SecureDiversification([10]byte{}))
		demands = append(demands, simcard.Secured(scp03.Level33))
	}
	if len(demands) > 0 {
		opts = append(opts, simcard.ReadCondition(simcard.AllOf(demands...), pkcs15.FIDBootstrap))
	}
	if o.ADM != "" {
		opts = append(opts, simcard.PIN(simcard.ADM1, o.ADM, tries))
	}
	for _, name := range o.Behaviours {
		b, err := find("behaviour", name, simcard.Behaviours())
		if err != nil {
			return nil, err
		}
		opts = append(opts, b)
	}
	for _, name := range o.Layouts {
		l, err := find("layout", name, simcard.Layouts())
		if err != nil {
			return nil, err
		}
		opts = append(opts, l)
	}
	var modem []simcard.ModemOption
	for _, name := range o.Quirks {
		q, err := find("quirk", name, simcard.Quirks())
		if err != nil {
			return nil, err
		}
		modem = append(modem, q)
	}
	card, err := simcard.New(opts...)
	if err != nil {
		return nil, err
	}
	if o.Trace != nil {
		var turn sync.Mutex
		card.Observe(func(cmd apdu.Command, sw apdu.SW) {
			turn.Lock()
			defer turn.Unlock()
			cmd.Data = nil
			fmt.Fprintf(o.Trace, "%v: %v\n", cmd, sw)
		})
	}
	m := simcard.NewModem(card, modem...)
	p, err := pty.Open(m)
	if err != nil {
		m.Close()
		return nil, err
	}
	return p, nil
}
