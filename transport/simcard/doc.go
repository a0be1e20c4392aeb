// Package simcard simulates a UICC and the modem in front of it, for tests of
// programs that read one. It needs no hardware, does no I/O and does not
// import testing. Five lines make a card with a bootstrap file on it:
//
//	card, err := simcard.New(simcard.BootstrapFile(file))
//	if err != nil {
//		return err
//	}
//	modem := simcard.NewModem(card) // an io.ReadWriteCloser that speaks AT+CSIM, AT+CCHO and AT+CRSM
//
// A [Card] is an apdu.CardTransport by itself; package pty puts a [Modem] on a
// serial device for programs that want to open one. The card's files are
//
//	MF 3F00
//	 ├─ EF(DIR)   2F00  a record for each application, SFI 1E
//	 ├─ EF(PL)    2F05  SFI 05
//	 ├─ EF(ARR)   2F06  access rules
//	 ├─ EF(ICCID) 2FE2  SFI 02
//	 ├─ ADF USIM        A0000000871002FFFFFFFF8906190000
//	 │   ├─ EF(ARR)  6F06
//	 │   ├─ EF(IMSI) 6F07
//	 │   └─ EF(AD)   6FAD
//	 └─ ADF PKCS#15 7F50  A000000063504B43532D3135, with BootstrapFile only
//	     ├─ EF(ODF)       5031  leads to 6430
//	     ├─ EF(TokenInfo) 5032
//	     ├─ EF(DODF)      6430  leads to 6432: oidDO, 2.23.43.9.1
//	     ├─ EF(LwM2M_Bootstrap) 6432, 1024 octets
//	     └─ EF(ARR)       6F06
//
// and whatever [Files] adds. The card does what ISO/IEC 7816-4 and ETSI TS
// 102 221 want of one: SELECT in all its forms, up to 19 logical channels with
// a state each, PINs with their counters, READ BINARY, READ RECORD, UPDATE
// BINARY, STATUS, GET RESPONSE, and class A0. What a file asks for
// ([ReadCondition], [AnyOf], [AllOf]) stands in EF(ARR), to which its FCP
// refers, and which PINs are enabled in the FCP of each directory.
//
// With [SecureChannel] the PKCS#15 application offers the secure channel of OMA
// LwM2M Appendix H, SCP03, and with [Secured] a file demands it; each way in
// which it goes wrong, or an attacker makes it, is a [SecureFault].
//
//	host ──05 B0 … MAC──▶ Unwrap ──▶ 01 B0 … ──▶ files
//	     ◀──…, MAC, SW──── Wrap ◀───── data, SW ◀──
//
// Cards in the field differ, and so do modems, and a client has to live with
// all of them. Each way of differing is a named option: a [Behaviour] for what
// a card answers, a [Layout] for what its directories hold, a [Quirk] for what
// a modem does. They combine, and [Behaviours], [Layouts], [Quirks] and
// [SecureFaults] list them for a test that runs through all. What has no name
// is played by a [Filter], on what a modem says, and a wrapper with [Around], on
// what it does.
//
// For what happens in the middle of things, [Card.Before] is called ahead of
// each command and may pull the card, reset it or change its files;
// [Card.Observe] sees what was answered; [Card.OpenChannels] and
// [Card.SecureChannels] tell what a client left behind.
package simcard
