package simcard

import (
	"context"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Logical channels, as modems have them.
const (
	// NoChannels has none: MANAGE CHANNEL and AT+CCHO are answered ERROR
	// (Huawei MS2372h).
	NoChannels Quirk = iota + CGLAFailsAtTimes + 1

	// ChannelsDead lets AT+CSIM open and close channels, and answers ERROR to
	// every command on one. AT+CGLA works (Quectel EG25, Alcatel IK41).
	ChannelsDead

	// UsesChannel1 has opened channel 1 for itself when it starts, with the
	// USIM application on it. If the host closes it, the modem has lost its
	// SIM: +CME ERROR: 13 from then on (Quectel BG95, EG91).
	UsesChannel1

	// SelectAIDFails answers the first SELECT by AID on a channel, over
	// AT+CSIM, with +CME ERROR: 0, and does not answer the command after it at
	// all (Quectel EG95). It works on the next channel.
	SelectAIDFails
)

// needsChannel matches what opens or closes a channel.
func needsChannel(command string) bool {
	capdu, ok := capduOf(command)
	return isNamed(command, "+CCHO") || ok && isManageChannel(capdu)
}

// onDeadChannel matches commands on another channel than the basic one.
func onDeadChannel(command string) bool {
	capdu, ok := capduOf(command)
	return ok && isNamed(command, "+CSIM") && channelOf(capdu[0]) != 0
}

func usesChannel1(m *Modem) {
	own, lost := byte(0), false
	m.onCard = append(m.onCard, func() {
		own, lost = 0, false
		resp, err := m.whole(m.ctx, []byte{0x00, apdu.INSManageChannel, manageOpen, 0x00, 0x01})
		if err != nil || len(resp.Data) != 1 {
			return
		}
		own = resp.Data[0]
		_, _ = m.whole(m.ctx, selectAID(onChannel(0x00, own), []byte(AIDUSIM))) // on a Blank card there is none
	})
	next := m.transmit
	m.transmit = func(ctx context.Context, capdu []byte) ([]byte, error) {
		rapdu, err := next(ctx, capdu)
		if isManageChannel(capdu) && capdu[2] == manageClose && own != 0 {
			lost = lost || capdu[3] == own || capdu[3] == 0 && channelOf(capdu[0]) == int(own)
		}
		return rapdu, err
	}
	refuses(CME(CMESIMFailure), func(command string) bool { return lost && isForCard(command) })(m)
}

func selectAIDFails(m *Modem) {
	const (
		waiting = iota
		dropping
		over
	)
	state := waiting
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		capdu, ok := capduOf(command)
		switch {
		case state == dropping:
			state = over
			return Reply{Result: Silence}
		case state == waiting && ok && isNamed(command, "+CSIM") && isSelectAID(capdu) && channelOf(capdu[0]) != 0:
			state = dropping
			return Reply{Result: CME(CMEPhoneFailure)}
		}
		return next(ctx, command)
	})
}
