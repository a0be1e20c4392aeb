package batch

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// mixedRows has good rows and bad ones, blank lines and one too long.
func mixedRows() string {
	lines := strings.SplitAfter(csvRows(10), "\n")
	lines[3] = "8949,short\n"
	lines[5] += "\r\n"
	lines[6] = strings.Repeat("x", 2*MaxLine) + "\n"
	lines[10] = strings.TrimSuffix(lines[10], "9\n") + "z"
	return strings.Join(lines, "")
}

// output is a file to resume with, holding text.
func output(t testing.TB, text string) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "out.ndjson"))
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	_, err = f.WriteString(text)
	require.NoError(t, err)
	return f
}

func content(t testing.TB, f *os.File) string {
	t.Helper()
	b, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	return string(b)
}

// countdown is a context that ends after so many rows.
type countdown struct {
	context.Context
	rows int64
}

var errEnough = errors.New("enough")

func (c *countdown) Err() error {
	if c.rows--; c.rows < 0 {
		return errEnough
	}
	return nil
}

func TestStreamResumedAtEveryRowIsTheSame(t *testing.T) {
	tpl := compile(t, cards, names)
	rows := mixedRows()
	want, whole, err := toString(t, tpl, rows, &RunOptions{KeepGoing: true})
	require.NoError(t, err)
	require.EqualValues(t, 10, whole.Rows)
	require.EqualValues(t, 3, whole.Failed)
	for at := range int64(10) {
		out := output(t, "")
		ctx := &countdown{t.Context(), at}
		s, err := tpl.Stream(ctx, strings.NewReader(rows), out, &RunOptions{KeepGoing: true, Resume: true})
		require.ErrorIs(t, err, errEnough)
		require.Equal(t, at, s.Rows)
		require.EqualValues(t, at, strings.Count(content(t, out), "\n"))
		require.True(t, strings.HasPrefix(want, content(t, out)))
		s, err = tpl.Stream(t.Context(), strings.NewReader(rows), out, &RunOptions{KeepGoing: true, Resume: true})
		require.NoError(t, err)
		require.Equal(t, want, content(t, out))
		require.Equal(t, whole.Rows, s.Rows)
		require.Equal(t, whole.Failed, s.Failed)
		require.Equal(t, whole.Made, s.Made+s.Passed)
		require.Equal(t, at, s.Passed+whole.Failed-int64(len(s.Errors)))
	}
}

func TestStreamTornAtEveryOctetIsCutAndResumed(t *testing.T) {
	tpl := compile(t, cards, names)
	rows := csvRows(3)
	want, _, err := toString(t, tpl, rows, nil)
	require.NoError(t, err)
	for n := range len(want) + 1 {
		out := output(t, want[:n])
		s, err := tpl.Stream(t.Context(), strings.NewReader(rows), out, &RunOptions{Resume: true})
		require.NoError(t, err, n)
		require.Equal(t, want, content(t, out))
		require.EqualValues(t, strings.Count(want[:n], "\n"), s.Passed)
		require.EqualValues(t, 3, s.Rows)
	}
}

func TestTornLineIsCutBeforeAnythingIsWritten(t *testing.T) {
	tpl := compile(t, cards, names)
	want, _, err := toString(t, tpl, csvRows(2), nil)
	require.NoError(t, err)
	first := strings.Index(want, "\n") + 1
	out := output(t, want[:len(want)-1])
	s, err := tpl.Stream(&countdown{t.Context(), 0}, strings.NewReader(csvRows(2)), out, &RunOptions{Resume: true})
	require.ErrorIs(t, err, errEnough)
	require.EqualValues(t, 1, s.Passed)
	require.Equal(t, want[:first], content(t, out))
}

func TestResumeOfAFinishedStreamDoesNothing(t *testing.T) {
	tpl := compile(t, cards, names)
	want, _, err := toString(t, tpl, mixedRows(), &RunOptions{KeepGoing: true})
	require.NoError(t, err)
	out := output(t, want)
	for range 2 {
		s, err := tpl.Stream(t.Context(), strings.NewReader(mixedRows()), out, &RunOptions{KeepGoing: true, Resume: true})
		require.NoError(t, err)
		require.Equal(t, Summary{Rows: 10, Passed: 7, Failed: 3}, s)
		require.Equal(t, want, content(t, out))
	}
}

