package csim_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/simboot"
	"github.com/lwm2mboot/lwm2mboot/transport/csim"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

// Lines of a bootstrap over AT+CGLA.
const (
	pkcs15    = "A000000063504B43532D3135"
	cchoLine  = `AT+CCHO="` + pkcs15 + `"`
	selectODF = `14,"00A4000C025031"`
	readDODF  = `10,"00B0000000"`
)

func only(ways ...csim.Way) *csim.AccessConfig { return &csim.AccessConfig{Ways: ways} }

func modemWith(quirks ...simcard.Quirk) (options []simcard.ModemOption) {
	for _, q := range quirks {
		options = append(options, q)
	}
	return options
}

func TestQuirk2SessionIDWithoutPrefix(t *testing.T) {
	visit{config: only(csim.WayCGLA), modem: modemWith(simcard.BareSession)}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, cchoLine, o.lines[0])
		require.Equal(t, `AT+CGLA=21,`+selectODF, o.lines[1])
		require.Equal(t, "AT+CCHC=21", o.lines[7])
		require.Equal(t, "AT+CGLA", o.access.Way())
	})
}

func TestQuirk3SessionIDIsAHandle(t *testing.T) {
	visit{config: only(csim.WayCGLA), modem: modemWith(simcard.SessionHandle)}.works(t, func(t *testing.T, o outcome) {
		require.Regexp(t, `^AT\+CGLA=00000000038aa3[0-9a-f]{2},`, o.lines[1])
		require.Regexp(t, `^AT\+CCHC=00000000038aa3[0-9a-f]{2}$`, o.lines[7])
	})
}

func TestQuirk4TestFormsAreNeverSent(t *testing.T) {
	for _, q := range []simcard.Quirk{simcard.TestFormsFail, simcard.TestFormsHang, simcard.NoCSIM, simcard.NoChannels, simcard.RefusesPKCS15} {
		visit{config: only(csim.WayCSIM, csim.WayCGLA, csim.WayBasic, csim.WayCRSM), modem: modemWith(q)}.works(t, func(t *testing.T, o outcome) {
			for _, line := range o.lines {
				require.NotContains(t, line, "=?")
			}
		})
	}
}

func TestQuirk5ModemWithoutCCHCIsToldOnceAndTheDataAreRead(t *testing.T) {
	visit{config: only(csim.WayCGLA), modem: modemWith(simcard.NoCCHC)}.read(t, func(t *testing.T, o outcome) {
		require.NoError(t, o.err)
		require.ErrorContains(t, o.found.CloseErr, "AT+CCHC")
		require.NotErrorIs(t, o.found.CloseErr, apdu.ErrRefused)
		require.Equal(t, 1, o.count("AT+CCHC"))
	})
	visit{modem: modemWith(simcard.NoCCHO, simcard.TextErrors)}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, "AT+CSIM", o.access.Way())
	})
}

func TestQuirk6FourByteCommandIsSentInFive(t *testing.T) {
	for _, q := range []simcard.Quirk{simcard.FiveOctetsAtLeast, simcard.LengthFrom10} {
		visit{modem: modemWith(q)}.works(t, func(t *testing.T, o outcome) {
			require.Len(t, o.lines, 10)
			require.Equal(t, `AT+CSIM=8,"00708001"`, o.lines[8])
			require.Equal(t, `AT+CSIM=10,"0070800100"`, o.lines[9])
			require.True(t, o.access.Profile().FiveBytes)
		})
		visit{modem: modemWith(q), times: 2}.works(t, func(t *testing.T, o outcome) {
			require.Len(t, o.lines, 9, "it was learnt")
			require.Equal(t, `AT+CSIM=10,"0070800100"`, o.lines[8])
		})
	}
}

