package apdu

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// The identifiers that EF(ARR) has as a rule (ETSI TS 102 221 9.2.7).
const (
	FIDARRMF  FID = 0x2F06 // under the MF
	FIDARRADF FID = 0x6F06 // under an application
)

// ErrNoRule tells that the card names no access rule for a file.
var ErrNoRule = errors.New("no access rule is told")

// ReadAccessRule looks up who may read and update the EF that path leads to,
// which itself need not be readable: it selects the file, and reads the record
// of EF(ARR) that its FCP names, for security environment 01 if there are
// several. EF(ARR) is in the file's directory or one above it, up to the
// application, or under the MF. An FCP may tell the rule itself.
//
// Errors to test for: [ErrNoRule], when the FCP names none; [ErrNotFound], no
// such file, or no such record; [ErrBadRule]; [ErrSecurity], when EF(ARR) may
// not be read. What to verify must then be guessed from [FCP].PINs of the
// application: see [Channel.AppFCP].
func (ch *Channel) ReadAccessRule(ctx context.Context, path Path) (AccessRule, error) {
	fcp, err := ch.FileFCP(ctx, path)
	switch {
	case err != nil:
		return AccessRule{}, fmt.Errorf("access rule: %w", err)
	case len(fcp.ARR) == 0 && !fcp.HasRule:
		return AccessRule{}, fmt.Errorf("access rule of %v: %w", path, ErrNoRule)
	case len(fcp.ARR) == 0:
		return fcp.Rule, nil
	}
	ref := fcp.ARR[max(0, slices.IndexFunc(fcp.ARR, func(r ARRRef) bool { return r.SEID == 1 }))]
	for _, place := range arrPlaces(path, ref.FID) {
		var record []byte
		record, err = ch.ReadRecord(ctx, place, ref.Record)
		if err == nil {
			return ParseAccessRule(record)
		}
		if !errors.Is(err, ErrNotFound) {
			break
		}
	}
	return AccessRule{}, fmt.Errorf("access rule of %v: %w", path, err)
}

// arrPlaces are the paths at which the EF(ARR) of a file may be, the likeliest
// first. A fid of 0 stands for the one that it has as a rule.
//
//	3F00/7F50/6432, 6F06   3F00/7F50/6F06, 3F00/6F06
//	7FFF/6432, 6F06        7FFF/6F06, 3F00/6F06
//	6432, 6F06             6F06, 3F00/6F06
func arrPlaces(file Path, fid FID) []Path {
	below, underMF := fid, fid
	if fid == 0 {
		below, underMF = FIDARRADF, FIDARRMF
	}
	top := 0
	if file[0] == FIDMF || file[0] == FIDCurrentADF {
		top = 1
	}
	var places []Path
	for n := len(file) - 1; n >= top; n-- {
		places = append(places, append(slices.Clone(file[:n]), below))
	}
	return slices.CompactFunc(append(places, Path{FIDMF, underMF}), slices.Equal)
}
