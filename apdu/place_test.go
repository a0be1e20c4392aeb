package apdu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// step is one call on a channel and the commands that it makes.
type step struct {
	app      apdu.AID // SelectApp
	path     apdu.Path
	commands []string
	fails    bool
}

// TestRelativePathsStartAtTheApplication: where a path is relative, the
// current DF is brought back to its start if it may be another, and only then.
func TestRelativePathsStartAtTheApplication(t *testing.T) {
	relative, absolute := apdu.Path{0x6432}, apdu.Path{0x3F00, 0x7F50, 0x6430}
	open := step{app: app, commands: []string{selectApp + "9000"}}
	toMF := step{path: absolute, commands: []string{"01A4080C047F506430 > 9000"}}
	const file = "01A4000C026432 > "
	const back = "01A4000C027FFF > "
	for _, v := range []struct {
		name  string
		steps []step
	}{
		{"MF at first", []step{{path: relative, commands: []string{file + "9000"}}}},
		{"application", []step{open, {path: relative, commands: []string{file + "9000"}}, {path: relative, commands: []string{file + "9000"}}}},
		{"without application, behind an absolute path", []step{
			toMF,
			{path: relative, commands: []string{"01A4000C023F00 > 9000", file + "9000"}},
			{path: relative, commands: []string{file + "9000"}},
		}},
		{"behind an absolute path", []step{
			open, toMF,
			{path: relative, commands: []string{back + "9000", file + "9000"}},
			{path: relative, commands: []string{file + "9000"}},
		}},
		{"behind an absolute path that failed", []step{
			open,
			{path: absolute, fails: true, commands: []string{"01A4080C047F506430 > 6982"}},
			{path: relative, commands: []string{back + "9000", file + "9000"}},
		}},
		{"behind a walk into a DF", []step{
			open,
			{path: apdu.Path{0x5F3B, 0x4F20}, commands: []string{"01A4000C025F3B > 9000", "01A4000C024F20 > 9000"}},
			{path: relative, commands: []string{back + "9000", file + "9000"}},
		}},
		{"behind a walk into a DF that failed there", []step{
			open,
			{path: apdu.Path{0x5F3B, 0x4F20}, fails: true, commands: []string{"01A4000C025F3B > 9000", "01A4000C024F20 > 6982"}},
			{path: relative, commands: []string{back + "9000", file + "9000"}},
		}},
		{"in the second form of a walk", []step{
			open,
			{path: apdu.Path{0x5F3B, 0x4F20}, commands: []string{
				"01A4000C025F3B > 9000", "01A4000C024F20 > 6A86",
				"01A40004027FFF00 > 9000", "01A40004025F3B00 > 9000", "01A40004024F2000 > 9000",
			}},
		}},
		{"by 7FFF", []step{
			open, toMF,
			{path: apdu.Path{0x7FFF, 0x6432}, commands: []string{back + "9000", file + "9000"}},
		}},
		{"7FFF refused: by the AID", []step{
			open, toMF,
			{path: relative, commands: []string{back + "6A82", selectApp + "9000", file + "9000"}},
		}},
		{"7FFF leads to another application: by the AID", []step{
			open, toMF,
			{path: relative, commands: []string{back + "62078405A000000087 9000", selectApp + "9000", file + "9000"}},
		}},
		{"7FFF fails for another reason", []step{
			open, toMF,
			{path: relative, fails: true, commands: []string{back + "busy"}},
			{path: relative, commands: []string{back + "9000", file + "9000"}},
		}},
		{"3F00 refused without an application", []step{
			toMF,
			{path: relative, fails: true, commands: []string{"01A4000C023F00 > 6982"}},
		}},
		{"the application again", []step{open, toMF, open, {path: relative, commands: []string{file + "9000"}}}},
		{"an application that was not found", []step{
			open,
			{app: otherApp, fails: true, commands: []string{"01A4040C05A000000087 > 6A82", "01A4040405A00000008700 > 6A82"}},
			{path: relative, commands: []string{file + "9000"}},
		}},
		{"an application whose SELECT was lost", []step{
			open,
			{app: otherApp, fails: true, commands: []string{"01A4040C05A000000087 > busy"}},
			{path: relative, commands: []string{selectApp + "9000", file + "9000"}},
			{path: relative, commands: []string{file + "9000"}},
		}},
		{"an application whose SELECT was lost, behind an absolute path", []step{
			open,
			{app: otherApp, fails: true, commands: []string{"01A4040C05A000000087 > busy"}},
			toMF,
			{path: relative, commands: []string{selectApp + "9000", file + "9000"}},
		}},
		{"an application whose FCP was lost", []step{
			open,
			{app: otherApp, fails: true, commands: []string{"01A4040C05A000000087 > 6A86", "01A4040405A00000008700 > 6120", "01C0000020 > 6F00"}},
			{path: relative, commands: []string{selectApp + "9000", file + "9000"}},
		}},
		{"an application whose SELECT ended by 6300", []step{
			open,
			{app: otherApp, fails: true, commands: []string{"01A4040C05A000000087 > 6300"}},
			{path: relative, commands: []string{selectApp + "9000", file + "9000"}},
		}},
		{"another application than asked for", []step{
			open,
			{app: otherApp, fails: true, commands: []string{
				"01A4040C05A000000087 > 6A86", "01A4040405A00000008700 > 62078405A000000099 9000", "01A4040405A000000087 > 6A82",
			}},
			{path: relative, commands: []string{selectApp + "9000", file + "9000"}},
		}},
		{"lost without an application before", []step{
			{app: otherApp, fails: true, commands: []string{"01A4040C05A000000087 > busy"}},
			{path: relative, commands: []string{"01A4000C023F00 > 9000", file + "9000"}},
		}},
		{"a DF by its identifier", []step{
			open,
			{path: apdu.Path{0x5F3B}, commands: []string{"01A4000C025F3B > 6A86", "01A40004025F3B00 > 6208 82027821 83025F3B 9000"}},
			{path: apdu.Path{0x6432}, commands: []string{"01A40004027FFF00 > 9000", "01A40004026432 00 > 9000"}},
		}},
	} {
		t.Run(v.name, func(t *testing.T) {
			run(t, v.steps)
		})
	}
}

