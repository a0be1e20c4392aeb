package simcard

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Commands of AT+CRSM (3GPP TS 27.007 8.18), which are the instruction bytes
// in decimal.
var crsmInstructions = map[byte]bool{
	apdu.INSReadBinary:   true, // 176
	apdu.INSReadRecord:   true, // 178
	apdu.INSGetResponse:  true, // 192: the file's FCP
	apdu.INSUpdateBinary: true, // 214
	apdu.INSStatus:       true, // 242
}

// crsm is what AT+CRSM asks for.
type crsm struct {
	ins, p1, p2, p3 byte
	path            apdu.Path // from the MF; empty: the command names no file
	inUSIM          bool      // path starts at the USIM application
	data            []byte
}

// restricted is
//
//	AT+CRSM=<command>[,<fileid>[,<P1>,<P2>,<P3>[,<data>[,<pathid>]]]]
//	+CRSM: <sw1>,<sw2>[,"<response>"]
//
// The modem selects the file, on the basic channel: by pathid from the MF,
// without one in the MF (2FXX) or the USIM application. It cannot select by
// AID. A file that is not there is answered with the card's status word.
func (m *Modem) restricted(ctx context.Context, argument string) Reply {
	c, ok := parseCRSM(argument)
	if !ok {
		return Reply{Result: CME(CMEIncorrectParams)}
	}
	resp, err := m.selectForCRSM(ctx, c)
	if err == nil && resp.SW.Err() == nil && c.ins != apdu.INSGetResponse {
		resp, err = m.whole(ctx, c.command())
	}
	if err != nil {
		return Reply{Result: cmeOf(err)}
	}
	return Reply{Lines: []string{m.shape.crsm(resp)}}
}

// fid is the identifier of the file; 0: none.
func (c crsm) fid() apdu.FID {
	if len(c.path) == 0 {
		return 0
	}
	return c.path[len(c.path)-1]
}

func parseCRSM(argument string) (c crsm, ok bool) {
	fields := strings.Split(argument, ",")
	if len(fields) > 7 {
		return c, false
	}
	var number [5]uint64
	for i := range min(len(fields), len(number)) {
		var err error
		if number[i], err = strconv.ParseUint(strings.TrimSpace(fields[i]), 10, 16); err != nil || i != 1 && number[i] > 0xFF {
			return c, false
		}
	}
	c.ins, c.p1, c.p2, c.p3 = byte(number[0]), byte(number[2]), byte(number[3]), byte(number[4])
	if !crsmInstructions[c.ins] || len(fields) < 5 && c.ins != apdu.INSStatus {
		return c, false
	}
	if len(fields) > 5 {
		if c.data, ok = parseHex(fields[5]); !ok {
			return c, false
		}
	}
	if len(fields) > 6 {
		if c.path, ok = parsePathID(fields[6]); !ok {
			return c, false
		}
	}
	if fid := apdu.FID(number[1]); fid != 0 {
		c.inUSIM = len(c.path) == 0 && fid>>8 != 0x2F
		c.path = append(c.path, fid)
	}
	return c, c.ins != apdu.INSUpdateBinary || len(c.data) == int(c.p3)
}

// parsePathID reads a path from the MF, whose own identifier may lead it.
func parsePathID(text string) (apdu.Path, bool) {
	b, ok := parseHex(text)
	if !ok || len(b) == 0 {
		return nil, ok
	}
	path, err := apdu.ParsePath(bytes.TrimPrefix(b, []byte{0x3F, 0x00}))
	return path, err == nil
}

// command is the command that follows the selection.
func (c crsm) command() []byte {
	head := []byte{0x00, c.ins, c.p1, c.p2, c.p3}
	if c.ins == apdu.INSStatus {
		head[0] = claProprietary
	}
	return append(head, c.data...)
}

// selectForCRSM selects the file, identifier by identifier, and returns the
// last answer: all cards can do that.
func (m *Modem) selectForCRSM(ctx context.Context, c crsm) (resp apdu.Response, err error) {
	resp.SW = apdu.SWOK
	if len(c.path) == 0 {
		return resp, nil
	}
	start := apdu.Path{apdu.FIDMF}
	if c.inUSIM {
		start = nil
		resp, err = m.whole(ctx, selectAID(0x00, []byte(AIDUSIM[:aidUSIMPrefix])))
	}
	for _, fid := range append(start, c.path...) {
		if err != nil || resp.SW.Err() != nil {
			break
		}
		resp, err = m.whole(ctx, []byte{0x00, apdu.INSSelect, apdu.SelectByFID, apdu.ReturnFCP, 2, byte(fid >> 8), byte(fid)})
	}
	return resp, err
}

// aidUSIMPrefix is the length of what all USIM applications begin with: the
// RID of 3GPP and the application code (ETSI TS 101 220 annex E).
const aidUSIMPrefix = 7
