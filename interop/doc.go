// Package interop holds the tests against software that is not ours. They are
// behind the build tag interop, since they need a machine that they may
// install things on; .ci/interop does all of that and runs them.
//
//	simcard ─▶ vpcd ─▶ pcscd ─▶ transport/pcsc ─▶ simboot        our card, their reader
//	simcard ─▶ vpcd ─▶ pcscd ─▶ OpenSC's pkcs15-tool             our card, their PKCS#15
//	vpicc   ─▶ vpcd ─▶ pcscd ─▶ transport/pcsc ─▶ simboot        their card, our PKCS#15 files
//	pkcs15.Append… ─▶ libtasn1's asn1Decoding                    our files, their ASN.1
//
// The peers, Debian's packages: pcscd and vsmartcard-vpcd (a virtual reader),
// opensc, vsmartcard-vpicc (a card of ISO/IEC 7816-4 in Python), libtasn1-bin.
package interop