func run(t *testing.T, steps []step) {
	t.Helper()
	var script []string
	for _, s := range steps {
		script = append(script, s.commands...)
	}
	ch := openScripted(t, script...)
	sent := ch.Stats().RoundTrips
	for i, s := range steps {
		var err error
		if s.app != "" {
			_, err = ch.SelectApp(t.Context(), s.app)
		} else {
			_, err = ch.SelectFile(t.Context(), s.path)
		}
		if s.fails {
			require.Error(t, err, "step %d", i)
		} else {
			require.NoError(t, err, "step %d", i)
		}
		sent += len(s.commands)
		require.Equal(t, sent, ch.Stats().RoundTrips, "step %d", i)
	}
}

// P1 = 08 leads to the file from wherever the current DF is; but for an
// application that may not be the one selected.
func TestPathsThroughTheADFNeedNoWayBack(t *testing.T) {
	learn := step{path: apdu.Path{0x6432}, commands: []string{
		"01A4000C026432 > 6A82", "01A40004026432 00 > 6A82", "01A40004026432 > 6A82", "01A4080C047FFF6432 > 9000",
	}}
	open := step{app: app, commands: []string{selectApp + "9000"}}
	run(t, []step{
		open, learn,
		{path: apdu.Path{0x3F00, 0x2F00}, commands: []string{"01A4080C022F00 > 9000"}},
		{path: apdu.Path{0x6432}, commands: []string{"01A4080C047FFF6432 > 9000"}},
		{app: otherApp, fails: true, commands: []string{"01A4040C05A000000087 > busy"}},
		{path: apdu.Path{0x6432}, commands: []string{selectApp + "9000", "01A4080C047FFF6432 > 9000"}},
	})
}

func TestPathsThroughTheMFNeedNoWayBack(t *testing.T) {
	run(t, []step{
		{path: apdu.Path{0x2F00}, commands: []string{
			"01A4000C022F00 > 6A82", "01A4000402 2F0000 > 6A82", "01A4000402 2F00 > 6A82", "01A4080C022F00 > 9000",
		}},
		{path: apdu.Path{0x3F00, 0x7F50, 0x6432}, commands: []string{"01A4080C047F506432 > 9000"}},
		{path: apdu.Path{0x2F00}, commands: []string{"01A4080C022F00 > 9000"}},
	})
}

// The modem uses the basic channel as well, and may select another
// application, or another DF, between any two files.
func TestBasicChannelLooksForEachFileAnew(t *testing.T) {
	card := scripted(t,
		"00A4000C023F00 > 9000", "00A4000C022F00 > 9000",
		"00A4040C05A000000063 > 9000", "00A4000C025031 > 9000",
		"00A4040C05A000000063 > 9000", "00A4000C026430 > 6982",
		"00A4040C05A000000063 > 9000", "00A4000C026432 > 9000",
		"00A4080C022F00 > 9000")
	ch := apdu.BasicChannel(card)
	_, err := ch.SelectFile(t.Context(), apdu.Path{apdu.FIDDir})
	require.NoError(t, err)
	_, err = ch.SelectApp(t.Context(), app)
	require.NoError(t, err)
	_, err = ch.SelectFile(t.Context(), apdu.Path{0x5031})
	require.NoError(t, err)
	_, err = ch.SelectFile(t.Context(), apdu.Path{0x6430})
	require.ErrorIs(t, err, apdu.ErrSecurity)
	_, err = ch.SelectFile(t.Context(), apdu.Path{0x7FFF, 0x6432})
	require.NoError(t, err)
	_, err = ch.SelectFile(t.Context(), apdu.Path{apdu.FIDMF, apdu.FIDDir})
	require.NoError(t, err)
}
