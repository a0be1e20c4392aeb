package batch

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// read reads the columns a and b of all rows, an error as its line.
func read(t testing.TB, in string, o InputOptions) (rows []string, err error) {
	t.Helper()
	r, err := newReader(strings.NewReader(in), []string{"b", "a"}, o)
	if err != nil {
		return nil, err
	}
	for {
		err := r.next()
		var bad *RowError
		switch {
		case err == io.EOF:
			require.EqualValues(t, len(rows), r.row)
			require.EqualValues(t, len(in), r.octets)
			return rows, nil
		case errors.As(err, &bad):
			rows = append(rows, fmt.Sprintf("!%d", r.number))
			if errors.Is(err, ErrTorn) {
				return rows, err
			}
			require.ErrorContains(t, err, bad.Reason)
		case err != nil:
			return rows, err
		default:
			rows = append(rows, r.values[1]+"|"+r.values[0])
		}
	}
}

func TestRowsAreReadInEveryForm(t *testing.T) {
	want := []string{"1|2", "3|4"}
	for _, test := range []struct {
		name, in string
		o        InputOptions
	}{
		{"CSV", "a,b\n1,2\n3,4\n", InputOptions{}},
		{"CSV without the last end", "a,b\n1,2\n3,4", InputOptions{}},
		{"CSV with CRLF", "a,b\r\n1,2\r\n3,4\r\n", InputOptions{Format: CSV}},
		{"CSV with a byte order mark", "\xEF\xBB\xBFa,b\n1,2\n3,4\n", InputOptions{}},
		{"CSV with a byte order mark and quotes", "\xEF\xBB\xBF\"a\",\"b\"\n\"1\",2\n3,\"4\"\n", InputOptions{Format: CSV}},
		{"CSV with other columns", "x, b ,y,a\nx,2,y,1\n,4,,3\n", InputOptions{}},
		{"CSV with blank lines", "\n \na,b\n\n1,2\r\n\r\n3,4\n\n", InputOptions{}},
		{"CSV with another separator", "a;b\n1;2\n3;4\n", InputOptions{Comma: ';'}},
		{"CSV with a separator of two octets", "a·b\n1·2\n3·4\n", InputOptions{Comma: '·'}},
		{"CSV with the header given", "2,1\n4,3\n", InputOptions{Header: []string{"b", "a"}}},
		{"NDJSON", "{\"a\":\"1\",\"b\":\"2\"}\n{\"b\":\"4\",\"a\":\"3\"}\n", InputOptions{}},
		{"NDJSON with numbers", "{\"a\":1,\"b\":2}\r\n\n \t{\"b\" : 4, \"a\" :\t3 , \"x\":null}", InputOptions{Format: NDJSON}},
		{"NDJSON with a byte order mark", "\xEF\xBB\xBF{\"a\":\"\\u0031\",\"b\":\"2\"}\n{\"b\":\"4\",\"a\":3}", InputOptions{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, err := read(t, test.in, test.o)
			require.NoError(t, err)
			require.Equal(t, want, rows)
		})
	}
}

func TestNoLinesAreNoRows(t *testing.T) {
	for _, in := range []string{"", "\n", " \r\n\n"} {
		for _, f := range []Format{Detect, CSV, NDJSON} {
			rows, err := read(t, in, InputOptions{Format: f})
			require.NoError(t, err)
			require.Empty(t, rows)
		}
	}
	rows, err := read(t, "a,b\n", InputOptions{})
	require.NoError(t, err)
	require.Empty(t, rows)
}

// again ends, and then has something all the same, as a terminal does.
type again struct{ ended bool }

func (a *again) Read(p []byte) (int, error) {
	if !a.ended {
		a.ended = true
		return 0, io.EOF
	}
	return copy(p, "a,b\n1,2\n"), nil
}

func TestEndOfTheInputIsTheEnd(t *testing.T) {
	for _, f := range []Format{Detect, CSV} {
		r, err := newReader(new(again), []string{"a"}, InputOptions{Format: f})
		require.NoError(t, err)
		require.Equal(t, io.EOF, r.next())
	}
}

func TestValuesAreAsTheyAreWritten(t *testing.T) {
	long := strings.Repeat("x", 20000)
	rows, err := read(t, "a,b\n 1 ,\"2,\"\"\"\n"+long+","+long+"\n007,\t\n", InputOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{` 1 |2,"`, long + "|" + long, "007|\t"}, rows)
	rows, err = read(t, `{"a":1.50e2,"b":-0}`+"\n"+`{"a":true,"b":false}`+"\n"+`{"a":"\ud83d\ude00\n","b":" \"\\"}`, InputOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"1.50e2|-0", "true|false", "😀\n| \"\\"}, rows)
}