func TestQuirk7CommandOfCase4IsSentWithoutLe(t *testing.T) {
	card := simcard.RefuseNoAnswer // so that SELECT asks for an FCP
	visit{modem: modemWith(simcard.RefusesLeInCase4), card: []simcard.Option{card}}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, `AT+CSIM=36,"01A404040CA000000063504B43532D313500"`, o.lines[2])
		require.Equal(t, `AT+CSIM=34,"01A404040CA000000063504B43532D3135"`, o.lines[3])
		require.Equal(t, csim.Profile{Way: csim.WayCSIM, NoLe: true}, o.access.Profile())
		require.Equal(t, 1, o.count(`AT+CSIM=36,`), "it was learnt")
	})
}

func TestQuirk12AnswersToCGLAInAnyShape(t *testing.T) {
	for _, q := range []simcard.Quirk{
		simcard.SessionInAnswers, simcard.UnquotedAnswers, simcard.LengthTooLarge, simcard.LowerCaseAnswers,
		simcard.NoBlankAnswers, simcard.BlankAnswers, simcard.BareAnswers, simcard.QuotesRequired, simcard.UpperCaseOnly,
	} {
		visit{config: only(csim.WayCGLA), modem: modemWith(q)}.works(t, func(t *testing.T, o outcome) {
			require.Len(t, o.lines, 8, q)
			require.Equal(t, "AT+CGLA", o.access.Way())
		})
	}
}

func TestQuirk15ChannelThatOpensAndDoesNotWork(t *testing.T) {
	var changes []string
	config := &csim.AccessConfig{OnChange: func(from, to csim.Way, why error) {
		require.ErrorIs(t, why, apdu.ErrRefused)
		changes = append(changes, fmt.Sprint(from, " to ", to))
	}}
	visit{config: config, modem: modemWith(simcard.ChannelsDead)}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, []string{"AT+CSIM to AT+CGLA"}, changes)
		require.Equal(t, `AT+CSIM=8,"00708001"`, o.lines[2], "what was opened is closed first")
		require.Equal(t, cchoLine, o.lines[3])
		require.Len(t, o.lines, 3+8)
		require.Equal(t, csim.Profile{Way: csim.WayCGLA}, o.access.Profile())
	})
	visit{modem: modemWith(simcard.ChannelsDead), times: 2}.works(t, func(t *testing.T, o outcome) {
		require.Len(t, o.lines, 8, "it was learnt")
	})
	// The first command may be another than SELECT by AID.
	visit{modem: modemWith(simcard.ChannelsDead), search: simboot.Config{Search: simboot.DirFirst}}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, `AT+CSIM=8,"00708001"`, o.lines[2])
		require.Equal(t, "AT+CRSM=178,12032,1,4,0", o.lines[3])
	})
}

func TestQuirk16ModemWithoutChannelsNeedsTheCallersLeave(t *testing.T) {
	quirk := modemWith(simcard.NoChannels)
	visit{modem: quirk}.read(t, func(t *testing.T, o outcome) {
		require.ErrorIs(t, o.err, apdu.ErrRefused)
		require.NotErrorIs(t, o.err, simboot.ErrNoData)
		require.ErrorContains(t, o.err, "WayCRSM")
		require.Zero(t, o.count(`AT+CSIM=34,"00A404`), "the basic channel is the modem's")
	})
	visit{config: only(csim.WayCSIM, csim.WayCGLA, csim.WayBasic), modem: quirk}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, "AT+CSIM on the basic channel", o.access.Way())
		require.Equal(t, csim.Profile{Way: csim.WayBasic}, o.access.Profile())
	})
	visit{config: only(csim.WayCSIM, csim.WayCGLA, csim.WayCRSM), modem: quirk}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, "AT+CRSM", o.access.Way())
		require.Contains(t, o.lines, `AT+CRSM=176,25650,0,0,0,,"7F50"`)
	})
}

func TestQuirk17SelectIsTriedOnceMoreOnAFreshChannel(t *testing.T) {
	visit{modem: modemWith(simcard.SelectAIDFails)}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, []string{
			openLine, `AT+CSIM=34,"01A4040C0C` + pkcs15 + `"`,
			`AT+CSIM=8,"00708001"`, `AT+CSIM=8,"00708001"`, // the modem drops the first
			openLine, `AT+CSIM=34,"01A4040C0C` + pkcs15 + `"`,
		}, o.lines[:6])
		require.Equal(t, csim.Profile{Way: csim.WayCSIM}, o.access.Profile())
	})
}

