// Package image makes the PKCS#15 file set that leads a device to its
// bootstrap data (LwM2M Core Appendix G), from the content of
// EF(LwM2M_Bootstrap):
//
//	MF 3F00
//	 ├─ EF(DIR) 2F00           a record: AID, label, path          3F00-2F00-dir.bin
//	 └─ ADF PKCS#15 7F50
//	     ├─ EF(ODF)       5031 leads to the DODF                   7F50-5031-odf.bin
//	     ├─ EF(TokenInfo) 5032 what tools for PKCS#15 look for     7F50-5032-tokeninfo.bin
//	     ├─ EF(DODF)      6430 leads to the file: 2.23.43.9.1      7F50-6430-dodf.bin
//	     └─ EF(LwM2M_Bootstrap) 6432, filled with FF               7F50-6432-bootstrap.bin
//
// [Build] makes an [Image]: files, and scripts that put them on a card whose
// files exist, as APDUs and for pySim-shell. A script empties the header of the
// bootstrap file first and writes it last, so that a card which was pulled in
// the middle holds no data rather than half of them. No script has a key of
// the card's issuer in it.
//
// An image holds the keys of the device: its contents print as their number.
package image
