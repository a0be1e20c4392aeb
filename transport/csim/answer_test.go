package csim

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func TestCommandLineIsUpperCaseQuotedAndCountsDigits(t *testing.T) {
	require.Equal(t, `AT+CSIM=14,"00A40004023F00"`, commandLine(unhex(t, "00a40004023f00")))
	require.Equal(t, `AT+CSIM=8,"00708001"`, commandLine(unhex(t, "00708001")))
}

func TestAnswerIsReadInAnyShapeThatModemsGiveIt(t *testing.T) {
	for _, tt := range []struct{ name, line, want string }{
		{"TS 27.007", `+CSIM: 4,"9000"`, "9000"},
		{"data", `+CSIM: 10,"0102039000"`, "0102039000"},
		{"lower case", `+csim: 4,"6a82"`, "6A82"},
		{"no blank", `+CSIM:8,"000063C1"`, "000063C1"},
		{"blank before the quote", `+CSIM:8, "000063C1"`, "000063C1"},
		{"two blanks", `+CSIM:  8,"000063C1"`, "000063C1"},
		{"blank before the comma", `+CSIM: 4 ,"9000"`, "9000"},
		{"blank at the end", `+CSIM: 4,"9000" `, "9000"},
		{"no quotes", `+CSIM: 4,9000`, "9000"},
		{"no quotes and a blank", `+CSIM: 4, 9000`, "9000"},
		{"length too long", `+CSIM: 10,"63CF"`, "63CF"},
		{"length too short", `+CSIM: 2,"63CF"`, "63CF"},
		{"length of bytes", `+CSIM: 2,"9000"`, "9000"},
		{"no length", `+CSIM: ,"9000"`, "9000"},
		{"length is prose", `+CSIM: four,"9000"`, "9000"},
		{"one byte and SW", `+CSIM: 6,"006A81"`, "006A81"},
		{"bare hex", `9000`, "9000"},
		{"bare hex with data", `aabb9000`, "AABB9000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := csimAnswer.read(tt.line)
			require.NoError(t, err)
			require.Equal(t, unhex(t, tt.want), got)
		})
	}
}

func TestAnswerThatMayBeCutIsRefused(t *testing.T) {
	for _, tt := range []struct{ name, line string }{
		{"nothing", `+CSIM:`},
		{"no comma", `+CSIM: 4`},
		{"no digits", `+CSIM: 4,`},
		{"no digits in quotes", `+CSIM: 0,""`},
		{"two digits", `+CSIM: 2,"90"`},
		{"odd digits", `+CSIM: 5,"90001"`},
		{"no hex", `+CSIM: 4,"90G0"`},
		{"quote not closed", `+CSIM: 8,"12349000`},
		{"quote alone", `+CSIM: 8,"`},
		{"quote not opened", `+CSIM: 4,9000"`},
		{"characters lost among the data", `+CSIM: 12,"01029000"`},
		{"no quotes and too short", `+CSIM: 8,9000`},
		{"no quotes and too long", `+CSIM: 2,9000`},
		{"no quotes and no length", `+CSIM: ,9000`},
		{"more behind", `+CSIM: 4,"9000"OK`},
		{"two fields", `+CSIM: 4,"9000","9000"`},
		{"bare, two digits", `90`},
		{"bare, odd", `90001`},
		{"bare, with a quote", `9000"`},
		{"tail", `: 4,"9000"`},
		{"no status word at the end", `+CSIM: 8,"90001234"`},
		{"bare, no status word", `1234`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := csimAnswer.read(tt.line)
			require.ErrorIs(t, err, apdu.ErrMalformed)
		})
	}
}

// Cut anywhere, an answer without its head or its tail is not another answer.
func TestPartsOfAnAnswerAreNotTakenForOne(t *testing.T) {
	for _, whole := range []string{`+CSIM: 16,"1122334455669000"`, `+CSIM: 16,1122334455669000`, `+CSIM:16, "1122334455669000"`, `1122334455669000`} {
		want, err := pickAnswer([]string{whole})
		require.NoError(t, err)
		for i := 1; i < len(whole); i++ {
			got, err := pickAnswer([]string{whole[:i], "+QIND: \"csq\",20,99", whole[i:]})
			if err == nil {
				require.Equal(t, want, got, "cut at %d: %s", i, whole)
			}
			if strings.Contains(whole[i:], "9000") {
				require.True(t, isAnswer(whole[i:]), "may hold data: %s", whole[i:])
			}
		}
	}
}

