package transport_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport"
)

func TestTranscriptIsWrittenAsItIsDrawn(t *testing.T) {
	const want = `lwm2mboot transcript 1
> 00 70 00 00 01
< 01 90 00
@ 66ms
> 01 20 00 01 08 ** ** ** ** ** ** ** **
< 90 00
> 01 B0 00 00 12
< 00 02 00 7A 00 00 00 00 5E 08 01 5B C8 00 22 63 \
  6F 61 90 00
> 00 70 00 00 01
! deadline
~ 02 90 00
@ 1.5s
`
	transcript := parse(t, `
		# To the end of the line: a comment.
		>00700000 01 # open
		< 019000
		@ 66ms
		> 01 20 00 01 08 31323334 FFFFFFFF
		< 90 00
		> 01 b0 0000 12
		< 00 02 00 7A \
		# a comment in between

		  00 00 00 00 5E 08 01 5B C8 00 22 63 6F \
		  61 90 00
		> 00 70 00 00 01
		!  deadline
		~ 02 90 00`+"\r"+`
		@ 1500ms
`)
	require.Equal(t, 5, transcript.Len())
	require.Equal(t, want, format(t, transcript))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		require.Equal(t, "transcript of 5 steps", fmt.Sprintf(verb, transcript))
	}
}

func TestTranscriptOfBytesOnTheBoundaryOfALine(t *testing.T) {
	for n := range 50 {
		text := "> 00 B0 00 00 00\n<" + strings.Repeat(" AB", n) + "\n"
		transcript := parse(t, text)
		require.Equal(t, transcript, parse(t, strings.TrimPrefix(format(t, transcript), "lwm2mboot transcript 1\n")), "%d bytes", n)
		got, err := transmit(t, transport.Replay(transcript), "00B0000000")
		require.NoError(t, err)
		require.Len(t, got, n)
	}
}

func TestTextThatIsNoTranscript(t *testing.T) {
	const version = "lwm2mboot transcript 1\n"
	for _, tt := range []struct{ name, text, where string }{
		{"empty", "", "line 1:"},
		{"no whole line", "lwm2mboot transcript 1", "line 1:"},
		{"another version", "lwm2mboot transcript 2\n", "line 1:"},
		{"a comment first", "# x\n" + version, "line 1:"},
		{"another mark", version + "? 00\n", "line 2:"},
		{"the version twice", version + version, "line 2:"},
		{"no hex", version + "> 0G\n", "line 2:"},
		{"half a byte", version + "> 00 A\n", "line 2:"},
		{"half a mask", version + "> 00 20 00 01 01 *\n", "line 2:"},
		{"an answer first", version + "< 90 00\n", "line 2:"},
		{"an error first", version + "! error\n", "line 2:"},
		{"a duration first", version + "@ 1s\n", "line 2:"},
		{"two answers", version + "> 00\n< 90 00\n< 90 00\n", "line 4:"},
		{"answer and error", version + "> 00\n< 90 00\n! error\n", "line 4:"},
		{"error and answer", version + "> 00\n! error\n< 90 00\n", "line 4:"},
		{"no answer", version + "> 00\n> 00\n", "line 3:"},
		{"late in place of an answer", version + "> 00\n~ 90 00\n", "line 3:"},
		{"an error that is none", version + "> 00\n! error oops\n", "line 3:"},
		{"an error without a word", version + "> 00\n!\n", "line 3:"},
		{"duration of an open command", version + "> 00\n@ 1s\n", "line 3:"},
		{"two durations", version + "> 00\n< 90 00\n@ 1s\n@ 1s\n", "line 5:"},
		{"no duration", version + "> 00\n< 90 00\n@ x\n", "line 4:"},
		{"duration of nothing", version + "> 00\n< 90 00\n@ 0s\n", "line 4:"},
		{"an answer not told", version + "> 00\n< ** 90 00\n", "line 3:"},
		{"a late answer not told", version + "> 00\n! error\n~ ** 90 00\n", "line 4:"},
		{"goes on with a mark", version + "> 00 \\\n< 90 00\n", "line 3:"},
		{"a line too long", version + "> 00\n#" + strings.Repeat("x", transport.MaxTranscriptLine) + "\n", "line 3:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := transport.ParseTranscript(strings.NewReader(tt.text))
			require.ErrorIs(t, err, transport.ErrTranscript)
			require.Contains(t, err.Error(), tt.where)
			require.NotContains(t, err.Error(), "\n")
			require.Error(t, transport.Redact(io.Discard, strings.NewReader(tt.text)))
		})
	}
}