func TestResumeAfterAnErrorGoesOnWithItsRow(t *testing.T) {
	tpl := compile(t, cards, names)
	out := output(t, "")
	o := &RunOptions{Resume: true}
	_, err := tpl.Stream(t.Context(), strings.NewReader("iccid,identity,key\n1,one,00\n2,two,xx\n3,three,22\n"), out, o)
	require.Error(t, err)
	mended := "iccid,identity,key\n1,one,00\n2,two,11\n3,three,22\n"
	s, err := tpl.Stream(t.Context(), strings.NewReader(mended), out, o)
	require.NoError(t, err)
	require.EqualValues(t, 1, s.Passed)
	require.EqualValues(t, 2, s.Made)
	want, _, err := toString(t, tpl, mended, nil)
	require.NoError(t, err)
	require.Equal(t, want, content(t, out))
}

func TestResumeRefusesWhatDoesNotGoTogether(t *testing.T) {
	tpl := compile(t, cards, names)
	rows := csvRows(3)
	out, _, err := toString(t, tpl, rows, nil)
	require.NoError(t, err)
	second := strings.Index(out, "\n") + 1
	for _, test := range []struct{ name, rows, out string }{
		{"fewer rows", csvRows(2), out},
		{"far fewer rows", csvRows(0), out},
		{"no rows", "", out},
		{"other rows", strings.Replace(rows, "urn:dev:ops:000002", "urn:dev:ops:000009", 1), out},
		{"a row that has an error now", strings.Replace(rows, "urn:dev:ops:000002,", "", 1), out},
		{"a key that has an error now", rows[:len(rows)-2] + "\n", out},
		{"another template", rows, strings.ReplaceAll(out, "0002", "0003")},
		{"no stream", rows, "what somebody has written\n"},
		{"no stream, without a line end", rows, "what somebody has written"},
		{"no stream, of one octet", rows, "x"},
		{"a line is missing", rows, out[second:]},
		{"a line twice", rows, out[:second] + out},
		{"a blank line", rows, out + "\n"},
		{"a number that only begins so", rows, strings.Replace(out, `{"row":1,`, `{"row":11,`, 1)},
		{"too long a line", rows, `{"row":1,"` + strings.Repeat("x", maxWritten) + "\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := output(t, test.out)
			s, err := tpl.Stream(t.Context(), strings.NewReader(test.rows), f, &RunOptions{Resume: true, KeepGoing: true})
			require.ErrorIs(t, err, ErrResume)
			require.Zero(t, s)
			require.Equal(t, test.out, content(t, f))
		})
	}
}

// TestResumeFindsOutAnotherTemplateBehindALineWithAnError: the last line with a
// file is made again, wherever it stands.
func TestResumeFindsOutAnotherTemplateBehindALineWithAnError(t *testing.T) {
	rows := "iccid,identity,key\n1,one,00\n2,two,11\n3,three,xx\n4,four,yy\n5,five,55\n"
	tpl := compile(t, cards, names)
	whole, _, err := toString(t, tpl, rows, &RunOptions{KeepGoing: true})
	require.NoError(t, err)
	lines := strings.SplitAfter(whole, "\n")
	changed := compile(t, strings.Replace(cards, "86400", "86401", 1), names)
	for n := 1; n <= 5; n++ {
		had := strings.Join(lines[:n], "")
		out := output(t, had)
		o := &RunOptions{KeepGoing: true, Resume: true}
		_, err = changed.Stream(t.Context(), strings.NewReader(rows), out, o)
		require.ErrorIs(t, err, ErrResume, n)
		require.Equal(t, had, content(t, out))
		_, err = tpl.Stream(t.Context(), strings.NewReader("iccid,identity,key\n1,one,00\n2,two,11\n"), out, o)
		require.Equal(t, n > 2, errors.Is(err, ErrResume), "%d: fewer rows", n)
	}
	out := output(t, `{"row":1,"id":"1","error":"line 2"}`+"\n")
	s, err := changed.Stream(t.Context(), strings.NewReader(rows), out, &RunOptions{KeepGoing: true, Resume: true})
	require.NoError(t, err, "there is no file to be held against the template")
	require.EqualValues(t, 5, s.Rows)
	require.EqualValues(t, 2, s.Made+s.Passed)
	_, err = changed.Stream(t.Context(), strings.NewReader("iccid,identity,key\n"), output(t, `{"row":1,"error":"line 2"}`+"\n"), &RunOptions{Resume: true})
	require.ErrorIs(t, err, ErrResume)
}

