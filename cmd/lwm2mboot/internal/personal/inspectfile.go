package personal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// Bounds of an inspection: a card may name more than anybody wants to wait for.
const (
	maxFilesLookedAt = 16
	maxKeysAsked     = 16
)

// file is what the card tells of a file.
func (i *inspector) file(ctx context.Context, ref apdu.FileRef) (r FileReport) {
	r.Path = ref.String()
	if i.looked++; i.looked > maxFilesLookedAt {
		r.Error = "not looked at: the card names too many files"
		return r
	}
	path := i.place(ref).Path
	fcp, err := i.ch.FileFCP(ctx, path)
	switch {
	case errors.Is(err, apdu.ErrNotFound), errors.Is(err, apdu.ErrBadPath):
		r.Error = i.told(err)
		return r
	case err != nil:
		r.FCPError = i.told(err)
		return r
	}
	r.tell(fcp)
	rule, err := i.ch.ReadAccessRule(ctx, path)
	if err != nil {
		r.AccessError = i.told(err)
		return r
	}
	r.Access = rule.String()
	for _, c := range []apdu.Condition{rule.Read(), rule.Update()} {
		for _, way := range c.Alternatives {
			i.note(way...)
		}
	}
	return r
}

// note remembers keys to be asked for.
func (i *inspector) note(keys ...apdu.KeyReference) {
	for _, k := range keys {
		if !isSession(k) && !slices.Contains(i.keys, k) && len(i.keys) < maxKeysAsked {
			i.keys = append(i.keys, k)
		}
	}
}

// tell notes what is in an FCP.
func (r *FileReport) tell(fcp apdu.FCP) {
	if fcp.Structure != apdu.StructureUnknown {
		r.Structure = fcp.Structure.String()
	}
	r.Size, r.SFI = max(0, fcp.Size), int(fcp.SFI)
	r.Records, r.RecordLength = max(0, fcp.Records), max(0, fcp.RecordLength)
	const activated = 0x05
	if l := fcp.LifeCycle; l != activated && l != 0 {
		r.LifeCycle = lifeCycle(l)
	}
}

// lifeCycle names a life cycle status (ISO/IEC 7816-4:2013 table 14).
func lifeCycle(status byte) string {
	switch {
	case status&^0b1 == 0b0100:
		return "deactivated"
	case status&^0b11 == 0b1100:
		return "terminated"
	case status == 0x01, status == 0x03:
		return "not yet in operation"
	}
	return fmt.Sprintf("life cycle %02X", status)
}

// askKeys asks for the tries left of each key, which costs none.
func (i *inspector) askKeys(ctx context.Context) {
	if app := i.ch.App(); app != "" { // where its own PINs are known
		if _, err := i.ch.SelectApp(ctx, app); i.told(err) != "" {
			return
		}
	}
	for _, k := range i.keys {
		r := KeyReport{Reference: int(k), Name: k.String()}
		for _, p := range i.pins {
			if p.Reference == k {
				r.Enabled = &p.Enabled
			}
		}
		left, open, err := i.tries(ctx, k)
		switch {
		case errors.Is(err, ErrUnknownKey):
			r.State = "the card has no such key"
		case errors.Is(err, ErrBlocked):
			r.State = "blocked"
		case err != nil:
			r.State = i.told(err)
		case open:
			r.State = "verified, or switched off"
		case left != TriesUnknown:
			r.Tries = &left
		}
		i.report.Keys = append(i.report.Keys, r)
		if i.fault != nil {
			return
		}
	}
}

// readDirectory reads an EF(ODF) or EF(DODF). Of a file that ends before its
// content does, what there is is returned, for the parser to tell.
func (i *inspector) readDirectory(ctx context.Context, ref apdu.FileRef) ([]byte, error) {
	var seen []byte
	content, err := i.ReadFile(ctx, ref, func(head []byte) (int, error) {
		seen = head
		return pkcs15.DirectoryNeed(head)
	})
	if errors.Is(err, apdu.ErrShortFile) && len(seen) > 0 {
		return seen, nil
	}
	return content, err
}
