package csim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func TestFilesAreReadByCRSMWithoutASELECT(t *testing.T) {
	run(t, only(csim.WayCRSM), []step{
		{open, "019000", nil},
		{"01B0000001", "6986", nil}, // nothing is selected
		{"01A4080C022F00", "9000", nil},
		{"01B2010400", "6126", nil},
		{"01B2020426", "6A83", nil},
		{"01A4000C023F00", "9000", nil},
		{"01A4000C022FE2", "9000", nil},
		{"01B000000A", "AA9000", nil},
		{"01A4080C047F506432", "9000", nil},
		{"01B07F0100", "BB9000", nil},
		{"00708001", "9000", nil},
	},
		answered("AT+CRSM=178,12032,1,4,0", "+CRSM: 97,38"),
		answered("AT+CRSM=178,12032,2,4,38", "+CRSM: 106,131"),
		answered("AT+CRSM=176,12258,0,0,10", `+CRSM: 144,0,"AA"`),
		answered(`AT+CRSM=176,25650,127,1,0,,"7F50"`, `+CRSM: 144,0,BB`))
}

func TestShortIdentifierOfDIRIsKnown(t *testing.T) {
	run(t, only(csim.WayCRSM), []step{
		{open, "019000", nil},
		{"01B201F400", "AA9000", nil},
		{"01B09E0000", "6981", nil},
		{"01B2010C00", "6A82", nil}, // another one is not known
		{"01B0810000", "6A82", nil},
		{"01A4080C047F506432", "9000", nil},
		{"01B201F400", "6A82", nil}, // nor this one elsewhere
	},
		answered("AT+CRSM=178,12032,1,4,0", `+CRSM: 144,0,"AA"`),
		answered("AT+CRSM=176,12032,0,0,0", `+CRSM: 105,129`))
}

func TestFormsOfSELECTThatLeaveDoubtAreRefused(t *testing.T) {
	steps := []step{{open, "019000", nil}}
	for _, s := range []struct{ capdu, sw string }{
		{"01A4000C025031", "6A86"},     // child of what?
		{"01A4000C027F50", "6A86"},     // a DF, of which children could follow
		{"01A4090C027F50", "6A86"},     // from the current DF
		{"01A4030C", "6A86"},           // the parent
		{"01A4080C047FFF6432", "6A82"}, // no application
		{"01A4080C013F", "6A86"},
		{"01B0000001", "6986"}, // and nothing is selected
	} {
		steps = append(steps, step{s.capdu, s.sw, nil})
	}
	for _, capdu := range []string{"01" + selectApp, "01B1000004540200000A", "0120000100", "01D6000001AA", "81F2000000", "05B0000001", "01B00000000101", "01B2010200", "01C0000010"} {
		steps = append(steps, step{capdu, "", apdu.ErrRefused})
	}
	run(t, only(csim.WayCRSM), steps)
}

const (
	plainPath  = `AT+CRSM=176,25650,0,0,1,,"7F50"`
	pathMF     = `AT+CRSM=176,25650,0,0,1,,"3F007F50"`
	quotedPath = `AT+CRSM=176,25650,0,0,1,"","7F50"`
	quotedMF   = `AT+CRSM=176,25650,0,0,1,"","3F007F50"`
)

func TestFormOfAPathIsFoundAndLearnt(t *testing.T) {
	good := `+CRSM: 144,0,"AA"`
	first := []step{{open, "019000", nil}, {"01A4080C047F506432", "9000", nil}}
	for _, tt := range []struct {
		form  csim.PathForm
		calls []call
	}{
		{csim.PathPlain, []call{answered(plainPath, good)}},
		{csim.PathPlain, []call{answered(plainPath, "+CRSM: 106,134"), answered(plainPath, good)}}, // Gobi
		{csim.PathMF, []call{failed(plainPath, "ERROR"), answered(pathMF, good)}},
		{csim.PathMF, []call{answered(plainPath, "+CRSM: 106,130"), answered(pathMF, good)}},
		{csim.PathQuoted, []call{answered(plainPath, "+CRSM: 148,4"), failed(pathMF, "+CME ERROR: 50"), answered(quotedPath, good)}},
		{csim.PathQuotedMF, []call{failed(plainPath, "ERROR"), failed(pathMF, "ERROR"), failed(quotedPath, "ERROR"), answered(quotedMF, good)}},
	} {
		steps := append(first[:2:2], step{"01B0000001", "AA9000", nil}, step{"01B0000001", "AA9000", nil}, step{"01B0000001", "6A82", nil})
		last := tt.calls[len(tt.calls)-1].want
		a := run(t, only(csim.WayCRSM), steps, append(tt.calls, answered(last, good), answered(last, "+CRSM: 106,130"))...)
		require.Equal(t, csim.Profile{Way: csim.WayCRSM, Path: tt.form}, a.Profile())

		// The next start begins with it, and believes it.
		run(t, &csim.AccessConfig{Ways: []csim.Way{csim.WayCRSM}, Profile: a.Profile()}, append(first[:2:2], step{"01B0000001", "6A82", nil}),
			answered(last, "+CRSM: 106,130"))
	}
}

func TestFileThatNoFormFindsIsNotThere(t *testing.T) {
	first := []step{{open, "019000", nil}, {"01A4080C047F506432", "9000", nil}}
	run(t, only(csim.WayCRSM), append(first[:2:2], step{"01B0000001", "6A82", nil}),
		failed(plainPath, "ERROR"), answered(pathMF, "+CRSM: 106,130"), failed(quotedPath, "ERROR"), answered(quotedMF, "+CRSM: 106,134"))
	run(t, only(csim.WayCRSM), append(first[:2:2], step{"01B0000001", "", apdu.ErrRefused}),
		failed(plainPath, "+CME ERROR: 100"), failed(pathMF, "ERROR"), failed(quotedPath, "ERROR"), failed(quotedMF, "ERROR"))
	run(t, only(csim.WayCRSM), append(first[:2:2], step{"01B0000001", "", apdu.ErrCardBusy}),
		failed(plainPath, "ERROR"), failed(pathMF, "+CME ERROR: 14"))
	// A profile that is wrong is corrected.
	a := run(t, &csim.AccessConfig{Ways: []csim.Way{csim.WayCRSM}, Profile: csim.Profile{Path: csim.PathQuotedMF}},
		append(first[:2:2], step{"01B0000001", "9000", nil}), failed(quotedMF, "ERROR"), answered(plainPath, "+CRSM: 144,0"))
	require.Equal(t, csim.PathPlain, a.Profile().Path)
}

func TestSessionsOwnCRSMReadsNoDirectoryUnlessAllowed(t *testing.T) {
	steps := []step{{open, "019000", nil}, {"01A4080C047F506432", "", apdu.ErrRefused}, {"01A4080C022F00", "9000", nil}, {"01B2010401", "AA9000", nil}}
	dir := answered("AT+CRSM=178,12032,1,4,1", `+CRSM: 144,0,"AA"`)
	a := run(t, only(csim.WayCGLA), steps, dir)
	require.Equal(t, "AT+CRSM", a.Way())
	require.Zero(t, a.Profile(), "that AT+CGLA works is not known")
	steps[1] = step{"01A4080C047F506432", "9000", nil}
	run(t, only(csim.WayCGLA, csim.WayCRSM), steps, dir)
}
