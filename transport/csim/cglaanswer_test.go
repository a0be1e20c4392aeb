package csim

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestAnswerToCGLAInAnyShape(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{`+CGLA: 4,"9000"`, "9000"},
		{`+CGLA: 1,4,"9000"`, "9000"},
		{`+cgla:1, 8 , "01029000"`, "01029000"},
		{`+CGLA: 16,"9000"`, "9000"},
		{`+CGLA: 1,16,"9000"`, "9000"},
		{`+CGLA: 8,01029000`, "01029000"},
		{`+CGLA: 21,8,01029000`, "01029000"},
		{`01029000`, "01029000"},
	} {
		got, err := cglaAnswer.pick([]string{"+CREG: 1", tt.line, "OK"})
		require.NoError(t, err, tt.line)
		require.Equal(t, unhex(t, tt.want), got, tt.line)
	}
	for _, line := range []string{
		`+CGLA:`, `+CGLA: 9000`, `+CGLA: 4,`, `+CGLA: 4,"90`, `+CGLA: 8,"90"`, `+CGLA: 1,2,4,"9000"`, `+CGLA: 12,"01029000"`,
		`+CGLA: 12,01029000`, `+CGLA: 1,12,01029000`, `+CGLA: 4,"90Z0"`, `+CGLA: 4,"9000`,
	} {
		_, err := cglaAnswer.pick([]string{line})
		require.ErrorIs(t, err, apdu.ErrMalformed, line)
		require.ErrorContains(t, err, "AT+CGLA")
	}
}

func TestAnswerToCCHOIsASessionID(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{`+CCHO: 1`, "1"}, {`+CCHO:21`, "21"}, {`+ccho: "3"`, "3"}, {"1", "1"}, {" 2 ", "2"},
		{`+CCHO: 00000000038aa32f`, "00000000038aa32f"}, {"00000000038AA32F", "00000000038AA32F"},
	} {
		got, err := cchoAnswer.pick([]string{"RDY", tt.line})
		require.NoError(t, err, tt.line)
		require.Equal(t, tt.want, string(got), "it is kept as it is")
	}
	for _, line := range []string{`+CCHO:`, `+CCHO: `, `+CCHO: ""`, `+CCHO: "1`, `+CCHO: 1,2`, `+CCHO: -1`, `+CCHO: x`, "+CCHO: " + strings.Repeat("1", 33)} {
		_, err := cchoAnswer.pick([]string{line})
		require.ErrorIs(t, err, apdu.ErrMalformed, line)
	}
	for _, lines := range [][]string{nil, {"OK"}, {`"1"`}, {"x"}, {strings.Repeat("1", 33)}, {"1", "2"}, {"+CCHO: 1", "+CCHO: 2"}} {
		_, err := cchoAnswer.pick(lines)
		require.ErrorIs(t, err, apdu.ErrLostStep, "%q", lines)
	}
}

func TestAnswerToCRSMInAnyShape(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{`+CRSM: 144,0,"0102"`, "01029000"}, {`+CRSM: 144,0,0102`, "01029000"}, {`+crsm:144 , 0 , "0102"`, "01029000"},
		{`+CRSM: 106,130`, "6A82"}, {`+CRSM: 106,130,`, "6A82"}, {`+CRSM: 106,130,""`, "6A82"}, {`+CRSM: 108,38`, "6C26"},
		{`+CRSM: 148,4`, "9404"}, {`+CRSM: 97,16`, "6110"},
	} {
		got, err := crsmAnswer.pick([]string{tt.line, "OK"})
		require.NoError(t, err, tt.line)
		require.Equal(t, unhex(t, tt.want), got, tt.line)
	}
	for _, line := range []string{
		`+CRSM:`, `+CRSM: 144`, `+CRSM: 144,`, `+CRSM: 256,0`, `+CRSM: 144,256`, `+CRSM: -1,0`, `+CRSM: 0,0`, `+CRSM: 90,00`,
		`+CRSM: 144,0,"012"`, `+CRSM: 144,0,"0102`, `+CRSM: 144,0,01Z2`, `+CRSM: 144,0,"",1`,
	} {
		_, err := crsmAnswer.pick([]string{line})
		require.ErrorIs(t, err, apdu.ErrMalformed, line)
	}
	_, err := crsmAnswer.pick([]string{"9000"})
	require.ErrorIs(t, err, apdu.ErrMalformed, "hex alone is a part of an answer")
}