func TestTranscriptThatIsTooLarge(t *testing.T) {
	const step = "> 00\n! error\n"
	for _, tt := range []struct {
		name string
		text string
		ok   bool
	}{
		{"as many steps as there may be", strings.Repeat(step, transport.MaxTranscriptSteps), true},
		{"a step more", strings.Repeat(step, transport.MaxTranscriptSteps) + "> 00\n", false},
		{"a late answer more", strings.Repeat(step, transport.MaxTranscriptSteps) + "~ 90 00\n", false},
		{"the longest command", ">" + strings.Repeat(" 00 \\\n", 65543) + "00\n", true},
		{"a longer command", ">" + strings.Repeat(" 00 \\\n", 65544) + "00\n", false},
		{"comments without end", strings.Repeat("#"+strings.Repeat("x", 1022)+"\n", transport.MaxTranscript/1024), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := transport.ParseTranscript(strings.NewReader("lwm2mboot transcript 1\n" + tt.text))
			if tt.ok {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, transport.ErrTranscript)
			}
		})
	}
}

func TestReaderAndWriterFail(t *testing.T) {
	oops := errors.New("oops")
	_, err := transport.ParseTranscript(io.MultiReader(strings.NewReader("lwm2mboot transcript 1\n> 00"), iotest.ErrReader(oops)))
	require.ErrorIs(t, err, oops)

	transcript := parse(t, "> 00\n< 90 00\n")
	whole := len(format(t, transcript))
	for limit := range whole {
		w := &limitedWriter{limit: limit, err: oops}
		n, err := transcript.WriteTo(w)
		require.ErrorIs(t, err, oops)
		require.EqualValues(t, limit, n)
	}
}

// limitedWriter fails behind limit bytes.
type limitedWriter struct {
	limit int
	got   strings.Builder
	err   error
}

func (w *limitedWriter) Write(b []byte) (int, error) {
	n := min(len(b), w.limit-w.got.Len())
	w.got.Write(b[:n])
	if n < len(b) {
		return n, w.err
	}
	return n, nil
}

// TestTranscriptCutAnywhere cuts what a crash may leave: it is read up to what
// was whole.
func TestTranscriptCutAnywhere(t *testing.T) {
	text := "lwm2mboot transcript 1\n> 00 A4 00 04 02 3F 00 00\n<" + strings.Repeat(" AB", 20) + " \\\n 90 00\n> 00 B0 00 00 00\n! no-card\n"
	for n := range len(text) {
		transcript, err := transport.ParseTranscript(strings.NewReader(text[:n]))
		if n < len("lwm2mboot transcript 1\n") {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err, "%q", text[:n])
		replay := transport.Replay(transcript)
		whole := strings.Count(text[:n], "\n")
		rapdu, err := transmit(t, replay, "00A40004023F0000")
		switch {
		case whole < 2:
			require.ErrorIs(t, err, transport.ErrUnexpected)
		case whole < 4:
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.NoError(t, replay.Close())
		default:
			require.NoError(t, err)
			require.Len(t, rapdu, 22)
		}
	}
}

func FuzzTranscript(f *testing.F) {
	f.Add("> 00 70 00 00 01\n< 01 90 00\n@ 66ms\n> 00 20 00 01 08 ** ** ** ** ** ** ** **\n! deadline lost-step\n~ 02 90 00\n")
	f.Add("> 00 20 00 01 31 32 33 34\n< 67 00 \\\n")
	f.Fuzz(func(t *testing.T, text string) {
		transcript, err := transport.ParseTranscript(strings.NewReader("lwm2mboot transcript 1\n" + text))
		if err != nil {
			require.ErrorIs(t, err, transport.ErrTranscript)
			return
		}
		require.LessOrEqual(t, transcript.Len(), transport.MaxTranscriptSteps)
		written := format(t, transcript)
		again, err := transport.ParseTranscript(strings.NewReader(written))
		require.NoError(t, err)
		require.Equal(t, transcript, again)

		redacted := transcript.Redacted()
		require.Equal(t, transcript, again, "redacting a copy")
		require.Equal(t, shape(written), shape(format(t, redacted)))
		require.Equal(t, redacted, redacted.Redacted(), "nothing is left to redact")
	})
}

// shape is a transcript without its bytes: lengths, status words, errors.
func shape(text string) string {
	var out strings.Builder
	text = strings.ReplaceAll(text, " \\\n ", "")
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch fields[0] {
		case ">":
			fmt.Fprintln(&out, ">", len(fields))
		case "<", "~":
			fmt.Fprintln(&out, fields[0], len(fields))
			if n := len(fields); n >= 3 {
				fmt.Fprintln(&out, fields[n-2:])
			}
		default:
			out.WriteString(line)
		}
	}
	return out.String()
}
