package simcard

import "github.com/lwm2mboot/lwm2mboot/apdu"

// position is what is current on a channel.
type position struct {
	df  *node
	ef  *node // nil: none
	app *node // the application that 7FFF stands for; nil: none
}

// channel is one that is open.
type channel struct {
	*position                // its own, or that of channel 0 with SharedFilePointer
	session   *secureSession // nil: none
}

// P1 of MANAGE CHANNEL (ETSI TS 102 221 11.1.17).
const (
	manageOpen  = 0x00
	manageClose = 0x80
)

// swAlreadyClosed is what UICCs answer to the closing of a closed channel.
const swAlreadyClosed apdu.SW = 0x6200

func (r *request) manageChannel() answer {
	switch {
	case len(r.cmd.Data) > 0:
		return bare(apdu.SWWrongLength)
	case r.cmd.P1 == manageOpen && r.cmd.P2 == 0:
		return r.openAny()
	case r.cmd.P1 == manageOpen:
		return r.openChosen(int(r.cmd.P2))
	case r.cmd.P1 == manageClose:
		return r.closeChannel(int(r.cmd.P2))
	}
	return bare(apdu.SWWrongP1P2)
}

// openAny opens the first channel that is closed and tells its number.
func (r *request) openAny() answer {
	if r.cmd.Ne == 0 && r.behaviour.has(ManageChannel6C01) {
		return wrongLe(1)
	}
	for n := 1; n <= r.limit; n++ {
		if r.channels[n] == nil {
			a := r.direct([]byte{byte(n)})
			if a.sw == apdu.SWOK {
				r.open(n)
			}
			return a
		}
	}
	return bare(r.noChannel)
}

// openChosen opens the channel that the host names.
func (r *request) openChosen(n int) answer {
	switch {
	case r.behaviour.has(RefuseChosenChannel):
		return bare(apdu.SWWrongP1P2)
	case n > r.limit || r.channels[n] != nil:
		return bare(r.noChannel)
	}
	r.open(n)
	return bare(apdu.SWOK)
}

// open starts a channel: at the MF, or where the channel is that it was opened
// from if that is not the basic one.
func (r *request) open(n int) {
	p := &position{df: r.mf}
	if r.class.channel != 0 {
		p.df, p.app = r.ch.df, r.ch.app
	}
	if r.behaviour.has(SharedFilePointer) {
		p = r.channels[0].position
	}
	r.channels[n] = &channel{position: p}
}

// closeChannel closes channel n; 0 stands for the one that the command came on.
func (r *request) closeChannel(n int) answer {
	if n == 0 {
		n = r.class.channel
	}
	switch {
	case n == 0: // the basic channel stays open
		return bare(apdu.SWWrongP1P2)
	case n > r.limit:
		return bare(apdu.SWNoSuchChannel)
	case r.channels[n] == nil:
		return bare(swAlreadyClosed)
	}
	r.channels[n].endSession()
	r.channels[n] = nil
	return bare(apdu.SWOK)
}
