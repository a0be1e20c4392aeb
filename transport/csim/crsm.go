package csim

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// crsmRoute is WayCRSM, and WayCGLA before its session. The modem selects the
// file of each AT+CRSM itself, so that SELECT costs nothing and tells nothing:
// whether the file is there, the first READ says.
//
//	SELECT 08 0C 7F50 6432   nothing
//	READ BINARY              AT+CRSM=176,25650,0,0,0,,"7F50"   +CRSM: 144,0,"…"
type crsmRoute struct {
	a   *Access
	dir apdu.Path // of the file, from the MF, which is left out
	fid apdu.FID  // 0: no file is selected

	belowMF bool // files directly below the MF alone
}

func (r *crsmRoute) open(context.Context) (apdu.SW, error) { return 0, nil }

func (r *crsmRoute) close(context.Context) error {
	r.dir, r.fid = nil, 0
	return nil
}

func (r *crsmRoute) transmit(ctx context.Context, c apdu.Command) ([]byte, error) {
	const sfi = 0b1000_0000 // in P1 of READ BINARY
	switch {
	case c.CLA != 0, c.Ne > apdu.MaxShortNe:
	case c.INS == apdu.INSSelect && c.P1 == apdu.SelectPathMF && len(c.Data) > 2 && r.belowMF:
		return nil, fmt.Errorf("csim: AT+CRSM may read EF(DIR) alone, unless WayCRSM is among the ways allowed: %w", apdu.ErrRefused)
	case c.INS == apdu.INSSelect && c.P1 != apdu.SelectByAID:
		return status(r.selectFile(c)), nil
	case c.INS == apdu.INSReadBinary && c.P1&sfi != 0:
		if sw := r.selectSFI(c.P1 &^ sfi); sw != apdu.SWOK {
			return status(sw), nil
		}
		c.P1 = 0
		return r.read(ctx, c)
	case c.INS == apdu.INSReadBinary:
		return r.read(ctx, c)
	case c.INS == apdu.INSReadRecord && c.P2&0b111 == 0b100:
		if c.P2>>3 != 0 {
			if sw := r.selectSFI(c.P2 >> 3); sw != apdu.SWOK {
				return status(sw), nil
			}
			c.P2 &= 0b111
		}
		return r.read(ctx, c)
	}
	return nil, fmt.Errorf("csim: AT+CRSM reads files by their path, and does nothing else: %v: %w", c, apdu.ErrRefused)
}

// selectFile notes the file. Only forms that leave no doubt are taken: 3F00, a
// path from the MF, and identifiers of files below the MF (2FXX). Forms that
// depend on what is current are refused as a card would.
func (r *crsmRoute) selectFile(c apdu.Command) apdu.SW {
	path, err := apdu.ParsePath(c.Data)
	switch {
	case err != nil:
		return apdu.SWWrongP1P2
	case path[0] == apdu.FIDCurrentADF:
		return apdu.SWFileNotFound // there is no application
	case c.P1 == apdu.SelectByFID && len(path) == 1 && path[0] == apdu.FIDMF:
		r.dir, r.fid = nil, 0
	case c.P1 == apdu.SelectByFID && len(path) == 1 && path[0]>>8 == 0x2F,
		c.P1 == apdu.SelectPathMF:
		r.dir, r.fid = path[:len(path)-1], path[len(path)-1]
	default:
		return apdu.SWWrongP1P2
	}
	return apdu.SWOK
}

// selectSFI selects a file by its short identifier; only that of EF(DIR) is
// fixed (ETSI TS 102 221 13.1).
func (r *crsmRoute) selectSFI(sfi byte) apdu.SW {
	const dir = 0x1E
	if sfi != dir || len(r.dir) > 0 {
		return apdu.SWFileNotFound
	}
	r.fid = apdu.FIDDir
	return apdu.SWOK
}

// read is AT+CRSM, in one form after another until the card finds the file.
func (r *crsmRoute) read(ctx context.Context, c apdu.Command) (rapdu []byte, err error) {
	if r.fid == 0 {
		return status(apdu.SWNoCurrentEF), nil
	}
	known := r.a.profile.Path
	for i, form := range r.a.pathForms(len(r.dir) == 0) {
		answer, refused := r.ask(ctx, form, c)
		if refused != nil && !refuses(refused) {
			return nil, refused
		}
		lost := refused != nil || badPath(answer)
		if !lost && len(r.dir) > 0 {
			r.a.profile.Path = form
		}
		if !lost || refused == nil && form == known {
			r.a.used = WayCRSM
			return answer, nil
		}
		if i == 0 || rapdu == nil && refused == nil {
			rapdu, err = answer, refused // what the card said tells more
		}
	}
	if rapdu != nil {
		r.a.used = WayCRSM
		return rapdu, nil
	}
	return nil, refusal{err}
}

// ask is AT+CRSM in one form. The first answer of Gobi modems is 6A86, whatever
// was asked.
func (r *crsmRoute) ask(ctx context.Context, form PathForm, c apdu.Command) ([]byte, error) {
	rapdu, err := r.a.link.do(ctx, apduRequest(&crsmAnswer, r.line(form, c), c), r.a.own)
	first := !r.a.crsmAnswered
	r.a.crsmAnswered = r.a.crsmAnswered || err == nil
	if first && err == nil && bytes.Equal(rapdu, status(apdu.SWWrongP1P2)) {
		return r.ask(ctx, form, c)
	}
	return rapdu, err
}

// badPath tells the status words behind which another form may find the file.
func badPath(rapdu []byte) bool {
	resp, _ := apdu.ParseResponse(rapdu) // it has two bytes
	return slices.Contains([]apdu.SW{apdu.SWFileNotFound, apdu.SWWrongP1P2, 0x9404}, resp.SW)
}

// line is
//
//	AT+CRSM=<command>,<fileid>,<P1>,<P2>,<P3>[,<data>,<pathid>]
//
// P3 is Le, 0 for 256. Numbers are decimal.
func (r *crsmRoute) line(form PathForm, c apdu.Command) string {
	b := []byte("AT+CRSM=")
	for _, n := range [...]int{int(c.INS), int(r.fid), int(c.P1), int(c.P2), c.Ne & 0xFF} {
		b = append(strconv.AppendInt(b, int64(n), 10), ',')
	}
	path := r.dir
	if form.fromMF() {
		path = append(apdu.Path{apdu.FIDMF}, path...)
	}
	if len(path) == 0 {
		return string(b[:len(b)-1])
	}
	if form.quoted() {
		b = append(b, `""`...)
	}
	b = append(b, `,"`...)
	return string(appendHex(b, path.AppendTo(nil))) + `"`
}

// status is a response APDU without data.
func status(sw apdu.SW) []byte { return []byte{sw.SW1(), sw.SW2()} }