func TestUnsolicitedLinesAreNoAnswers(t *testing.T) {
	for _, line := range []string{
		`+QIND: "csq",20,99`, `RDY`, `+CPIN: READY`, `^boot.rom`, `+CREG: 2,"1A2B"`, `+CREG: 2,"1A2B","01A2B3C4"`,
		`+CMTI: "SM",1`, `RING`, `OK`, `+CSIMX: 4,"9000"`, `:`, `M`, `+CSI`, `#QSS: 0`, "",
	} {
		require.False(t, isAnswer(line), line)
	}
}

func TestAnswerIsPickedAmongOtherLines(t *testing.T) {
	got, err := pickAnswer([]string{`AT+CSIM=10,"00C0000002"`, "RDY", "", "+CSIM: 8,\"01029000\"\r\n", "OK"})
	require.NoError(t, err)
	require.Equal(t, unhex(t, "01029000"), got)

	got, err = pickAnswer([]string{"\r\n+CSIM: 4,\"6A82\"\r\n\r\nOK\r\n"})
	require.NoError(t, err)
	require.Equal(t, unhex(t, "6A82"), got)
}

func TestNoAnswerAndSeveralAreOutOfStep(t *testing.T) {
	for _, lines := range [][]string{
		nil,
		{"OK"},
		{"+CREG: 1"},
		{`+CSIM: 4,"9000"`, `+CSIM: 4,"6A82"`},
		{`+CSIM: 4,"9000"`, `+CSIM: 4,"9000"`},
		{`+CSIM: 4,"9000"`, `9000`},
		{"1234", "9"},
	} {
		_, err := pickAnswer(lines)
		require.ErrorIs(t, err, apdu.ErrLostStep, "%q", lines)
	}
}

func TestErrorWithAnOKBehindItIsAnError(t *testing.T) {
	_, err := pickAnswer([]string{"+CME Error:PACM(AP),UNREGISTED", "OK"})
	require.Equal(t, CMEError{Code: -1, Text: "PACM(AP),UNREGISTED"}, err)
	_, err = pickAnswer([]string{`+CSIM: 4,"9000"`, "ERROR"})
	require.ErrorIs(t, err, apdu.ErrRefused)
}

func TestErrorsShowNoByteOfAnAnswer(t *testing.T) {
	for _, line := range []string{`+CSIM: 9,"DEADBEEFZ"`, `+CSIM: 9,"DEADBEEFA`, `+CSIM: 99,DEADBEEF`, `DEADBEEFA`, `+CSIM: DEADBEEF`} {
		_, err := csimAnswer.read(line)
		require.Error(t, err)
		require.NotContains(t, strings.ToUpper(err.Error()), "BEEF")
		require.NotContains(t, err.Error(), "Z")
	}
}

func FuzzAnswer(f *testing.F) {
	for _, line := range []string{
		`+CSIM: 4,"9000"`, `+csim:8, "000063C1"`, `+CSIM: 10,"63CF"`, `+CSIM: 4,9000`, `9000`, `+CSIM: 8,"12349`, `: 4,"9000"`,
		`+CME ERROR: 13`, `OK`, "+CSIM: 4,\"9000\"\r\nOK",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		rapdu, err := pickAnswer([]string{line})
		if err != nil {
			require.Nil(t, rapdu)
			return
		}
		require.GreaterOrEqual(t, len(rapdu), 2)
		// Its digits are in the line, in one piece.
		require.Contains(t, strings.ToUpper(line), fmt.Sprintf("%X", rapdu))
		for _, form := range []string{"+CSIM: %d,\"%X\"", "+csim:%d, \"%x\"", "+CSIM: %d,%X", "%[2]X"} {
			again, err := pickAnswer([]string{fmt.Sprintf(form, 2*len(rapdu), rapdu)})
			require.NoError(t, err)
			require.True(t, bytes.Equal(rapdu, again))
		}
	})
}
