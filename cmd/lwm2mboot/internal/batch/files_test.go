package batch

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// listing is all that a directory has, by name.
func listing(t testing.TB, dir string) map[string]string {
	t.Helper()
	list := make(map[string]string)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode(), e.Name())
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		list[e.Name()] = hexOf(b)
	}
	return list
}

var binNames = &Options{Name: "${iccid}.bin"}

func toDir(t testing.TB, dir, rows string, o *RunOptions) (Summary, error) {
	t.Helper()
	return compile(t, cards, binNames).Files(t.Context(), strings.NewReader(rows), dir, o)
}

func TestFilesAreMadeOnePerRow(t *testing.T) {
	dir := t.TempDir()
	s, err := toDir(t, dir, "iccid,identity,key\n8949,"+goodIdentity+","+goodKey+"\n8950,me,00\n", nil)
	require.NoError(t, err)
	require.EqualValues(t, 2, s.Made)
	require.Equal(t, map[string]string{
		"8949.bin": good(t),
		"8950.bin": hexOf(generate(t, fill(map[string]string{"identity": "me", "key": "00"}))),
	}, listing(t, dir))
	require.EqualValues(t, 126, s.Octets-int64(len(listing(t, dir)["8950.bin"])/2))
}

func TestFilesResumedAtEveryRowAreTheSame(t *testing.T) {
	tpl := compile(t, cards, binNames)
	rows := mixedRows()
	whole := t.TempDir()
	all, err := tpl.Files(t.Context(), strings.NewReader(rows), whole, &RunOptions{KeepGoing: true})
	require.NoError(t, err)
	require.EqualValues(t, 7, all.Made)
	for at := range int64(11) {
		dir := t.TempDir()
		s, err := tpl.Files(&countdown{t.Context(), at}, strings.NewReader(rows), dir, &RunOptions{KeepGoing: true})
		require.ErrorIs(t, err, errEnough)
		require.Equal(t, at, s.Rows)
		require.Len(t, listing(t, dir), int(s.Made))
		again, err := tpl.Files(t.Context(), strings.NewReader(rows), dir, &RunOptions{KeepGoing: true, Resume: true})
		require.NoError(t, err)
		require.Equal(t, listing(t, whole), listing(t, dir))
		require.Equal(t, s.Made, again.Passed)
		require.Equal(t, all.Made, again.Passed+again.Made)
		require.Equal(t, all.Failed, again.Failed)
	}
}

func TestSecondRowOfANameIsAnError(t *testing.T) {
	rows := "iccid,identity,key\n1,a,00\n2,b,11\n1,c,22\n3,d,33\n"
	for _, resume := range []bool{false, true} {
		dir := t.TempDir()
		s, err := toDir(t, dir, rows, &RunOptions{KeepGoing: true, Resume: resume})
		require.NoError(t, err)
		require.EqualValues(t, 3, s.Made)
		require.EqualValues(t, 1, s.Failed)
		require.ErrorIs(t, s.Errors[0], ErrExists)
		require.EqualValues(t, 3, s.Errors[0].Row)
		require.Len(t, listing(t, dir), 3)
		require.Equal(t, hexOf(generate(t, fill(map[string]string{"identity": "a", "key": "00"}))), listing(t, dir)["1.bin"])
	}
}

const oneRow = "iccid,identity,key\n1,me,00\n"

func TestFilesAreNotOverwritten(t *testing.T) {
	want := hexOf(generate(t, fill(map[string]string{"identity": "me", "key": "00"})))
	same := string(unhex(t, want))
	for _, test := range []struct {
		name, there   string
		resume, force bool
		passed, made  int64
	}{
		{"other octets", "other", false, false, 0, 0},
		{"the same octets", same, false, false, 0, 0},
		{"the same octets, resumed", same, true, false, 1, 0},
		{"as many other octets, resumed", strings.Repeat("x", len(same)), true, false, 0, 0},
		{"fewer octets, resumed", same[:len(same)-1], true, false, 0, 0},
		{"no octets, resumed", "", true, false, 0, 0},
		{"other octets, forced", "other", false, true, 0, 1},
		{"the same octets, forced", same, false, true, 0, 1},
		{"other octets, resumed and forced", "other", true, true, 0, 1},
		{"the same octets, resumed and forced", same, true, true, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "1.bin"), []byte(test.there), 0o600))
			s, err := toDir(t, dir, oneRow, &RunOptions{Resume: test.resume, Force: test.force})
			require.Equal(t, test.passed, s.Passed)
			require.Equal(t, test.made, s.Made)
			if test.passed+test.made > 0 {
				require.NoError(t, err)
				require.Equal(t, map[string]string{"1.bin": want}, listing(t, dir))
				return
			}
			require.ErrorIs(t, err, ErrExists)
			require.Equal(t, map[string]string{"1.bin": hexOf([]byte(test.there))}, listing(t, dir))
		})
	}
}

