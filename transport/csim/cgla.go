package csim

import (
	"context"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// cglaRoute is WayCGLA: a session that AT+CCHO opened. Until then the MF is
// current, and files are read by AT+CRSM.
//
//	MANAGE CHANNEL open    nothing
//	SELECT EF(DIR), READ   AT+CRSM=178,12032,1,4,0
//	SELECT by AID          AT+CCHO="A0…"             +CCHO: 1
//	any other              AT+CGLA=1,10,"00B0…"      +CGLA: 4,"9000"
//	MANAGE CHANNEL close   AT+CCHC=1
type cglaRoute struct {
	a      *Access
	id     string // of the session; "": none is open
	opened bool   // at least once
	before crsmRoute

	refused map[string]error // AIDs that AT+CCHO did not take
	why     error            // it did not take the last of them
}

func (r *cglaRoute) open(context.Context) (apdu.SW, error) {
	r.begin()
	return 0, nil
}

func (r *cglaRoute) transmit(ctx context.Context, c apdu.Command) ([]byte, error) {
	switch {
	case selectsApp(c):
		return r.selectApp(ctx, c)
	case r.id == "":
		return r.before.transmit(ctx, c)
	}
	return r.inSession(ctx, c)
}

// selectApp selects an application: in the session, if there is one and the
// modem lets SELECT by AID pass; otherwise in a new one.
func (r *cglaRoute) selectApp(ctx context.Context, c apdu.Command) ([]byte, error) {
	if r.id != "" {
		rapdu, err := r.inSession(ctx, c)
		if err == nil || !refuses(err) {
			return rapdu, err
		}
		if err := r.close(ctx); err != nil && !refuses(err) {
			return nil, err
		}
	}
	if err := r.openSession(ctx, c.Data); err != nil {
		return nil, err
	}
	if c.P2 == apdu.ReturnNone {
		return []byte{0x90, 0x00}, nil
	}
	return r.tell(ctx)
}

// openSession is AT+CCHO. The modem does not say whether it, the card or the
// application is to blame for a refusal; one such answer is enough.
func (r *cglaRoute) openSession(ctx context.Context, aid []byte) error {
	if err := r.refused[string(aid)]; err != nil {
		return err
	}
	line := string(appendHex([]byte(`AT+CCHO="`), aid)) + `"`
	late := func(id []byte) { r.a.stray(&cglaRoute{a: r.a, id: string(id)}) }
	id, err := r.a.link.do(ctx, request{line: line, pick: cchoAnswer.pick, late: late}, r.a.own)
	switch {
	case err == nil:
		r.id, r.opened = string(id), true
		return nil
	case !refuses(err):
		return err
	}
	err = refusal{fmt.Errorf("%w (no channel is left, the card has no such application, or the modem keeps it to itself)", err)}
	if r.refused == nil {
		r.refused = make(map[string]error)
	}
	r.refused[string(aid)], r.why = err, err
	return err
}

// tell returns what the application tells of itself, by STATUS, which moves
// nothing; nothing, when that does not work.
func (r *cglaRoute) tell(ctx context.Context) ([]byte, error) {
	defer r.a.byItself()()
	c := apdu.Status(0x00)
	for range 2 {
		rapdu, err := r.inSession(ctx, c)
		if err != nil && !refuses(err) {
			return nil, err
		}
		resp, bad := apdu.ParseResponse(rapdu)
		if err == nil && bad == nil && resp.SW.WrongLe() {
			c.Ne = int(resp.SW.SW2())
			continue
		}
		if err == nil && resp.SW.Err() == nil {
			return rapdu, nil
		}
		break
	}
	return []byte{0x90, 0x00}, nil
}

// inSession is AT+CGLA. What selects or reads is sent once more when it is
// refused: Quectel EC20F and EG25 answer ERROR at random.
func (r *cglaRoute) inSession(ctx context.Context, c apdu.Command) ([]byte, error) {
	rapdu, err := r.once(ctx, c)
	if err != nil && refuses(err) && repeatable(c) {
		rapdu, err = r.once(ctx, c)
	}
	if err == nil {
		r.a.used = WayCGLA
	}
	return rapdu, err
}

func (r *cglaRoute) once(ctx context.Context, c apdu.Command) ([]byte, error) {
	return r.a.inForm(c, func(c apdu.Command, capdu []byte) ([]byte, error) {
		line := apduLine("AT+CGLA="+r.id+",", capdu)
		return r.a.link.do(ctx, apduRequest(&cglaAnswer, line, c), r.a.own)
	})
}

// close is AT+CCHC. A modem without it (Sierra EM9191) keeps the session: that
// is the error, and the session is forgotten.
func (r *cglaRoute) close(ctx context.Context) error {
	if r.id == "" {
		return nil
	}
	_, err := r.a.link.do(ctx, request{line: "AT+CCHC=" + r.id, pick: pickNothing}, true)
	if mayBeOpen(err) {
		return err
	}
	r.begin()
	return err
}

// begin is where there is no session.
func (r *cglaRoute) begin() {
	r.id = ""
	r.before = crsmRoute{a: r.a, belowMF: !slices.Contains(r.a.ways, WayCRSM)}
}

// pickNothing takes OK alone, and whatever lines come with it.
func pickNothing(lines []string) ([]byte, error) {
	for _, err := range separated(lines) {
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// refusal makes an error one that tells of a refusal by the modem.
type refusal struct{ error }

func (r refusal) Unwrap() []error { return []error{r.error, apdu.ErrRefused} }
