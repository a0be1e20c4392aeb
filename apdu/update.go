package apdu

import (
	"context"
	"fmt"
)

// INSUpdateRecord is UPDATE RECORD (ISO/IEC 7816-4:2013 11.4.5).
const INSUpdateRecord byte = 0xDC

// UpdateRecord returns UPDATE RECORD of record number in the current EF, or in
// the one with the short EF identifier sfi if it is not 0 (absolute mode). A
// card takes a record of the file's record length and no other.
func UpdateRecord(number, sfi byte, record []byte) Command {
	return Command{INS: INSUpdateRecord, P1: number, P2: sfi<<3 | 0b100, Data: record}
}

// oddOverhead is the room that an UPDATE BINARY of the odd instruction code
// takes for its offset and tags.
const oddOverhead = 8

// UpdateFile writes data into the transparent file that ref names, from offset
// in ref's part on, 255 bytes a command or what a session leaves of them. It
// changes those bytes and no others, and cannot make a file longer. Of ref it
// looks at App, Path, Offset and Length; nothing is sent when the data go beyond
// Length, unless it is 0, or beyond [MaxFile]: [ErrFileTooLarge].
//
// A file is not written in one step. When a command fails, what stands before
// the offset that the error tells is written, and what was lost on its way may
// be: write what makes the rest valid last, by a call of its own. A SELECT
// stands before each UPDATE BINARY, since a modem may move the file pointer
// between commands, and what is written must not go into another file.
//
// Errors to test for: [ErrNotFound], no such file; [ErrSecurity], a PIN or key
// is asked for; [SWWrongOffset] and 6A84, the file ends before.
func (ch *Channel) UpdateFile(ctx context.Context, ref FileRef, offset int, data []byte) error {
	if err := ch.updateFile(ctx, ref, offset, data); err != nil {
		return fmt.Errorf("update EF %v: %w", ref, err)
	}
	return nil
}

func (ch *Channel) updateFile(ctx context.Context, ref FileRef, offset int, data []byte) error {
	limit := MaxFile - ref.Offset
	if ref.Length > 0 {
		limit = min(limit, ref.Length)
	}
	if ref.Offset < 0 || ref.Length < 0 || offset < 0 || offset > limit || len(data) > limit-offset {
		return fmt.Errorf("%d bytes at %d are not in 0 to %d: %w", len(data), offset, max(0, limit), ErrFileTooLarge)
	}
	for len(data) > 0 {
		at, n := ref.Offset+offset, min(len(data), ch.maxNc())
		if at > MaxOffset {
			n = min(n, ch.maxNc()-oddOverhead)
		}
		if err := ch.update(ctx, ref, UpdateBinary(at, data[:n])); err != nil {
			return fmt.Errorf("UPDATE BINARY offset %d: %w", at, err)
		}
		offset, data = offset+n, data[n:]
	}
	return nil
}

// UpdateRecord writes the record of that number, 1 to [MaxRecords], of the
// record file that path leads to; record has the length that the file's
// records have, see [FCP]. Errors to test for: [ErrNotFound], no such file or
// record; [ErrWrongLength]; [ErrSecurity]; [SWWrongStructure], the file is not
// of records.
func (ch *Channel) UpdateRecord(ctx context.Context, path Path, number byte, record []byte) error {
	err := error(SWRecordNotFound)
	if number >= 1 && number <= MaxRecords {
		err = ch.update(ctx, FileRef{Path: path}, UpdateRecord(number, SFINone, record))
	}
	if err != nil {
		return fmt.Errorf("update EF %v: UPDATE RECORD %d: %w", path, number, err)
	}
	return nil
}

// update selects the file of a reference and sends one command that writes.
func (ch *Channel) update(ctx context.Context, ref FileRef, c Command) error {
	if ref.App != "" && ref.App != ch.app {
		if _, err := ch.SelectApp(ctx, ref.App); err != nil {
			return err
		}
	}
	if _, err := ch.SelectFile(ctx, ref.Path); err != nil {
		return err
	}
	resp, err := ch.Transmit(ctx, c)
	if err != nil {
		return err
	}
	return updated(resp.SW)
}

// updated is the error of a status word that answers a command which writes:
// 62xx says that the memory is unchanged, 63Cx that it took x tries (ETSI TS
// 102 221 10.2.1.3; elsewhere it tells of a wrong PIN).
func updated(sw SW) error {
	switch _, retried := sw.Retries(); {
	case retried:
		return nil
	case sw.SW1() == 0x62:
		return fmt.Errorf("nothing was written: %w", sw)
	}
	return sw.Err()
}
