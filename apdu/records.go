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
		if _, err := ch.SelectFile(ctx, path); err != nil {
			yield(nil, fmt.Errorf("read EF %v: %w", path, err))
			return
		}
		ne := MaxShortNe
		for n := byte(1); n <= MaxRecords; n++ {
			resp, err := ch.Transmit(ctx, ReadRecord(n, SFINone, ne))
			switch {
			case err != nil:
			case resp.SW == SWRecordNotFound, n > 1 && endsRecords(resp.SW):
				return
			case resp.SW == SWCorrupted:
				err = resp.SW
			default:
				err = resp.SW.Err()
			}
			if err != nil {
				yield(nil, fmt.Errorf("read EF %v: READ RECORD %d: %w", path, n, err))
				return
			}
			if !yield(resp.Data, nil) {
				return
			}
			if len(resp.Data) > 0 {
				ne = min(len(resp.Data), MaxShortNe) // of one length as a rule: no 6Cxx
			}
		}
	}
}

// endsRecords tells the status words, besides 6A83, by which cards say that a
// file has no further record.
func endsRecords(sw SW) bool {
	return oneOf(sw, SWWrongOffset, SWWrongP1P2, 0x9402)
}