// A bad row stands for itself: those around it are read.
func TestBadRowsAreErrorsOfTheirOwn(t *testing.T) {
	long := strings.Repeat("x", MaxLine)
	for _, test := range []struct {
		name, csv, ndjson string
	}{
		{"a field too few", "1", ""},
		{"a field too many", "1,2,3", ""},
		{"a quote in a field", `1"",2`, ""},
		{"an odd quote in a field", `1,2"`, ""},
		{"text behind a quote", `"1"x,2`, ""},
		{"a NUL", "1,\x00", "{\"a\":1,\"b\":\"\x00\"}"},
		{"a NUL in quotes", "1,\"\x00\"", "\x00"},
		{"not UTF-8", "1,\xFF", "{\"a\":1,\"b\":\"\xFF\"}"},
		{"not UTF-8 in a column without use", "", "{\"a\":1,\"b\":2,\"c\":\"\xC3\"}"},
		{"too long", "1," + long, `{"a":1,"b":"` + long + `"}`},
		{"very long", "1," + long + long + `""` + long, `{"a":1,"b":"` + long + long + `"}`},
		{"no object", "", `["a","b"]`},
		{"no object but text", "", `"a"`},
		{"no JSON", "", `{"a":1,"b":2`},
		{"two objects", "", `{"a":1,"b":2}{"a":1,"b":2}`},
		{"half an object", "", `{"a":1,`},
		{"a list in it", "", `{"a":1,"b":[2]}`},
		{"an object in it", "", `{"a":1,"b":{}}`},
		{"a list in a column without use", "", `{"a":1,"b":2,"c":[]}`},
		{"deep", "", `{"a":1,"b":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}"},
		{"a column twice", "", `{"a":1,"b":2,"a":1}`},
		{"a column of nothing", "", `{"a":1,"b":null}`},
		{"a column that is not there", "", `{"a":1}`},
		{"half a surrogate pair", "", `{"a":1,"b":"\ud83d"}`},
		{"single quotes", "", `{'a':1,'b':2}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.csv != "" {
				rows, err := read(t, "a,b\n1,2\n"+test.csv+"\n3,4\n", InputOptions{})
				require.NoError(t, err)
				require.Equal(t, []string{"1|2", "!3", "3|4"}, rows)
			}
			if test.ndjson != "" {
				rows, err := read(t, "{\"a\":1,\"b\":2}\n"+test.ndjson+"\n{\"a\":3,\"b\":4}\n", InputOptions{})
				require.NoError(t, err)
				require.Equal(t, []string{"1|2", "!2", "3|4"}, rows)
			}
		})
	}
}

func TestLongestLineIsARow(t *testing.T) {
	for n := MaxLine - 8; n < MaxLine+8; n++ {
		line := "1," + strings.Repeat("x", n-3)
		rows, err := read(t, "a,b\n"+line+"\n3,4\n", InputOptions{})
		require.NoError(t, err)
		require.Len(t, rows, 2)
		require.Equal(t, n > MaxLine, rows[0] == "!2", n)
		require.Equal(t, "3|4", rows[1])
	}
}

// What follows torn quotes could be rows that are the inside of a field.
func TestTornQuotesEndTheRun(t *testing.T) {
	for _, line := range []string{`1,"2`, `"1,2`, `"1,2""`, `1,"` + strings.Repeat("x", MaxLine), `1,"x` + strings.Repeat(`""`, MaxLine)} {
		rows, err := read(t, "a,b\n1,2\n"+line+"\n3,4\n", InputOptions{})
		require.ErrorIs(t, err, ErrTorn)
		require.Equal(t, []string{"1|2", "!3"}, rows)
	}
}

