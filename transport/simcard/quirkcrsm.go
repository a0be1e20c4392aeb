package simcard

import (
	"context"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// AT+CRSM, which every maker has taken differently.
const (
	// CRSMUnquoted has the response without quotes: +CRSM: 144,0,3B9F.
	CRSMUnquoted Quirk = iota + ReplaysSelects + 1

	// CRSMEmptyField has a response when there are no data, too:
	// +CRSM: 106,130,"".
	CRSMEmptyField

	// CRSMFailsFirst answers +CRSM: 106,134,"" to the first one (Gobi).
	CRSMFailsFirst

	// CRSMSwapsICCID has the digits of each octet swapped in READ BINARY of
	// EF(ICCID), which makes them the printed number (Novatel).
	CRSMSwapsICCID

	// CRSMShortNames refuses file identifiers above 7FFF and paths of more
	// than 8 digits: +CME ERROR: 50 (EigenComm EC618).
	CRSMShortNames

	// CRSMReboots starts the modem again at AT+CRSM, without an answer
	// (Pantech); see Reboots.
	CRSMReboots
)

func crsmFailsFirst(m *Modem) {
	done := false
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		if done || !isNamed(command, "+CRSM") {
			return next(ctx, command)
		}
		done = true
		return Reply{Lines: []string{`+CRSM: 106,134,""`}}
	})
}

// crsmSwapsICCID swaps in the line what is hex, between quotes or behind the
// second comma.
func crsmSwapsICCID(m *Modem) {
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		reply := next(ctx, command)
		if c, ok := crsmOf(command); !ok || c.ins != apdu.INSReadBinary || c.fid() != apdu.FIDICCID {
			return reply
		}
		for i, line := range reply.Lines {
			head, text, ok := cutResponse(line)
			if b := []byte(text); ok && len(b)%2 == 0 {
				for j := 0; j < len(b); j += 2 {
					b[j], b[j+1] = b[j+1], b[j]
				}
				reply.Lines[i] = head + strings.Replace(line[len(head):], text, string(b), 1)
			}
		}
		return reply
	})
}

// cutResponse parts an answer to AT+CRSM before the third field, and returns
// that without its quotes.
func cutResponse(line string) (head, text string, ok bool) {
	i := strings.LastIndexByte(line, ',') + 1
	return line[:i], strings.Trim(line[i:], `" `), strings.Count(line, ",") == 2
}

// crsmOf is what a command asks for, if it is AT+CRSM.
func crsmOf(command string) (c crsm, ok bool) {
	if !isNamed(command, "+CRSM") {
		return c, false
	}
	return parseCRSM(strings.TrimPrefix(command, "+CRSM="))
}

// hasLongNames matches what EC618 refuses.
func hasLongNames(command string) bool {
	c, ok := crsmOf(command)
	fields := strings.Split(command, ",")
	return ok && (c.fid() > 0x7FFF || len(fields) > 6 && len(strings.Trim(fields[6], `" `)) > 8)
}

func crsmReboots(m *Modem) {
	m.around(func(ctx context.Context, command string, next Handler) Reply {
		if !isNamed(command, "+CRSM") {
			return next(ctx, command)
		}
		m.reboot()
		return Reply{Result: Silence}
	})
}
