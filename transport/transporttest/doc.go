// Package transporttest holds the contract of an apdu.CardTransport against
// the transports of others, fact by fact.
//
//	transporttest.Test ──▶ the transport under test ──▶ the suite's card
//	       ▲                                                │
//	       └──────── what arrived, when, how often ─────────┘
//
// The transport is put in front of a card of the suite's own, which answers
// each command so that its answer can be told from every other's, waits, and
// is taken out. A transport that speaks to a modem gets a simulated modem in
// between:
//
//	func TestTransport(t *testing.T) {
//		transporttest.Test(t, transporttest.Config{
//			New: func(t *testing.T, card apdu.CardTransport) apdu.CardTransport {
//				modem := mine.Open(simcard.NewModem(card))
//				t.Cleanup(func() { modem.Close() })
//				return modem
//			},
//		})
//	}
//
// [TestKnown] is for hardware: a real card of which some answers are known.
package transporttest
