package simcard

import (
	"context"
	"slices"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// session is an application that AT+CCHO selected on a channel of its own.
type session struct {
	id      string // for the host; no channel number
	channel byte
}

// firstSession is above every channel number, so that a host that takes a
// session id for one is found out.
const firstSession = 21

// openSession is AT+CCHO="<AID>" (3GPP TS 27.007 8.45): it opens a logical
// channel, selects the application on it and tells the id of the session.
// Session ids are not used twice.
func (m *Modem) openSession(ctx context.Context, argument string) Reply {
	aid, ok := parseHex(argument)
	if !ok || len(aid) == 0 || len(aid) > maxAID {
		return Reply{Result: CME(CMEIncorrectParams)}
	}
	resp, err := m.whole(ctx, []byte{0x00, apdu.INSManageChannel, manageOpen, 0x00, 0x01})
	switch {
	case err != nil:
		return Reply{Result: cmeOf(err)}
	case resp.SW.Err() != nil || len(resp.Data) != 1 || resp.Data[0] > maxChannel:
		return Reply{Result: CME(CMEUnknown)}
	}
	channel := resp.Data[0]
	resp, err = m.whole(ctx, selectAID(onChannel(0x00, channel), aid))
	if err != nil || resp.SW.Err() != nil {
		_ = m.closeChannel(ctx, channel) // what went wrong before counts
		if err != nil {
			return Reply{Result: cmeOf(err)}
		}
		return Reply{Result: CME(CMENotFound)}
	}
	s := session{id: m.sessionID(firstSession + m.lastSession), channel: channel}
	m.lastSession++
	m.sessions = append(m.sessions, s)
	return Reply{Lines: []string{"+CCHO: " + s.id}}
}

// closeSession is AT+CCHC=<sessionid> (8.46).
func (m *Modem) closeSession(ctx context.Context, argument string) Reply {
	i := m.sessionIndex(argument)
	if i < 0 {
		return Reply{Result: CME(CMEIncorrectParams)}
	}
	channel := m.sessions[i].channel
	m.sessions = slices.Delete(m.sessions, i, i+1)
	if err := m.closeChannel(ctx, channel); err != nil {
		return Reply{Result: cmeOf(err)}
	}
	return Reply{}
}

// inSession is AT+CGLA=<sessionid>,<length>,"<hex>" (8.43): the modem puts the
// channel into the class, which the host sends as for channel 0.
func (m *Modem) inSession(ctx context.Context, argument string) Reply {
	id, rest, _ := strings.Cut(argument, ",")
	i := m.sessionIndex(id)
	capdu, ok := parseAPDU(rest)
	if i < 0 || !ok {
		return Reply{Result: CME(CMEIncorrectParams)}
	}
	capdu[0] = onChannel(capdu[0], m.sessions[i].channel)
	resp, err := m.exchange(ctx, capdu)
	if err != nil {
		return Reply{Result: cmeOf(err)}
	}
	return Reply{Lines: []string{m.shape.line("+CGLA", m.sessions[i].id, resp)}}
}

// sessionIndex finds a session by its id, or returns -1.
func (m *Modem) sessionIndex(id string) int {
	id = strings.Trim(strings.TrimSpace(id), `"`)
	return slices.IndexFunc(m.sessions, func(s session) bool { return s.id == id })
}

// closeChannel closes a channel; that the card refuses does not matter.
func (m *Modem) closeChannel(ctx context.Context, channel byte) error {
	_, err := m.whole(ctx, []byte{0x00, apdu.INSManageChannel, manageClose, channel})
	return err
}

// selectAID is SELECT of an application, with any answer.
func selectAID(cla byte, aid []byte) []byte {
	return append([]byte{cla, apdu.INSSelect, apdu.SelectByAID, apdu.ReturnFCP, byte(len(aid))}, aid...)
}

// onChannel puts a channel number into a class byte, which keeps what it says
// of secure messaging; see class.
func onChannel(cla, channel byte) byte {
	if channel <= 3 {
		return cla&0b1111_1100 | channel
	}
	further := cla&claProprietary | claFurther | (channel - 4)
	if cla&claFurther == 0 && cla&claFirstSM != 0 {
		further |= claFurtherSM
	}
	return further
}
