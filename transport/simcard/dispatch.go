package simcard

import (
	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// Bits of the class byte (ETSI TS 102 221 10.1.1).
//
//	0000 ssnn   8X likewise   channels 0 to 3, ss secure messaging
//	01s0 nnnn   CX, EX        channels 4 to 19
//	1010 0000   A0            the SIM of TS 51.011, channel 0
const (
	claProprietary = 0b1000_0000
	claFurther     = 0b0100_0000
	claFurtherSM   = 0b0010_0000
	claChaining    = 0b0001_0000
	claFirstSM     = 0b0000_1100
	claFirstRFU    = 0b0011_0000 // of 0X and 8X
	class2G        = 0xA0

	swNoChaining apdu.SW = 0x6884
)

// class is what a class byte says.
type class struct {
	channel     int
	proprietary bool
	is2G        bool
}

// parseClass reads a class byte; sw is 9000 or why it is refused.
func parseClass(cla byte) (cl class, sw apdu.SW) {
	cl.proprietary = cla&claProprietary != 0
	switch {
	case cla == class2G:
		return class{is2G: true}, apdu.SWOK
	case cla&claFurther != 0:
		cl.channel = int(cla&0b0000_1111) + 4
		if cla&claFurtherSM != 0 {
			return cl, apdu.SWNoSecureMessaging
		}
	default:
		cl.channel = int(cla & 0b0000_0011)
		if cla&claFirstRFU&^claChaining != 0 {
			return cl, apdu.SWWrongCLA
		}
		if cla&claFirstSM != 0 {
			return cl, apdu.SWNoSecureMessaging
		}
	}
	if cla&claChaining != 0 {
		return cl, swNoChaining
	}
	return cl, apdu.SWOK
}

// instruction is a command that the card knows, its class and whether class
// A0 has it too (ETSI TS 102 221 table 10.5, TS 51.011 9.2).
type instruction struct {
	proprietary bool
	in2G        bool
	run         func(r *request) answer
}

const insTerminalCapability = 0xAA

// lookup is a function, not a table, so that the methods named here may in
// turn refer to it.
func lookup(ins byte) (instruction, bool) {
	switch ins {
	case apdu.INSSelect:
		return instruction{in2G: true, run: (*request).selectFile}, true
	case apdu.INSReadBinary:
		return instruction{in2G: true, run: (*request).readBinary}, true
	case apdu.INSReadBinaryOdd:
		return instruction{run: (*request).readBinaryOdd}, true
	case apdu.INSUpdateBinary:
		return instruction{in2G: true, run: (*request).updateBinary}, true
	case apdu.INSUpdateBinaryOdd:
		return instruction{run: (*request).updateBinaryOdd}, true
	case apdu.INSReadRecord:
		return instruction{in2G: true, run: (*request).readRecord}, true
	case apdu.INSUpdateRecord:
		return instruction{in2G: true, run: (*request).updateRecord}, true
	case apdu.INSVerify:
		return instruction{in2G: true, run: (*request).verify}, true
	case apdu.INSManageChannel:
		return instruction{run: (*request).manageChannel}, true
	case apdu.INSGetResponse:
		return instruction{in2G: true, run: (*request).getResponse}, true
	case apdu.INSStatus:
		return instruction{proprietary: true, in2G: true, run: (*request).status}, true
	case insTerminalCapability:
		return instruction{proprietary: true, run: (*request).terminalCapability}, true
	}
	return instruction{}, false
}

// request is one command on its way through the card.
type request struct {
	*Card
	cmd   apdu.Command
	class class
	ch    *channel

	waiting *pendingAnswer // what the command before left for GET RESPONSE
	atEnd   bool           // that command was a READ BINARY answered 6C00
	inside  *secureSession // that the command came through; nil: in the clear
}

// lacksLe reports that no Le has reached the card with what was wrapped: over
// T=0 it goes no further than the modem.
func (r *request) lacksLe() bool { return r.inside != nil && r.behaviour.has(T0) }

// answer is data and a status word, before the transport changes them.
type answer struct {
	data []byte
	sw   apdu.SW
}

// bare is an answer without data.
func bare(sw apdu.SW) answer { return answer{sw: sw} }

// execute carries out one command; c is locked.
func (c *Card) execute(cmd apdu.Command) answer {
	r := &request{Card: c, cmd: cmd, waiting: c.pending, atEnd: c.atEnd}
	c.pending, c.atEnd = nil, false // GET RESPONSE suffers nothing in between
	var a answer
	if c.secure != nil && scp03.Wrapped(cmd) {
		a = r.secured()
	} else {
		a = r.carryOut()
	}
	c.endStrays()
	return a
}

// proactiveWaits says that a command of 11 octets is to be fetched.
const proactiveWaits apdu.SW = 0x910B

// carryOut carries out a command that is not wrapped, or no longer.
func (r *request) carryOut() answer { return r.settled(r.dispatch()) }

// settled is a with the status word that the card has for it.
func (r *request) settled(a answer) answer {
	if r.class.is2G {
		a.sw = statusOf2G(a.sw)
	}
	if a.sw == apdu.SWOK && r.behaviour.has(ProactivePending) {
		a.sw = proactiveWaits
	}
	return a
}

func (r *request) dispatch() answer {
	var sw apdu.SW
	if r.class, sw = parseClass(r.cmd.CLA); sw != apdu.SWOK {
		return bare(sw)
	}
	in, known := r.lookup(r.cmd.INS)
	switch {
	case r.class.is2G && r.behaviour.has(No2G):
		return bare(apdu.SWWrongCLA)
	case !known:
		return bare(apdu.SWWrongINS)
	case r.class.is2G && !in.in2G, !r.class.is2G && r.class.proprietary != in.proprietary:
		return bare(apdu.SWWrongCLA)
	}
	if r.ch = r.channels[r.class.channel]; r.ch == nil {
		return bare(apdu.SWNoSuchChannel)
	}
	if r.inside == nil && r.ch.session.isOpen() && !r.passesInTheClear() {
		r.ch.endSession()
		return bare(apdu.SWSecurity)
	}
	return in.run(r)
}
