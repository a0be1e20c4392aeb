package apdu

import (
	"context"
	"errors"
	"fmt"
)

// Limits of one exchange. A card or modem that lies must not keep us busy.
const (
	// maxHops bounds the GET RESPONSEs of one command: 64 KB in pieces of 256.
	maxHops = 256
	// maxEmptyHops is how often 61xx may be answered without data. Quectel
	// EC800G answers 6100 for ever when an answer is longer than 256 bytes.
	maxEmptyHops = 1
)

// ErrEndless tells of a card or modem that promises more data for ever.
var ErrEndless = errors.New("more data promised without end")

// errClosed tells of a command on a channel that was closed.
var errClosed = errors.New("channel is closed")

// Transmit sends a command on the channel and returns its complete answer.
// The class byte is given for channel 0. As a host must over T=0 (ISO/IEC
// 7816-3 12.2, ETSI TS 102 221 7.3.1.1.4), it
//
//   - repeats the command once with the Le that 6Cxx tells,
//   - fetches by GET RESPONSE what 61xx and 9Fxx announce, and what a case 4
//     command left behind a warning 62xx or 63xx, and joins the pieces.
//
// Through [Channel.Secure] nothing is repeated. A modem may have done all of
// this itself. A status word that tells of a failure is no error here, see
// [SW.Err], unless GET RESPONSE got it: the command itself was carried out then,
// and what it brought is lost.
func (ch *Channel) Transmit(ctx context.Context, c Command) (Response, error) {
	if ch.closed {
		return Response{}, errClosed
	}
	if ch.secure != nil {
		return ch.transmitSecured(ctx, c)
	}
	resp, err := ch.askRightLe(ctx, c)
	if err != nil {
		return Response{}, err
	}
	return ch.fetchAll(ctx, c, resp)
}

// fetchAll fetches what the answer to c announces or leaves behind. Through a
// session that may be a MAC where nothing was asked for.
func (ch *Channel) fetchAll(ctx context.Context, c Command, resp Response) (Response, error) {
	switch {
	case resp.SW.MoreData():
		return ch.fetch(ctx, c.CLA, resp)
	case resp.SW.Warning() && len(c.Data) > 0 && (c.Ne > 0 || ch.secure != nil) && len(resp.Data) == 0:
		return ch.fetchBehindWarning(ctx, c.CLA, resp)
	}
	return resp, nil
}

// askRightLe sends a command, once more when the card says which Le it wants;
// not a PIN, of which each is a try.
func (ch *Channel) askRightLe(ctx context.Context, c Command) (Response, error) {
	resp, err := ch.once(ctx, c)
	if err != nil || !resp.SW.WrongLe() || CarriesPIN(c.INS) && len(c.Data) > 0 {
		return resp, err
	}
	c.Ne = shortNe(resp.SW.SW2())
	return ch.once(ctx, c)
}

// fetch runs GET RESPONSE until nothing more is announced. Nothing may come
// between these commands.
func (ch *Channel) fetch(ctx context.Context, cla byte, whole Response) (Response, error) {
	empty := 0
	for hop := 0; whole.SW.MoreData(); hop++ {
		if hop == maxHops || empty > maxEmptyHops || len(whole.Data) > MaxExtendedNe {
			return Response{}, fmt.Errorf("GET RESPONSE: %d bytes after %d answers: %w", len(whole.Data), hop, ErrEndless)
		}
		piece, err := ch.askRightLe(ctx, getResponseFor(cla, whole.SW))
		// A part is worth nothing; but a wrapped VERIFY's MAC comes with its 63Cx.
		if _, counted := piece.SW.Retries(); err == nil && (ch.secure == nil || !counted) {
			err = piece.SW.Err()
		}
		if err != nil {
			return Response{}, fmt.Errorf("GET RESPONSE: %w", err)
		}
		if len(piece.Data) == 0 {
			empty++
		}
		whole.Data = append(whole.Data, piece.Data...)
		whole.SW = piece.SW
	}
	return whole, nil
}

// fetchBehindWarning asks for the data of a case 4 command that was answered
// by a warning alone. A card that has none says so by an error, a modem that
// has fetched by itself may refuse the command: the warning stands.
func (ch *Channel) fetchBehindWarning(ctx context.Context, cla byte, warning Response) (Response, error) {
	resp, err := ch.askRightLe(ctx, getResponseFor(cla, 0))
	switch {
	case errors.Is(err, ErrRefused):
		return warning, nil
	case err != nil:
		return Response{}, fmt.Errorf("GET RESPONSE: %w", err)
	case resp.SW.MoreData():
		if resp, err = ch.fetch(ctx, cla, resp); err != nil {
			return Response{}, err
		}
	}
	if resp.SW.Err() == nil {
		warning.Data = resp.Data
	}
	return warning, nil
}

// getResponseFor is GET RESPONSE in the class that follows a command of class
// cla: the interindustry class, also behind a proprietary one, or A0.
func getResponseFor(cla byte, announced SW) Command {
	c := GetResponse(shortNe(announced.SW2()))
	if cla == claSIM {
		c.CLA = claSIM
	}
	return c
}

// once carries one command to the card and back.
func (ch *Channel) once(ctx context.Context, c Command) (Response, error) {
	var err error
	if c.CLA, err = ClassForChannel(c.CLA, ch.number); err != nil {
		return Response{}, err
	}
	if ch.command, err = c.AppendTo(ch.command[:0]); err != nil {
		return Response{}, err
	}
	if err := ctx.Err(); err != nil {
		return Response{}, err
	}
	ch.stats.RoundTrips++
	ch.stats.Sent += len(ch.command)
	rapdu, err := ch.card.Transmit(ctx, ch.command)
	clear(ch.command) // it may hold a PIN
	if err != nil {
		return Response{}, err
	}
	ch.stats.Received += len(rapdu)
	if len(rapdu) > MaxExtendedNe+2 {
		return Response{}, fmt.Errorf("response of %d bytes: %w", len(rapdu), ErrMalformed)
	}
	return ParseResponse(rapdu)
}
