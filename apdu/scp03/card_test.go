package scp03_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
)

// fileCard is a small UICC with one application and one transparent file, EF
// 6432, and one of records, EF 6F30, that answers nothing but SELECT outside a
// secure channel. It counts what came.
type fileCard struct {
	t       testing.TB
	keys    scp03.Keys
	info    scp03.Card
	content []byte
	records [][]byte

	raw     bool // hands 61xx over, as over T=0
	deaf    bool // over T=0: the Le of a wrapped command does not arrive
	chunk   int  // the most that READ BINARY gives then
	noFCP   bool // tells nothing
	refuse  func(c apdu.Command) error
	session *scp03.CardSession

	file    string // what is selected
	waiting []byte // for GET RESPONSE
	plain   []string
	nes     []int // of each READ BINARY
	lcs     []int // of each UPDATE BINARY
}

// newFileCard is a card with keys of 16 octets, all levels and random
// challenges; parameter adds to i.
func newFileCard(t testing.TB, parameter byte, content []byte) *fileCard {
	keys, err := scp03.NewKeys(0x30, bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{2}, 16), nil)
	require.NoError(t, err)
	return &fileCard{
		t: t, keys: keys, content: content,
		info:    scp03.Card{KeyVersion: 0x30, Parameter: 0x60 | parameter},
		records: [][]byte{bytes.Repeat([]byte{7}, 20), bytes.Repeat([]byte{8}, 20)},
	}
}

// exampleKeys are the keys of exampleCard.
func exampleKeys() scp03.Keys { return exampleCard().keys }

func exampleCard() *fileCard {
	keys, _ := scp03.NewKeys(0, []byte("the example's ke"), []byte("the example's MA"), nil)
	info := scp03.Card{KeyVersion: 0x30, Parameter: 0x60}
	return &fileCard{t: new(testing.T), keys: keys, info: info, content: []byte("EF(LwM2M_Bootstrap)")}
}

// open opens a logical channel, selects the application and opens a session.
func (f *fileCard) open(cfg scp03.Config) (*apdu.Channel, *scp03.Session) {
	f.t.Helper()
	ch, err := apdu.OpenChannel(f.t.Context(), f)
	require.NoError(f.t, err)
	_, err = ch.SelectApp(f.t.Context(), apdu.AIDPKCS15)
	require.NoError(f.t, err)
	if cfg.KeysFor == nil {
		cfg.KeysFor = scp03.FixedKeys(f.keys)
	}
	s, err := scp03.Open(f.t.Context(), ch, cfg)
	require.NoError(f.t, err)
	f.plain = nil
	return ch, s
}

// Transmit implements apdu.CardTransport.
func (f *fileCard) Transmit(_ context.Context, b []byte) ([]byte, error) {
	c, err := apdu.ParseCommand(b)
	require.NoError(f.t, err)
	if f.refuse != nil {
		if err := f.refuse(c); err != nil {
			return nil, err
		}
	}
	if c.INS == apdu.INSGetResponse {
		n := min(len(f.waiting), c.Ne)
		piece := f.waiting[:n]
		f.waiting = f.waiting[n:]
		return f.pieces(piece), nil
	}
	r := f.answer(c)
	if !f.raw || len(r.Data) == 0 {
		return r.AppendTo(nil), nil
	}
	f.waiting = r.AppendTo(nil)
	return f.pieces(nil), nil
}

// pieces is a piece of an answer with the status word that belongs to it: the
// last two bytes that wait are the answer's own.
func (f *fileCard) pieces(piece []byte) []byte {
	if rest := len(f.waiting) - 2; rest > 0 {
		return append(bytes.Clone(piece), 0x61, byte(min(rest, 100)))
	}
	last := append(bytes.Clone(piece), f.waiting...)
	f.waiting = nil
	return last
}

