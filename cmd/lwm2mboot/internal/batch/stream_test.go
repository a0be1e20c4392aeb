package batch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/stretchr/testify/require"
)

func TestStreamGivesTheKnownFile(t *testing.T) {
	tpl := compile(t, cards, names)
	want := `{"row":1,"id":"8949","identity":"` + goodIdentity + `","iccid":"8949","hex":"` + good(t) + "\"}\n"
	for _, rows := range []string{
		"iccid,identity,key\n8949," + goodIdentity + "," + goodKey,
		"\xEF\xBB\xBFkey,iccid,identity\r\n" + goodKey + ",8949," + goodIdentity + "\r\n",
		`{"iccid":8949,"identity":"` + goodIdentity + `","key":"` + goodKey + `","x":true}`,
	} {
		out, s, err := toString(t, tpl, rows, nil)
		require.NoError(t, err)
		require.Equal(t, want, out)
		require.Equal(t, Summary{Rows: 1, Made: 1, Octets: 126}, s)
	}
}

func TestStreamCopiesTheColumnsChosen(t *testing.T) {
	rows := "iccid,identity,key,adm\n8949," + goodIdentity + "," + goodKey + ",ADMKEY\n"
	end := `"hex":"` + good(t) + "\"}\n"
	for _, test := range []struct {
		name    string
		columns []string
		id      string
		want    string
	}{
		{"by default what the template shows", nil, "", `{"row":1,"identity":"example-psk-identity",`},
		{"none", []string{}, "", `{"row":1,`},
		{"one that the template does not use", []string{"adm"}, "", `{"row":1,"adm":"ADMKEY",`},
		{"in their order", []string{"iccid", "identity"}, "card-${iccid}", `{"row":1,"id":"card-8949","iccid":"8949","identity":"example-psk-identity",`},
	} {
		t.Run(test.name, func(t *testing.T) {
			tpl := compile(t, cards, &Options{Columns: test.columns, Name: test.id})
			out, _, err := toString(t, tpl, rows, nil)
			require.NoError(t, err)
			require.Equal(t, test.want+end, out)
		})
	}
}

func TestColumnsNamedAsKeysOfTheStreamAreNotCopied(t *testing.T) {
	tpl := compile(t, strings.Replace(cards, "${identity}", "${id}${row}${hex}${error}", 1), nil)
	out, _, err := toString(t, tpl, "id,row,hex,error,key\nexample,-psk,-identity,,"+goodKey+"\n", nil)
	require.NoError(t, err)
	require.Equal(t, `{"row":1,"hex":"`+good(t)+"\"}\n", out)
}

func TestStreamChecksColumnsBeforeTheFirstRow(t *testing.T) {
	tpl := compile(t, cards, names)
	for _, rows := range []string{"iccid,identity\n1,2\n", "iccid,identity\n"} {
		out, s, err := toString(t, tpl, rows, &RunOptions{KeepGoing: true})
		require.ErrorIs(t, err, ErrColumn)
		require.ErrorContains(t, err, `"key"`)
		require.Empty(t, out)
		require.Zero(t, s.Rows)
	}
}

func TestStreamQuotesWhatItCopies(t *testing.T) {
	tpl := compile(t, strings.Replace(cards, "${identity}", `${a "b" \c}`, 1), nil)
	value := "\\ \" \x01\x1f\x7f é 😀 </script>"
	out, _, err := toString(t, tpl, "\"a \"\"b\"\" \\c\",key\n\""+strings.ReplaceAll(value, `"`, `""`)+"\",00\n", nil)
	require.NoError(t, err)
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &line))
	require.Equal(t, value, line[`a "b" \c`])
	require.EqualValues(t, 1, line["row"])
}

const badRows = `iccid,identity,key
1,one,00112233
2,two,SECRETX
3,three,
4,four
,five,00112233
6,six,00112233445566
`

func TestStreamEndsAtTheFirstError(t *testing.T) {
	tpl := compile(t, cards, names)
	var failed []*RowError
	out, s, err := toString(t, tpl, badRows, &RunOptions{Failed: func(e *RowError) { failed = append(failed, e) }})
	var bad *RowError
	require.ErrorAs(t, err, &bad)
	require.ErrorIs(t, err, config.ErrValue)
	require.Equal(t, RowError{Row: 2, Line: 3, Path: "Security/1/SecretKey", Reason: bad.Reason, Err: config.ErrValue}, *bad)
	require.True(t, strings.HasPrefix(err.Error(), "row 2, line 3: Security/1/SecretKey: "))
	require.NotContains(t, err.Error(), "SECRET")
	require.Equal(t, 1, strings.Count(out, "\n"), "no line for the error: Resume goes on with its row")
	require.Equal(t, Summary{Rows: 2, Made: 1, Failed: 1, Octets: s.Octets, Errors: failed}, s)
	require.Equal(t, []*RowError{bad}, failed)
}

func TestStreamKeepsGoing(t *testing.T) {
	tpl := compile(t, cards, names)
	out, s, err := toString(t, tpl, badRows, &RunOptions{KeepGoing: true})
	require.NoError(t, err)
	require.EqualValues(t, 6, s.Rows)
	require.EqualValues(t, 2, s.Made)
	require.EqualValues(t, 4, s.Failed)
	require.NotContains(t, out, "SECRET")
	require.NotContains(t, s.String(), "SECRET")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i, begin := range []string{
		`{"row":1,"id":"1","identity":"one","iccid":"1","hex":"0002`,
		`{"row":2,"id":"2","error":"line 3: Security/1/SecretKey: `,
		`{"row":3,"id":"3","error":"line 4: Security/1/SecretKey: `,
		`{"row":4,"error":"line 5: 2 fields, not 3"}`,
		`{"row":5,"error":"line 6: `,
		`{"row":6,"id":"6","identity":"six","iccid":"6","hex":"0002`,
	} {
		require.True(t, strings.HasPrefix(lines[i], begin), lines[i])
		require.True(t, json.Valid([]byte(lines[i])))
	}
	for i, class := range []error{config.ErrValue, config.ErrInvalid, ErrRow, ErrName} {
		require.ErrorIs(t, s.Errors[i], class)
		require.EqualValues(t, i+2, s.Errors[i].Row)
		require.EqualValues(t, i+3, s.Errors[i].Line)
	}
}