func TestResumeEndsWhenTheInputFails(t *testing.T) {
	tpl := compile(t, cards, names)
	rows := csvRows(3)
	want, _, err := toString(t, tpl, rows, nil)
	require.NoError(t, err)
	for _, n := range []int{len(rows) - 60, len(rows) - 5} {
		in := io.MultiReader(strings.NewReader(rows[:n]), iotest.ErrReader(errFull))
		out := output(t, want)
		_, err = tpl.Stream(t.Context(), in, out, &RunOptions{Resume: true})
		require.ErrorIs(t, err, errFull)
		require.Equal(t, want, content(t, out))
	}
}

func TestResumeNeedsAFileToWriteTo(t *testing.T) {
	tpl := compile(t, cards, names)
	_, _, err := toString(t, tpl, csvRows(1), &RunOptions{Resume: true})
	require.ErrorIs(t, err, ErrResume)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	_, err = tpl.Stream(t.Context(), strings.NewReader(csvRows(1)), w, &RunOptions{Resume: true})
	require.ErrorIs(t, err, ErrResume)
	f := output(t, "")
	require.NoError(t, f.Close())
	readOnly, err := os.Open(f.Name())
	require.NoError(t, err)
	defer readOnly.Close()
	_, err = tpl.Stream(t.Context(), strings.NewReader(csvRows(1)), readOnly, &RunOptions{Resume: true})
	require.Error(t, err)
	writeOnly, err := os.OpenFile(f.Name(), os.O_WRONLY, 0)
	require.NoError(t, err)
	defer writeOnly.Close()
	_, err = tpl.Stream(t.Context(), strings.NewReader(csvRows(1)), writeOnly, &RunOptions{Resume: true})
	require.Error(t, err)
}

// Control characters take six octets in JSON, names of columns too.
func TestLongestLineWrittenCanBeResumed(t *testing.T) {
	column := strings.Repeat("\x03", 32_000)
	tpl := compile(t, cards, &Options{Name: "${iccid}", Columns: []string{column}})
	rows := "iccid,identity,key," + column + "\n" + strings.Repeat("\x01", MaxName) + ",me," + strings.Repeat("0A", 16_000) + "," + strings.Repeat("\x02", 32_000) + "\n9,9,99,\n"
	want, s, err := toString(t, tpl, rows, nil)
	require.NoError(t, err)
	require.EqualValues(t, 2, s.Made)
	require.Greater(t, strings.Index(want, "\n"), 6*64_000)
	out := output(t, want)
	s, err = tpl.Stream(t.Context(), strings.NewReader(rows), out, &RunOptions{Resume: true})
	require.NoError(t, err)
	require.EqualValues(t, 2, s.Passed)
}

func TestLongNamesAreNeverWritten(t *testing.T) {
	tpl := compile(t, cards, &Options{Name: "${iccid}${iccid}"})
	for _, n := range []int{MaxName / 2, MaxName/2 + 1} {
		iccid := strings.Repeat("9", n)
		out, s, err := toString(t, tpl, "iccid,identity,key\n"+iccid+",me,00\n"+iccid+",me,xx\n", &RunOptions{KeepGoing: true})
		require.NoError(t, err)
		require.Equal(t, n == MaxName/2, s.Made == 1)
		require.Equal(t, n == MaxName/2, strings.Contains(out, iccid+iccid))
		require.Equal(t, 2, strings.Count(out, "\n"))
	}
}