func (f *fileCard) answer(c apdu.Command) apdu.Response {
	if !scp03.Wrapped(c) {
		f.plain = append(f.plain, c.String())
		switch c.INS {
		case 0x50:
			challenge := bytes.Repeat([]byte{9}, len(c.Data))
			s, data, err := scp03.NewCardSession(f.info, f.keys, c.Data, scp03.CardChallenge{Challenge: challenge})
			if err != nil {
				return apdu.Response{SW: apdu.SWWrongLength}
			}
			f.session = s
			return apdu.Response{Data: data, SW: apdu.SWOK}
		case apdu.INSManageChannel:
			return apdu.Response{Data: []byte{2}[:1-int(c.P1>>7)], SW: apdu.SWOK}
		case apdu.INSSelect:
			return f.selects(c)
		}
		return apdu.Response{SW: apdu.SWSecurity}
	}
	if c.INS == 0x82 {
		if err := f.session.Authenticate(c); err != nil {
			return apdu.Response{SW: err.(apdu.SW)}
		}
		return apdu.Response{SW: apdu.SWOK}
	}
	c, err := f.session.Unwrap(c)
	if err != nil {
		return apdu.Response{SW: err.(apdu.SW)}
	}
	return f.session.Wrap(f.command(c))
}

// command carries a command out, whatever protects it.
func (f *fileCard) command(c apdu.Command) apdu.Response {
	offset := int(c.P1)<<8 | int(c.P2)
	switch c.INS {
	case apdu.INSSelect:
		return f.selects(c)
	case apdu.INSReadBinary:
		f.nes = append(f.nes, c.Ne)
		if f.deaf {
			c.Ne = f.chunk
		}
		if c.Ne > 239 {
			return apdu.Response{SW: apdu.SWWrongLength}
		}
		if offset >= len(f.content) {
			return apdu.Response{SW: apdu.SWWrongOffset}
		}
		return apdu.Response{Data: f.content[offset:min(offset+c.Ne, len(f.content))], SW: apdu.SWOK}
	case apdu.INSUpdateBinary:
		f.lcs = append(f.lcs, len(c.Data))
		copy(f.content[offset:], c.Data)
		return apdu.Response{SW: apdu.SWOK}
	case apdu.INSReadRecord:
		if int(c.P1) > len(f.records) {
			return apdu.Response{SW: apdu.SWRecordNotFound}
		}
		record := f.records[c.P1-1]
		if c.Ne != len(record) && !f.noFCP {
			return apdu.Response{SW: 0x6C00 | apdu.SW(len(record))}
		}
		return apdu.Response{Data: record, SW: apdu.SWOK}
	case apdu.INSVerify:
		if bytes.Equal(c.Data, []byte("1234\xFF\xFF\xFF\xFF")) {
			return apdu.Response{SW: apdu.SWOK}
		}
		return apdu.Response{SW: 0x63C2}
	}
	return apdu.Response{SW: apdu.SWWrongINS}
}

func (f *fileCard) selects(c apdu.Command) apdu.Response {
	switch name := upperHex(c.Data); name {
	case "6432", "6F30":
		f.file = name
	case upperHex([]byte(apdu.AIDPKCS15)), "7FFF":
	default:
		return apdu.Response{SW: apdu.SWFileNotFound}
	}
	switch {
	case c.P2&0x0C == 0x0C:
		return apdu.Response{SW: apdu.SWOK}
	case f.noFCP:
		return apdu.Response{SW: apdu.SWWrongP1P2}
	case f.file == "6F30":
		return apdu.Response{Data: unhex(f.t, "620B 8205 4221 0014 02 8302 6F30"), SW: apdu.SWOK}
	case f.file == "6432":
		n := len(f.content)
		fcp := append(unhex(f.t, "620C 8202 4121 8302 6432 8002"), byte(n>>8), byte(n))
		return apdu.Response{Data: fcp, SW: apdu.SWOK}
	}
	return apdu.Response{Data: unhex(f.t, "6200"), SW: apdu.SWOK}
}
