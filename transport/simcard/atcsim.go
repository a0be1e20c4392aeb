package simcard

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Lengths of a command in AT+CSIM, in hex characters: a header; a short
// command with Lc, 255 bytes and Le.
const (
	minCSIM = 8
	maxCSIM = 522
)

// csim is AT+CSIM=<length>,"<hex>" (3GPP TS 27.007 8.17). The length counts
// hex characters and must be right; hex of either case is taken, between
// quotes.
func (m *Modem) csim(ctx context.Context, argument string) Reply {
	capdu, ok := parseAPDU(argument)
	if !ok || !strings.HasSuffix(argument, `"`) {
		return Reply{Result: CME(CMEIncorrectParams)}
	}
	resp, err := m.exchange(ctx, capdu)
	if err != nil {
		return Reply{Result: cmeOf(err)}
	}
	return Reply{Lines: []string{m.shape.line("+CSIM", "", resp)}}
}

// parseAPDU reads <length>,"<hex>".
func parseAPDU(argument string) (capdu []byte, ok bool) {
	length, text, ok := strings.Cut(argument, ",")
	n, err := strconv.ParseUint(strings.TrimSpace(length), 10, 16)
	if !ok || err != nil || n < minCSIM || n > maxCSIM {
		return nil, false
	}
	capdu, ok = parseHex(text)
	return capdu, ok && len(capdu) == int(n)/2 && n%2 == 0
}

// parseHex reads hex digits, between quotes or without.
func parseHex(text string) (b []byte, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		text = text[1 : len(text)-1]
	}
	b, err := hex.DecodeString(text)
	return b, err == nil
}

// hexOf is how the modem says octets.
func hexOf(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

// Limits of what a modem does by itself for one command.
const (
	maxFetches = 64 // GET RESPONSE
	maxEmpty   = 2  // of these without data
)

// exchange carries a command to the card, and does what ETSI TS 102 221
// 7.3.1.1.4 wants of a terminal unless the modem hands that over.
func (m *Modem) exchange(ctx context.Context, capdu []byte) (apdu.Response, error) {
	resp, err := m.carry(ctx, capdu, m.raw61, m.raw6C)
	m.lastSW = resp.SW
	return resp, err
}

// whole is exchange for a command of the modem's own, of which nothing is
// handed over.
func (m *Modem) whole(ctx context.Context, capdu []byte) (apdu.Response, error) {
	return m.carry(ctx, capdu, false, false)
}

func (m *Modem) carry(ctx context.Context, capdu []byte, raw61, raw6C bool) (apdu.Response, error) {
	if m.cfun == cfunOff {
		return apdu.Response{}, apdu.ErrCardFault
	}
	resp, err := m.withRightLe(ctx, capdu, raw6C)
	if err != nil || raw61 {
		return resp, err
	}
	empty := 0
	for i := 0; i < maxFetches && resp.SW.MoreData() && empty < maxEmpty; i++ {
		get := []byte{classOfGetResponse(capdu[0]), apdu.INSGetResponse, 0, 0, resp.SW.SW2()}
		next, err := m.withRightLe(ctx, get, raw6C)
		if err != nil {
			return apdu.Response{}, err
		}
		if len(next.Data) == 0 {
			empty++
		}
		resp.Data = append(resp.Data, next.Data...)
		resp.SW = next.SW
	}
	return resp, nil
}

// withRightLe sends a command, and again when the card says with which Le.
func (m *Modem) withRightLe(ctx context.Context, capdu []byte, raw6C bool) (apdu.Response, error) {
	resp, err := m.once(ctx, capdu)
	if err != nil || raw6C || !resp.SW.WrongLe() {
		return resp, err
	}
	cmd, malformed := apdu.ParseCommand(capdu)
	if malformed != nil {
		return resp, nil
	}
	if cmd.Ne = int(resp.SW.SW2()); cmd.Ne == 0 {
		cmd.Ne = apdu.MaxShortNe
	}
	if capdu, err = cmd.Bytes(); err != nil {
		return apdu.Response{}, err
	}
	return m.once(ctx, capdu)
}

func (m *Modem) once(ctx context.Context, capdu []byte) (apdu.Response, error) {
	rapdu, err := m.transmit(ctx, capdu)
	if err != nil {
		return apdu.Response{}, err
	}
	return apdu.ParseResponse(rapdu)
}

// classOfGetResponse is the class of the GET RESPONSE that follows a command
// of class cla: the interindustry one on the same channel, or A0.
func classOfGetResponse(cla byte) byte {
	switch {
	case cla == class2G:
		return cla
	case cla&claFurther != 0:
		return claFurther | cla&0b0000_1111
	}
	return cla & 0b0000_0011
}