func TestResumeDoesNotReadWhatIsTooLong(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "1.bin")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.Truncate(path, 1<<30)) // a hole
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := toDir(t, dir, oneRow, &RunOptions{Resume: true})
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, ErrExists)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<24))
}

func TestWhatIsNoFileIsNotOverwritten(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	require.NoError(t, os.WriteFile(outside, []byte("mine"), 0o600))
	for name, make := range map[string]func(path string) error{
		"a directory":              func(path string) error { return os.Mkdir(path, 0o700) },
		"a link":                   func(path string) error { return os.Symlink(outside, path) },
		"a link that leads astray": func(path string) error { return os.Symlink("nowhere", path) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, o := range []*RunOptions{nil, {Force: true}, {Resume: true}} {
				dir := t.TempDir()
				require.NoError(t, make(filepath.Join(dir, "1.bin")))
				_, err := toDir(t, dir, oneRow, o)
				require.ErrorIs(t, err, ErrExists)
				entries, err := os.ReadDir(dir)
				require.NoError(t, err)
				require.Len(t, entries, 1)
			}
		})
	}
	b, err := os.ReadFile(outside)
	require.NoError(t, err)
	require.Equal(t, "mine", string(b))
}

// What a run that was killed leaves is a part of a file, never a short file.
func TestPartOfAFileIsWrittenAnew(t *testing.T) {
	for _, test := range []struct {
		o    *RunOptions
		made bool
	}{{nil, false}, {&RunOptions{Resume: true}, true}, {&RunOptions{Force: true}, true}} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".1.bin.part"), []byte("0"), 0o600))
		s, err := toDir(t, dir, oneRow, test.o)
		require.Equal(t, test.made, s.Made == 1)
		if test.made {
			require.NoError(t, err)
			require.Len(t, listing(t, dir), 1)
			continue
		}
		require.ErrorIs(t, err, ErrExists)
		require.Equal(t, map[string]string{".1.bin.part": "30"}, listing(t, dir))
	}
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, ".1.bin.part", "full"), 0o700))
	_, err := toDir(t, dir, oneRow, &RunOptions{Resume: true})
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrExists)
}

func TestNamesThatFilesCannotHave(t *testing.T) {
	for _, bad := range []string{
		"", ".", "..", ".x", "-x", "../x", "a/b", "/etc/passwd", `a\b`, `..\x`, "C:x", "a*", "a?", `a""b`, "a<", "a>", "a|",
		"a\tb", "a\x7fb", "a\x1bb", strings.Repeat("x", MaxName+1), "x.", "x ",
	} {
		dir := t.TempDir()
		tpl := compile(t, cards, &Options{Name: "${name}"})
		s, err := tpl.Files(t.Context(), strings.NewReader("name,identity,key\n\""+bad+"\",me,00\ngood-1.bin,me,00\n"), dir, &RunOptions{KeepGoing: true})
		require.NoError(t, err)
		require.EqualValues(t, 1, s.Failed, "%q", bad)
		require.ErrorIs(t, s.Errors[0], ErrName)
		require.Len(t, listing(t, dir), 1)
		require.Contains(t, listing(t, dir), "good-1.bin")
	}
}

func TestNamesAreTriedBeforeTheFirstRow(t *testing.T) {
	for _, name := range []string{"", "out/${iccid}", ".${iccid}", "-${iccid}", "${iccid}" + strings.Repeat("x", MaxName)} {
		s, err := compile(t, cards, &Options{Name: name}).Files(t.Context(), strings.NewReader(oneRow), t.TempDir(), nil)
		require.ErrorIs(t, err, ErrOption)
		require.Zero(t, s)
	}
}

func TestFilesNeedADirectory(t *testing.T) {
	_, err := toDir(t, filepath.Join(t.TempDir(), "none"), oneRow, nil)
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = toDir(t, t.TempDir(), "iccid\n1\n", nil)
	require.ErrorIs(t, err, ErrColumn)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = compile(t, cards, binNames).Files(ctx, strings.NewReader(oneRow), dir, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, listing(t, dir))
}

// A directory that vanishes is no fault of a row: the run ends.
func TestDirectoryThatVanishesEndsTheRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.Mkdir(dir, 0o700))
	rows := "iccid,identity,key\n1,me,xx\n1,me,00\n2,me,00\n"
	s, err := toDir(t, dir, rows, &RunOptions{KeepGoing: true, Failed: func(*RowError) { os.Remove(dir) }})
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.EqualValues(t, 1, s.Rows)
}
