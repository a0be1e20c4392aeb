package csim

import (
	"errors"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// event takes what the modem told of the card. A command to the card that is
// under way ends; what was begun with it does, too: see goesOn. But a command
// that begins may go on when the card goes: nothing rests on what was before,
// its own answer tells whether there is a card, and a Telit modem says #QSS: 0
// at the first command. Needs mu.
func (m *Modem) event(e CardEvent) {
	if e == 0 {
		return
	}
	m.tell(e)
	err, x := e.err(), m.current
	if e == CardGone && x != nil && begins(x.line) {
		return
	}
	switch {
	case err != nil && m.begun:
		m.broken = err
	case err == nil && m.broken != nil:
		m.broken = apdu.ErrCardReset // it is there, and not what it was
	}
	if x != nil && err != nil && isForCard(x.line) {
		m.end(x, err)
		m.abandon(x)
	}
}

// tell tells the user, but not twice the same. Needs mu.
func (m *Modem) tell(e CardEvent) {
	if m.config.OnCard != nil && (e != m.card || e == CardReset) {
		m.events = append(m.events, e)
	}
	m.card = e
}

// noticeAbsence tells the user that a command was refused for want of a card.
// Needs mu.
func (m *Modem) noticeAbsence(x *exchange) {
	if x.ended && isForCard(x.line) && errors.Is(x.err, apdu.ErrNoCard) {
		m.tell(CardGone)
	}
}

// goesOn returns the error of a command to the card that goes on with what was
// begun with another card, or before it was reset: that is over until one comes
// that begins anew. AT+CRSM, which needs no beginning, is told once.
func (m *Modem) goesOn(line string) error {
	if !isForCard(line) {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.begun = true
	err := m.broken
	switch {
	case err == nil:
		return nil
	case begins(line):
		m.broken = nil
		return nil
	case err == apdu.ErrNoCard && closes(line):
		return nil // it costs nothing, and is right if the card is there after all
	}
	if answerOf(line) == &crsmAnswer {
		m.broken = nil
	}
	return err
}

// isForCard tells whether a command line needs the card.
func isForCard(line string) bool { return answerOf(line) != nil || hasPrefixFold(line, closeSession) }

const closeSession = "AT+CCHC="

// begins tells whether a command to the card needs nothing that was done
// before: AT+CCHO, MANAGE CHANNEL open, and on the basic channel SELECT by AID,
// by a path from the MF, or of the MF (TS 102 221 11.1.1, 11.1.17).
func begins(line string) bool {
	if answerOf(line) == &cchoAnswer {
		return true
	}
	hex, _ := carriedAPDU(line)
	command, ok := decodeHex(hex)
	if !ok || len(command) < 4 || answerOf(line) != &csimAnswer {
		return false
	}
	const byFID, byAID, byPath, openChannel = 0x00, 0x04, 0x08, 0x00
	p1, data := command[2], command[4:]
	switch {
	case command[1] == apdu.INSManageChannel:
		return p1 == openChannel
	case command[1] != apdu.INSSelect || apdu.ChannelOfClass(command[0]) != 0:
		return false
	case p1 == byFID:
		return len(data) >= 3 && data[1] == 0x3F && data[2] == 0x00
	}
	return p1 == byAID || p1 == byPath
}

// closes tells whether a command closes a channel.
func closes(line string) bool {
	hex, _ := carriedAPDU(line)
	return hasPrefixFold(line, closeSession) || len(hex) >= 6 && strings.EqualFold(hex[2:6], "7080")
}
