package csim

import (
	"errors"
	"strings"
)

// parseCGLA reads an answer to AT+CGLA. Some modems put the session before the
// length, some leave the quotes out or count wrong:
//
//	+CGLA: 4,"9000"    +CGLA: 1,4,"9000"    +CGLA: 16,"9000"    +CGLA: 4,9000
func parseCGLA(fields string, bare bool) (rapdu []byte, err error) {
	if bare {
		return apduOf(fields)
	}
	f := strings.Split(fields, ",")
	if len(f) != 2 && len(f) != 3 {
		return nil, errNotHex
	}
	return countedAPDU(f[len(f)-2], f[len(f)-1])
}

// maxSession is the longest session id taken, in digits. Sierra MC7455 has 16.
const maxSession = 32

var errNoSession = errors.New("no session id of up to 32 hex digits")

// parseCCHO reads an answer to AT+CCHO: a session id, which is kept as it is.
// It is a small number as a rule, on Sierra MC7455 and EM7590 a handle. Fibocom
// FM350-GL and EigenComm EC618 answer the id alone, as TS 27.007 8.45 has it:
//
//	+CCHO: 1    +CCHO: "1"    +CCHO: 00000000038aa32f    1
func parseCCHO(fields string, bare bool) (id []byte, err error) {
	text := strings.TrimSpace(fields)
	if !bare {
		if text, _, err = unquoted(fields); err != nil {
			return nil, err
		}
	}
	if len(text) == 0 || len(text) > maxSession || strings.Trim(text, "0123456789ABCDEFabcdef") != "" {
		return nil, errNoSession
	}
	return []byte(text), nil
}