// Cut anywhere, an answer without its head or its tail is not another answer.
func TestPartsOfAnAnswerOfAnyKindAreNotTakenForOne(t *testing.T) {
	for _, tt := range []struct {
		kind  *answerKind
		whole string
	}{
		{&cglaAnswer, `+CGLA: 16,"1122334455669000"`},
		{&cglaAnswer, `+CGLA: 1,16,"1122334455669000"`},
		{&cglaAnswer, `+CGLA: 1,16,1122334455669000`},
		{&crsmAnswer, `+CRSM: 144,0,"112233445566"`},
		{&crsmAnswer, `+CRSM: 144,0,112233445566`},
	} {
		want, err := tt.kind.pick([]string{tt.whole})
		require.NoError(t, err)
		for i := 1; i < len(tt.whole); i++ {
			got, err := tt.kind.pick([]string{tt.whole[:i], "+QIND: \"csq\",20,99", tt.whole[i:]})
			if err == nil {
				require.Equal(t, want, got, "cut at %d: %s", i, tt.whole)
			}
			if strings.Contains(tt.whole[i:], "44") {
				require.True(t, isAnswer(tt.whole[i:]), "may hold data: %s", tt.whole[i:])
			}
		}
	}
}

func TestCommandsAreKnownByTheirSetForm(t *testing.T) {
	for line, want := range map[string]*answerKind{
		`AT+CSIM=8,"00708001"`: &csimAnswer, `at+cgla=1,4,"00"`: &cglaAnswer, "AT+CRSM=176,1": &crsmAnswer, `AT+CCHO="A0"`: &cchoAnswer,
		"AT+CSIM=?": nil, "AT+CSIM": nil, "AT+CCHC=1": nil, "AT+CSIMX=1": nil, "AT": nil,
	} {
		require.Equal(t, want, answerOf(line), line)
	}
	require.True(t, isWholeAnswer("+crsm: 1"))
	require.False(t, isWholeAnswer("9000"))
	require.True(t, namesAnswer("RD+CgLA: 1"))
	require.False(t, namesAnswer("+CREG: 1"))
}

// fuzzAnswers checks what holds for every kind: an error or an answer, never
// both; the answer's data stand in the line in one piece.
func fuzzAnswers(f *testing.F, kind *answerKind, forms []string, seeds ...string) {
	for _, line := range seeds {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		rapdu, err := kind.pick([]string{line})
		if err != nil {
			require.Nil(t, rapdu)
			return
		}
		require.GreaterOrEqual(t, len(rapdu), 2)
		data, sw := rapdu[:len(rapdu)-2], rapdu[len(rapdu)-2:]
		require.Contains(t, strings.ToUpper(line), fmt.Sprintf("%X", data))
		for _, form := range forms {
			again, err := kind.pick([]string{fmt.Sprintf(form, 2*len(rapdu), data, sw, sw[0], sw[1])})
			require.NoError(t, err)
			require.Equal(t, rapdu, again)
		}
	})
}

func FuzzAnswerToCGLA(f *testing.F) {
	fuzzAnswers(f, &cglaAnswer, []string{"+CGLA: %[1]d,\"%[2]X%[3]X\"", "+CGLA: 7,%[1]d,%[2]x%[3]x"},
		`+CGLA: 4,"9000"`, `+CGLA: 1,16,"9000"`, `+cgla:8,01029000`, "9000", `+CGLA: 8,"12349`, "+CME ERROR: 0", "+CGLA: 1,4,\"9000\"\r\nOK")
}

func FuzzAnswerToCRSM(f *testing.F) {
	fuzzAnswers(f, &crsmAnswer, []string{"+CRSM: %[4]d,%[5]d,\"%[2]X\"", "+crsm:%[4]d, %[5]d ,%[2]x"},
		`+CRSM: 144,0,"0102"`, `+CRSM: 106,134,""`, "+CRSM: 148,4", "+CRSM: 144,0,01", "9000", "+CRSM: 144,0,\"01\"\r\nOK")
}

func FuzzAnswerToCCHO(f *testing.F) {
	for _, line := range []string{"+CCHO: 1", "1", `+CCHO: "2"`, "+CCHO: 00000000038aa32f", "ERROR", "1\r\nOK", "+CCHO: 1,2"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		id, err := cchoAnswer.pick([]string{line})
		if err != nil {
			require.Nil(t, id)
			return
		}
		// It is put into a command line as it is.
		require.Regexp(t, `^[0-9A-Fa-f]{1,32}$`, string(id))
		require.Contains(t, line, string(id))
		for _, form := range []string{"+CCHO: %s", "%s", `+ccho:"%s"`} {
			again, err := cchoAnswer.pick([]string{fmt.Sprintf(form, id)})
			require.NoError(t, err)
			require.Equal(t, id, again)
		}
	})
}
