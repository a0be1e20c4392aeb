package batch

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
	"github.com/stretchr/testify/require"
)

// substituted is what config makes of cards when the texts stand in it from the
// beginning: the slow way.
func substituted(t testing.TB, row map[string]string) (file []byte, err error) {
	n, err := config.ParseYAML([]byte(cards))
	require.NoError(t, err)
	var walk func(n *config.Node)
	walk = func(n *config.Node) {
		for name, value := range row {
			n.Text = strings.Replace(n.Text, "${"+name+"}", value, 1)
		}
		for i := range n.Entries {
			walk(&n.Entries[i].Value)
		}
	}
	for i := range n.Entries {
		walk(&n.Entries[i].Value)
	}
	file, _, err = config.Generate(n, nil)
	return file, err
}

// FuzzRow: a row gives the file that config.Generate gives, or both give none;
// CSV and NDJSON are one; the key shows nowhere.
func FuzzRow(f *testing.F) {
	f.Add("8949", goodIdentity, goodKey)
	f.Add("8949", "text:hex:00", "00 11 22")
	f.Add("", "hex:", "zz")
	f.Add("8949", "é\n\"'", "derive:16:${iccid}")
	f.Add("${key}", "${key}", "${identity}")
	f.Fuzz(func(t *testing.T, iccid, identity, key string) {
		for _, v := range []string{iccid, identity, key} {
			if !utf8.ValidString(v) || strings.ContainsAny(v, "\x00\r\n") || len(v) > 9000 {
				return
			}
		}
		row := map[string]string{"identity": identity, "key": key}
		if strings.Contains(identity, "${key}") { // substituted would look into it
			return
		}
		file, err := substituted(t, row)
		good := err == nil && iccid != "" && len(iccid) <= MaxName && !isDerived(identity)
		tpl := compile(t, cards, &Options{Name: "${iccid}", Columns: []string{}})

		var asCSV bytes.Buffer
		w := csv.NewWriter(&asCSV)
		require.NoError(t, w.WriteAll([][]string{{"iccid", "identity", "key"}, {iccid, identity, key}}))
		row["iccid"] = iccid
		asJSON, err := json.Marshal(row)
		require.NoError(t, err)

		var outputs []string
		for _, in := range []string{asCSV.String(), string(asJSON)} {
			out, s, err := toString(t, tpl, in, nil)
			require.EqualValues(t, 1, s.Rows)
			require.Equal(t, good, err == nil, "%v", err)
			if good {
				require.Contains(t, out, `"hex":"`+hexOf(file)+`"`)
			} else if len(key) > 5 && !strings.Contains(iccid, key) && !strings.Contains("Security/1/SecretKey", key) {
				require.NotContains(t, strings.TrimPrefix(err.Error(), "row 1, line"), key)
			}
			outputs = append(outputs, out)
		}
		require.Equal(t, outputs[0], outputs[1])
	})
}

// memory is a file in memory.
type memory struct {
	b  []byte
	at int
}

func (m *memory) Read(p []byte) (int, error) {
	if m.at == len(m.b) {
		return 0, io.EOF
	}
	n := copy(p, m.b[m.at:])
	m.at += n
	return n, nil
}

func (m *memory) Write(p []byte) (int, error) {
	m.b = append(m.b[:m.at], p...)
	m.at = len(m.b)
	return len(p), nil
}

func (m *memory) Seek(to int64, _ int) (int64, error) { m.at = int(to); return to, nil }

func (m *memory) Truncate(size int64) error { m.b = m.b[:size]; return nil }

// FuzzInput: whatever comes in, each row has its line, in order, that is JSON;
// and what was cut anywhere is the same when it is resumed.
func FuzzInput(f *testing.F) {
	f.Add([]byte("iccid,identity,key\n1,me,00\n2,you,zz\n\n3,\"he\",\"11\"\n"), uint16(100))
	f.Add([]byte("iccid,identity,key\r\n1,me,00\r\n2,\"you,11\r\n3,he,22\r\n"), uint16(7))
	f.Add([]byte("{\"iccid\":1,\"identity\":\"me\",\"key\":\"00\"}\n{\"iccid\":[]}\n{\n\x00\n\xFF\n"), uint16(300))
	f.Add([]byte("\xEF\xBB\xBF{}\n{}"), uint16(0))
	f.Fuzz(func(t *testing.T, in []byte, cut uint16) {
		tpl := compile(t, cards, names)
		whole := new(memory)
		s, err := tpl.Stream(t.Context(), bytes.NewReader(in), whole, &RunOptions{KeepGoing: true, Resume: true})
		require.Equal(t, s.Rows, s.Made+s.Failed)
		rows := s.Rows
		if errors.Is(err, ErrTorn) {
			rows--
		} else if err != nil {
			require.Zero(t, rows)
		}
		lines := strings.SplitAfter(string(whole.b), "\n")
		require.Len(t, lines, int(rows)+1)
		require.Empty(t, lines[rows])
		for i, text := range lines[:rows] {
			var line struct {
				Row        int
				Hex, Error string
			}
			require.NoError(t, json.Unmarshal([]byte(text), &line))
			require.Equal(t, i+1, line.Row)
			require.True(t, (line.Hex == "") != (line.Error == ""))
		}

		part := &memory{b: bytes.Clone(whole.b[:int(cut)%(len(whole.b)+1)])}
		again, err2 := tpl.Stream(t.Context(), bytes.NewReader(in), part, &RunOptions{KeepGoing: true, Resume: true})
		require.Equal(t, err == nil, err2 == nil)
		require.Equal(t, string(whole.b), string(part.b))
		require.Equal(t, s.Rows, again.Rows)
		require.Equal(t, s.Failed, again.Failed)
	})
}

// FuzzText: text without columns comes through but for $${, and one column
// alone is what the row has.
func FuzzText(f *testing.F) {
	f.Add("coaps://${host}:5684", "example")
	f.Add("$${${a}$", "${a}")
	f.Fuzz(func(t *testing.T, in, value string) {
		var names []string
		text, reason := parseText(in, func(name string) int { names = append(names, name); return 0 })
		if reason != "" {
			require.Contains(t, in, "${")
			return
		}
		got, _ := text.fill([]string{value}, nil)
		want := strings.ReplaceAll(in, "$${", "\x00")
		for _, name := range names {
			want = strings.Replace(want, "${"+name+"}", "\x01", 1)
		}
		want = strings.ReplaceAll(strings.ReplaceAll(want, "\x00", "${"), "\x01", value)
		if !strings.ContainsAny(in, "\x00\x01") && !strings.ContainsAny(value, "\x00\x01") {
			require.Equal(t, want, got)
		}
	})
}
