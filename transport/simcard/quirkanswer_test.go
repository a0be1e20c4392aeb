package simcard_test

import (
	"testing"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// dialogue is a transcript with a modem that has quirks, on the card of small.
type dialogue struct {
	name   string
	quirks []simcard.ModemOption
	pairs  []string
}

func (d dialogue) run(t *testing.T, opts ...simcard.Option) {
	t.Run(d.name, func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			quiet(t, newCard(t, small(opts...)...), d.quirks...).expect(d.pairs...)
		})
	})
}

// with is a dialogue named by its quirks.
func with(q simcard.Quirk, pairs ...string) dialogue {
	return dialogue{q.String(), []simcard.ModemOption{q}, pairs}
}

func TestShapesOfAnswers(t *testing.T) {
	const notFound = "AT+CSIM=14,\"00A4000C02FFFE\"\r"
	for _, d := range []dialogue{
		with(simcard.LowerCaseAnswers,
			notFound, ok(`+CSIM: 4,"6a82"`), readFile, ok(`+CSIM: 4,"6986"`),
			openSession, ok("+CCHO: 21"), selectInside, ok(`+CGLA: 4,"9000"`), readInside, ok(`+CGLA: 10,"6f6e659000"`),
			"AT+CRSM=176,12033,0,0,2\r", ok(`+CRSM: 144,0,"6d66"`)),
		with(simcard.NoBlankAnswers,
			selectFile, ok(`+CSIM:4,"9000"`), "AT+CRSM=176,12033,0,0,2\r", ok(`+CRSM:144,0,"6D66"`)),
		with(simcard.BlankAnswers,
			selectFile, ok(`+CSIM:  4, "9000"`), "AT+CRSM=176,12033,0,0,2\r", ok(`+CRSM:  144,0, "6D66"`)),
		with(simcard.UnquotedAnswers,
			selectFile, ok(`+CSIM: 4,9000`), readFile, ok(`+CSIM: 8,6D669000`),
			openSession, ok("+CCHO: 21"), selectInside, ok(`+CGLA: 4,9000`),
			"AT+CRSM=176,12033,0,0,2\r", ok(`+CRSM: 144,0,6D66`)),
		with(simcard.BareAnswers,
			selectFile, ok(`9000`), readFile, ok(`6D669000`),
			openSession, ok("+CCHO: 21"), readInside, ok(`6986`)),
		with(simcard.ZerosBeforeSW,
			selectFile, ok(`+CSIM: 4,"9000"`), readFile, ok(fileContent), notFound, ok(`+CSIM: 8,"00006A82"`),
			openChannel, ok(`+CSIM: 6,"019000"`), openChannel, ok(`+CSIM: 6,"006A81"`),
			"AT+CSIM=10,\"0020000100\"\r", ok(`+CSIM: 8,"00006A88"`)),
		with(simcard.LengthTooLarge,
			notFound, ok(`+CSIM: 10,"6A82"`), selectFile, ok(`+CSIM: 10,"9000"`), readFile, ok(fileContent),
			openSession, ok("+CCHO: 21"), selectInside, ok(`+CGLA: 16,"9000"`), readInside, ok(`+CGLA: 10,"6F6E659000"`)),
		with(simcard.SessionInAnswers,
			selectFile, ok(`+CSIM: 4,"9000"`),
			openSession, ok("+CCHO: 21"), selectInside, ok(`+CGLA: 21,4,"9000"`)),
		{"two of them", []simcard.ModemOption{simcard.UnquotedAnswers, simcard.LowerCaseAnswers, simcard.NoBlankAnswers}, []string{
			notFound, ok(`+CSIM:4,6a82`)}},
	} {
		d.run(t, simcard.Channels(1))
	}
}

func TestShapesOfLines(t *testing.T) {
	for q, want := range map[simcard.Quirk][2]string{
		simcard.CRAlone:     {"\r+CSIM: 4,\"9000\"\r\rOK\r", "\rERROR\r"},
		simcard.LeadingNULs: {"\x00\x00\x00" + ok(`+CSIM: 4,"9000"`), "\x00\x00\x00" + failed("ERROR")},
	} {
		bubble(t, func(t *testing.T) {
			newHost(t, newCard(t, small()...), q, simcard.NoEcho()).expect(selectFile, want[0], "AT+NONE\r", want[1])
		})
	}
}

func TestEchoStays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		newHost(t, newCard(t), simcard.EchoStays).expect(
			"ATE0\r", "ATE0\r"+done,
			"AT\r", "AT\r"+done,
			"ATE0;+NONE\r", "ATE0;+NONE\r"+failed("ERROR"),
			"AT\r", "AT\r"+done)
	})
}

func TestZerosBeforeTheStatusWordOfACardWithoutChannels(t *testing.T) {
	with(simcard.ZerosBeforeSW, openChannel, ok(`+CSIM: 6,"006881"`)).run(t, simcard.Channels(0))
	with(simcard.ZerosBeforeSW, openChannel, ok(`+CSIM: 8,"00006D00"`)).run(t, simcard.Channels(0), simcard.ChannelRefusal(apdu.SWWrongINS))
}
