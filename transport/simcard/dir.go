package simcard

import (
	"bytes"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

const (
	sfiDir         = 0x1E // ETSI TS 102 221 annex H
	minDirRecord   = 38   // octets; templates stay below 128, so a length is one octet
	transparentDir = 128  // octets, more if need be
	maxAID         = 16
)

// makeDir puts EF(DIR) under the MF, with one record for each application and
// an unused one, unless there is an EF(DIR) or no application.
//
//	61 L { 4F L AID  [50 L label]  [51 L path] }  FF…
func makeDir(mf *node, layout set[Layout]) error {
	apps := applications(mf)
	if len(apps) == 0 || mf.child(apdu.FIDDir) != nil {
		return nil
	}
	var records [][]byte
	for _, app := range apps {
		record := dirRecord(app, layout)
		if record.IsPKCS15() && layout.has(DirWithoutPKCS15) {
			continue
		}
		octets, err := pkcs15.AppendDirRecord(nil, record)
		if err != nil {
			return err
		}
		records = append(records, octets)
	}
	if layout.has(DirTransparent) {
		content := bytes.Join(records, nil)
		content = append(content, make([]byte, max(0, transparentDir-len(content)))...)
		return mf.put(EF(apdu.FIDDir, content), 0)
	}
	records = append(records, bytes.Repeat([]byte{0xFF}, minDirRecord))
	padRecords(records)
	if layout.has(DirFilled) {
		for _, r := range records[:len(records)-1] {
			r[1] = byte(len(r) - 2) // the template's length
		}
	}
	ef := RecordEF(apdu.FIDDir, records...)
	ef.SFI = sfiDir
	return mf.put(ef, 0)
}

// dirRecord is an application's entry.
func dirRecord(app *node, layout set[Layout]) pkcs15.DirRecord {
	record := pkcs15.DirRecord{AID: app.AID, Label: app.Label}
	if layout.has(DirAIDZeroPadded) {
		record.AID += apdu.AID(make([]byte, maxAID-len(app.AID)))
	}
	if app.FID != 0 && !layout.has(DirWithoutPath) {
		record.Path = apdu.Path{apdu.FIDMF, app.FID}
	}
	return record
}
