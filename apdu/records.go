package apdu

import (
	"context"
	"fmt"
	"iter"
)

// MaxRecords is the highest record number (ISO/IEC 7816-4:2013 7.3.1); FF is
// reserved.
const MaxRecords = 254

// ReadRecords selects the record file that path leads to and yields its
// records from the first on, one READ RECORD each, until the card says that
// there is no other. A failure is yielded as the last pair. A file that is
// not of records is errors.Is(err, [SWWrongStructure]): some cards keep
// EF(DIR) as a transparent file. The slices are the caller's.
func (ch *Channel) ReadRecords(ctx context.Context, path Path) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		ne, err := ch.selectRecords(ctx, path)
		if err != nil {
			yield(nil, fmt.Errorf("read EF %v: %w", path, err))
			return
		}
		for n := byte(1); n <= MaxRecords; n++ {
			record, found, err := ch.record(ctx, n, ne)
			if err != nil {
				yield(nil, fmt.Errorf("read EF %v: READ RECORD %d: %w", path, n, err))
				return
			}
			if !found || !yield(record, nil) {
				return
			}
			if len(record) > 0 {
				ne = min(len(record), ch.maxNe()) // of one length as a rule: no 6Cxx
			}
		}
	}
}

// ReadRecord selects the record file that path leads to and reads the record
// of that number, 1 to [MaxRecords], as EF(ARR) wants. The slice is the
// caller's. errors.Is(err, [ErrNotFound]): no such file or record;
// [SWWrongStructure]: it is not of records.
func (ch *Channel) ReadRecord(ctx context.Context, path Path, number byte) ([]byte, error) {
	if number < 1 || number > MaxRecords {
		return nil, fmt.Errorf("read EF %v: READ RECORD %d: %w", path, number, SWRecordNotFound)
	}
	ne, err := ch.selectRecords(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("read EF %v: %w", path, err)
	}
	record, found, err := ch.record(ctx, number, ne)
	if err == nil && !found {
		err = SWRecordNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read EF %v: READ RECORD %d: %w", path, number, err)
	}
	return record, nil
}

// selectRecords selects a record file and tells how much to ask for: in a
// session the length of a record, since 6Cxx cannot be followed there.
func (ch *Channel) selectRecords(ctx context.Context, path Path) (ne int, err error) {
	fcp, err := ch.selectRef(ctx, FileRef{Path: path})
	if ne = ch.maxNe(); ch.secure != nil && fcp.RecordLength > 0 {
		ne = min(ne, fcp.RecordLength)
	}
	return ne, err
}

// record reads one record of the current EF; found is false when the card says
// that there is none of that number.
func (ch *Channel) record(ctx context.Context, number byte, ne int) (record []byte, found bool, err error) {
	resp, err := ch.Transmit(ctx, ReadRecord(number, SFINone, ne))
	switch {
	case err != nil:
		return nil, false, err
	case resp.SW == SWRecordNotFound, number > 1 && endsRecords(resp.SW):
		return nil, false, nil
	case resp.SW == SWCorrupted, resp.SW.Err() != nil:
		return nil, false, resp.SW
	}
	return resp.Data, true, nil
}

// endsRecords tells the status words, besides 6A83, by which cards say that a
// file has no further record.
func endsRecords(sw SW) bool {
	return oneOf(sw, SWWrongOffset, SWWrongP1P2, 0x9402)
}
