package simcard

import (
	"bytes"
	"context"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// What modems do with files and long answers on their own.
const (
	// HandsOver61xx is [HandsOver61]: GET RESPONSE is for the host to send
	// (Sequans and many others; u-blox do it themselves).
	HandsOver61xx Quirk = iota + SelectAIDFails + 1

	// HandsOver6Cxx is [HandsOver6C]: the command is for the host to repeat
	// (Nordic nRF9160, nRF9151).
	HandsOver6Cxx

	// LongAnswerEndless answers 6100 where the card's answer is longer than
	// 256 octets, its status word included, and 6100 again to each GET
	// RESPONSE (Quectel EC800G-CN).
	LongAnswerEndless

	// SelectsOwnFile selects EF(ICCID), on the basic channel, after each of
	// the card's commands: what the host selected there is lost.
	SelectsOwnFile

	// ReplaysSelects does so too, but selects again what the host had selected
	// on the basic channel before it carries out a command there: up to 20
	// SELECTs, counted from the last by AID or by path from the MF. It knows
	// SELECT, STATUS, READ, UPDATE and VERIFY only: +CME ERROR: 3, to MANAGE
	// CHANNEL too (Cinterion AC75).
	ReplaysSelects
)

// longAnswerEndless is between the modem and the card.
func longAnswerEndless(m *Modem) {
	const longest = 256
	stuck := false
	next := m.transmit
	m.transmit = func(ctx context.Context, capdu []byte) ([]byte, error) {
		if stuck = stuck && capdu[1] == apdu.INSGetResponse; stuck {
			return []byte{0x61, 0x00}, nil
		}
		rapdu, err := next(ctx, capdu)
		if stuck = len(rapdu) > longest; stuck {
			return []byte{0x61, 0x00}, nil
		}
		return rapdu, err
	}
}

// selectOwnFile brings the basic channel to EF(ICCID).
func (m *Modem) selectOwnFile() {
	_, _ = m.selectForCRSM(m.ctx, crsm{path: apdu.Path{apdu.FIDICCID}}) // the card says what is wrong with it to the next command
}

func selectsOwnFile(m *Modem) {
	m.aroundCard(func(carryOut func() Reply) Reply {
		defer m.selectOwnFile()
		return carryOut()
	})
}

// maxReplays is how many SELECTs the modem keeps.
const maxReplays = 20

// replayed are the instructions that it knows.
var replayed = []byte{
	apdu.INSSelect, apdu.INSStatus, apdu.INSReadBinary, apdu.INSReadRecord, apdu.INSUpdateBinary, apdu.INSUpdateRecord, apdu.INSVerify,
}

func replaysSelects(m *Modem) {
	var path [][]byte
	m.onCard = append(m.onCard, func() { path = nil })
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		capdu, ok := capduOf(command)
		switch {
		case isNamed(command, "+CCHO"), ok && bytes.IndexByte(replayed, capdu[1]) < 0:
			return Reply{Result: CME(CMENotAllowed)}
		case !ok || channelOf(capdu[0]) != 0:
			return next(ctx, command)
		}
		isSelect := capdu[1] == apdu.INSSelect
		if isSelect && (isSelectAID(capdu) || capdu[2] == apdu.SelectPathMF) {
			path = nil
		}
		if isSelect && len(path) == maxReplays {
			return Reply{Result: CME(CMENotAllowed)}
		}
		for _, s := range path {
			_, _ = m.whole(ctx, s)
		}
		reply := next(ctx, command)
		if isSelect && m.lastSW.Err() == nil {
			path = append(path, bytes.Clone(capdu))
		}
		m.selectOwnFile()
		return reply
	})
}