func TestSummaryKeepsTheFirstErrors(t *testing.T) {
	_, s, err := toString(t, compile(t, cards, names), "iccid,identity,key\n"+strings.Repeat("x\n", 3*MaxKept), &RunOptions{KeepGoing: true})
	require.NoError(t, err)
	require.EqualValues(t, 3*MaxKept, s.Failed)
	require.Len(t, s.Errors, MaxKept)
	require.EqualValues(t, 1, s.Errors[0].Row)
}

func TestTornQuotesEndTheRunWithKeepGoingToo(t *testing.T) {
	rows := "iccid,identity,key\n1,one,00\n2,\"two,00\n3,three,00\n"
	out, s, err := toString(t, compile(t, cards, names), rows, &RunOptions{KeepGoing: true})
	require.ErrorIs(t, err, ErrTorn)
	require.Equal(t, 1, strings.Count(out, "\n"))
	require.EqualValues(t, 1, s.Failed)
}

func TestWarningsAreCounted(t *testing.T) {
	tpl := compile(t, strings.Replace(cards, "  Binding: U\n", "", 1), names)
	_, s, err := toString(t, tpl, csvRows(3), nil)
	require.NoError(t, err)
	require.EqualValues(t, 3, s.Warned)
	require.Len(t, s.Warnings, 1)
	require.Equal(t, "Server/1/Binding", s.Warnings[0].Name)
	require.Contains(t, s.String(), "3 rows: 3 made")
}

// A partner that waits for a line before it writes the next row gets it.
func TestStreamAnswersEachRowOfAPipe(t *testing.T) {
	tpl := compile(t, cards, names)
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := tpl.Stream(context.Background(), inR, outW, nil)
		done <- err
	}()
	answers := bufio.NewReader(outR)
	for i := range 5 {
		fmt.Fprintf(inW, `{"iccid":"%d","identity":"me","key":"00"}`+"\n", i)
		line, err := answers.ReadString('\n')
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(line, fmt.Sprintf(`{"row":%d,"id":"%d",`, i+1, i)))
	}
	require.NoError(t, inW.Close())
	require.NoError(t, <-done)
}

// failAfter writes so many octets and then fails.
type failAfter struct{ left int }

var errFull = errors.New("full")

func (w *failAfter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		return 0, errFull
	}
	w.left -= len(p)
	return len(p), nil
}

func TestStreamEndsWhenTheOutputFails(t *testing.T) {
	tpl := compile(t, cards, names)
	for _, o := range []*RunOptions{nil, {KeepGoing: true}} {
		for _, n := range []int{1, 1000, 3000} {
			s, err := tpl.Stream(t.Context(), strings.NewReader(csvRows(n)+"x\n"), &failAfter{}, o)
			require.ErrorIs(t, err, errFull)
			require.LessOrEqual(t, s.Made, int64(n))
		}
	}
	_, err := tpl.Stream(t.Context(), strings.NewReader("iccid,identity,key\n"+strings.Repeat("x\n", MaxLine/8)), &failAfter{}, &RunOptions{KeepGoing: true})
	require.ErrorIs(t, err, errFull)
}

func TestStreamEndsWhenTheInputFails(t *testing.T) {
	var out bytes.Buffer
	in := io.MultiReader(strings.NewReader(csvRows(3)), iotest.ErrReader(errFull))
	s, err := compile(t, cards, names).Stream(t.Context(), in, &out, nil)
	require.ErrorIs(t, err, errFull)
	require.EqualValues(t, 3, s.Made)
	require.Equal(t, 3, strings.Count(out.String(), "\n"))
	_, err = compile(t, cards, names).Stream(t.Context(), iotest.ErrReader(errFull), &out, nil)
	require.ErrorIs(t, err, errFull)
}

// slowly gives a row and then lets time pass.
type slowly struct {
	rows  *bufio.Reader
	every time.Duration
}

func (s slowly) Read(p []byte) (int, error) {
	time.Sleep(s.every)
	line, err := s.rows.ReadSlice('\n')
	return copy(p, line), err
}

func TestProgressIsToldAsTimePasses(t *testing.T) {
	tpl := compile(t, cards, names)
	for _, test := range []struct {
		name  string
		every time.Duration
		want  []int64
	}{
		{"time stands still", 0, []int64{4000}},
		{"a row in a millisecond", time.Millisecond, []int64{1024, 2048, 3072, 4000}},
		{"twenty rows in a millisecond", 50 * time.Microsecond, []int64{2048, 4000}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rows := csvRows(4000)
				var told, octets []int64
				o := &RunOptions{Progress: func(r, b int64) { told, octets = append(told, r), append(octets, b) }}
				_, err := tpl.Stream(t.Context(), slowly{bufio.NewReader(strings.NewReader(rows)), test.every}, io.Discard, o)
				require.NoError(t, err)
				require.Equal(t, test.want, told)
				require.EqualValues(t, len(rows), octets[len(octets)-1])
			})
		})
	}
}