func TestHeaderIsHeldAgainstTheTemplate(t *testing.T) {
	const key = "00112233445566778899AABBCCDDEEFF"
	for _, test := range []struct {
		name, in string
		o        InputOptions
		class    error
	}{
		{"a column is missing", "a,c\n1,2\n", InputOptions{}, ErrColumn},
		{"of another size", "a,B\n1,2\n", InputOptions{}, ErrColumn},
		{"twice", "a,b," + key + "," + key + "\n1,2,3,4\n", InputOptions{}, ErrColumn},
		{"without a name", "a,b,\n1,2,3\n", InputOptions{}, ErrColumn},
		{"none at all", key + ",2\n3,4\n", InputOptions{}, ErrColumn},
		{"given, and a column is missing", "1\n", InputOptions{Header: []string{"a"}}, ErrColumn},
		{"torn", "a,b,\"" + key + "\n1,2\n", InputOptions{}, ErrColumn},
		{"not UTF-8", "a,b,\xFF\n1,2\n", InputOptions{}, ErrColumn},
		{"too long", "a,b," + strings.Repeat(key, 3000) + "\n", InputOptions{}, ErrRow},
		{"too long, of CSV", "a,b," + strings.Repeat(key, 3000) + "\n", InputOptions{Format: CSV}, ErrRow},
		{"for NDJSON", "{}", InputOptions{Format: NDJSON, Header: []string{"a", "b"}}, ErrOption},
		{"a separator for NDJSON", "{}", InputOptions{Comma: ';'}, ErrOption},
		{"a quote as a separator", "a,b", InputOptions{Comma: '"'}, ErrOption},
		{"a line end as a separator", "a,b", InputOptions{Comma: '\r'}, ErrOption},
		{"no rune as a separator", "a,b", InputOptions{Comma: -1}, ErrOption},
		{"no sign as a separator", "a,b", InputOptions{Comma: 0xFFFD}, ErrOption},
		{"a format that is not known", "a,b", InputOptions{Format: "xml"}, ErrOption},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, err := read(t, test.in, test.o)
			require.ErrorIs(t, err, test.class)
			require.Empty(t, rows)
			require.NotContains(t, err.Error(), key[:8])
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestErrorOfTheInputEndsTheRun(t *testing.T) {
	broken := errors.New("broken")
	for _, in := range []string{"", "a", "a,b\n", "a,b\n1,2", "a,b\n1," + strings.Repeat("x", 2*MaxLine), "{", "{\"a\":1,\"b\":2}\n{\"a\""} {
		r, err := newReader(io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), []string{"a", "b"}, InputOptions{})
		for err == nil {
			err = r.next()
		}
		require.ErrorIs(t, err, broken, "%.20q", in)
	}
}

func TestSkipCountsRowsWithoutLookingIntoThem(t *testing.T) {
	in := "a,b\n1,2\n\n\"\n" + strings.Repeat("x", 2*MaxLine) + "\n3,4\n"
	for n := range int64(6) {
		r, err := newReader(strings.NewReader(in), []string{"a"}, InputOptions{})
		require.NoError(t, err)
		skipped, err := r.skip(n)
		require.NoError(t, err)
		require.Equal(t, min(n, 4), skipped)
		require.Equal(t, skipped, r.row)
		if n == 3 {
			require.NoError(t, r.next())
			require.Equal(t, []string{"3"}, r.values)
			require.EqualValues(t, 6, r.number)
		}
	}
	r, err := newReader(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(in))), []string{"a"}, InputOptions{Format: NDJSON})
	require.NoError(t, err)
	_, err = r.skip(9)
	require.ErrorIs(t, err, iotest.ErrTimeout)
}

func TestHeaderOfOneColumnNamesTheFlagOfTheSeparator(t *testing.T) {
	tpl := compile(t, cards, names)
	_, _, err := toString(t, tpl, "iccid;identity;key\n1;one;00\n", nil)
	require.ErrorIs(t, err, ErrColumn)
	require.ErrorContains(t, err, "--comma")
	_, _, err = toString(t, tpl, "iccid,identity\n1,one\n", nil)
	require.ErrorIs(t, err, ErrColumn)
	require.NotContains(t, err.Error(), "--comma")
}

func TestBlankBeforeAPrefixInARowIsItsError(t *testing.T) {
	tpl := compile(t, strings.Replace(cards, "hex:${key}", "${key}", 1), names)
	out, s, err := toString(t, tpl, "iccid,identity,key\n1,one, hex:00\n2,two,hex:00\n3,three,text: hex:00\n", &RunOptions{KeepGoing: true})
	require.NoError(t, err)
	require.EqualValues(t, 1, s.Failed)
	require.EqualValues(t, 1, s.Errors[0].Row)
	require.Equal(t, "Security/1/SecretKey", s.Errors[0].Path)
	require.Contains(t, out, hexOf([]byte(" hex:00")))
}
