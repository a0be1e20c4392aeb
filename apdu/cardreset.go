package apdu

import "errors"

// ErrCardReset, of a [CardTransport]: the card was reset, or taken out and put
// in again (ETSI TS 102 223 6.4.7, REFRESH). Its logical channels are closed, PINs
// are not verified any more, and it may be another card: begin again. Test for
// it with errors.Is.
var ErrCardReset = errors.New("the card was reset")