func TestQuirk18RandomErrorsOfCGLAAreTriedAgain(t *testing.T) {
	visit{config: only(csim.WayCGLA), modem: modemWith(simcard.CGLAFailsAtTimes)}.works(t, func(t *testing.T, o outcome) {
		require.Len(t, o.lines, 8+2)
	})
	visit{modem: modemWith(simcard.CGLAFailsAtTimes)}.works(t, func(t *testing.T, o outcome) {
		require.Zero(t, o.count("AT+CGLA"), "AT+CSIM comes first")
	})
}

func TestQuirk19ChannelOfTheModemIsNotClosed(t *testing.T) {
	for _, config := range []*csim.AccessConfig{nil, only(csim.WayCGLA)} {
		visit{config: config, modem: modemWith(simcard.UsesChannel1), times: 2}.works(t, func(t *testing.T, o outcome) {
			require.Zero(t, o.count(`AT+CSIM=8,"00708001"`))
		})
	}
	visit{modem: modemWith(simcard.UsesChannel1)}.works(t, func(t *testing.T, o outcome) {
		require.Equal(t, 2, o.found.Channel)
		_, err := o.access.Transmit(t.Context(), unhex(t, "00708001"))
		require.Error(t, err)
		require.Len(t, o.lines, 9, "nothing is sent")
	})
}

func TestQuirk40ModemThatKeepsPKCS15ToItself(t *testing.T) {
	quirk := modemWith(simcard.RefusesPKCS15)
	for _, config := range []*csim.AccessConfig{
		nil, only(csim.WayCGLA, csim.WayCSIM), only(csim.WayCSIM), only(csim.WayCGLA, csim.WayCRSM), only(csim.WayCGLA, csim.WayBasic),
	} {
		visit{config: config, modem: quirk}.works(t, func(t *testing.T, o outcome) {
			require.Equal(t, simboot.ByPath, o.found.Way)
			require.LessOrEqual(t, o.count("AT+CCHO"), 1, "one refusal is enough")
		})
	}
	visit{config: only(csim.WayCGLA), modem: quirk}.read(t, func(t *testing.T, o outcome) {
		require.ErrorIs(t, o.err, apdu.ErrRefused)
		require.ErrorContains(t, o.err, "WayCRSM")
	})
	// With a card that has no such application the error says no more than is known.
	visit{config: only(csim.WayCGLA), card: []simcard.Option{simcard.RefuseAID}}.read(t, func(t *testing.T, o outcome) {
		require.Error(t, o.err)
		require.False(t, errors.Is(o.err, simboot.ErrNoData))
	})
}

func TestQuirk43CRSMInAnyShape(t *testing.T) {
	for _, q := range []simcard.Quirk{simcard.CRSMUnquoted, simcard.CRSMEmptyField, simcard.CRSMFailsFirst, simcard.CRSMShortNames, simcard.NoBlankAnswers, simcard.BlankAnswers, simcard.LowerCaseAnswers} {
		for _, search := range []simboot.Search{simboot.AIDFirst, simboot.DirFirst} {
			visit{config: only(csim.WayCRSM), search: simboot.Config{Search: search}, modem: modemWith(q)}.works(t, func(t *testing.T, o outcome) {
				require.Equal(t, "AT+CRSM", o.access.Way(), q)
				require.Equal(t, csim.WayCRSM, o.access.Profile().Way)
			})
		}
		visit{config: only(csim.WayCGLA), search: simboot.Config{Search: simboot.DirFirst}, modem: modemWith(q)}.works(t, func(t *testing.T, o outcome) {
			require.Equal(t, "AT+CGLA", o.access.Way(), q)
			require.GreaterOrEqual(t, o.count("AT+CRSM=178,12032,1,4,"), 1)
		})
	}
	visit{config: only(csim.WayCRSM), modem: modemWith(simcard.NoCRSM)}.read(t, func(t *testing.T, o outcome) {
		require.ErrorIs(t, o.err, apdu.ErrRefused)
	})
}
