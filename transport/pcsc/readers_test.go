package pcsc

import (
	"bytes"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

func TestReadersAreAsTheDaemonTellsThem(t *testing.T) {
	long := strings.Repeat("x", nameSize)
	atr33 := bytes.Repeat([]byte{0x3B}, atrSize)
	d := startDaemon(t, fixed(ok))
	d.readers = slices.Concat(
		entry("A 00 00", present, 0, testATR, 8),
		make([]byte, readerSize), // a reader was unplugged
		entry("B 00 00", absent, 0, testATR, 8),
		entry("C 00 00", present, math.MaxUint32, atr33, atrSize),
		entry("D 00 00", present, 2, atr33, atrSize+1),
		entry(long, present, 1, nil, 0),
	)
	found, err := Readers(t.Context(), d.config())
	require.NoError(t, err)
	require.Equal(t, []Reader{
		{Name: "A 00 00", Card: true, ATR: testATR},
		{Name: "B 00 00"},
		{Name: "C 00 00", Card: true, ATR: atr33, InUse: true, Locked: true},
		{Name: "D 00 00", Card: true, InUse: true},
		{Name: long, Card: true, InUse: true},
	}, found)
}

func TestNoReadersIsNoErrorOfReaders(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	d.readers = nil
	found, err := Readers(t.Context(), d.config())
	require.NoError(t, err)
	require.Empty(t, found)
	_, err = Connect(t.Context(), "", d.config())
	require.ErrorIs(t, err, ErrNoReader)
}

func TestReaderIsChosenByNameOrByItsCard(t *testing.T) {
	empty, full := Reader{Name: "empty"}, Reader{Name: "full", Card: true}
	for _, tt := range []struct {
		found      []Reader
		name, want string
	}{
		{[]Reader{empty, full}, "", "full"},
		{[]Reader{empty, full}, "empty", "empty"},
		{[]Reader{empty}, "", "empty"},
		{[]Reader{empty, full}, "ful", ""},
		{nil, "", ""},
	} {
		got, err := choose(tt.found, tt.name)
		require.Equal(t, tt.want, got)
		require.Equal(t, tt.want == "", errors.Is(err, ErrNoReader))
	}
}

func TestUnknownReaderNamesTheOthers(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	_, err := Connect(t.Context(), "Reader 01 00", d.config())
	require.ErrorIs(t, err, ErrNoReader)
	require.Contains(t, err.Error(), `"Reader 01 00"`)
	require.Contains(t, err.Error(), `"`+testReader+`"`)
}

func TestReaderThatGoesInBetweenIsNoReader(t *testing.T) {
	d := startDaemon(t, fixed(ok))
	d.refuse[cmdConnect] = []Code{CodeUnknownReader}
	_, err := Connect(t.Context(), testReader, d.config())
	require.ErrorIs(t, err, ErrNoReader)
}

func TestSystemWithoutPcscdIsUnsupported(t *testing.T) {
	for goos, want := range map[string]string{
		"linux": "/run/pcscd/pcscd.comm", "openbsd": "/var/run/pcscd/pcscd.comm", "darwin": "", "windows": "", "plan9": "",
	} {
		require.Equal(t, want, defaultSocket(goos), goos)
	}
	_, err := dial(t.Context(), "")
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.Contains(t, err.Error(), runtime.GOOS)
}

func TestConfigComesBeforeTheEnvironment(t *testing.T) {
	t.Setenv(SocketEnv, "/env")
	require.Equal(t, "/cfg", (&Config{Socket: "/cfg"}).orDefault().Socket)
	require.Equal(t, "/env", new(Config).orDefault().Socket)
	t.Setenv(SocketEnv, "")
	require.Equal(t, defaultSocket(runtime.GOOS), (*Config)(nil).orDefault().Socket)
	require.Equal(t, DefaultTimeout, (*Config)(nil).orDefault().Timeout)
}

func TestRequestIsAsDrawn(t *testing.T) {
	b := request(cmdConnect, []uint32{7}, strings.Repeat("n", nameSize+5), 1, 2)
	require.Equal(t, uint32(len(b)-8), order.Uint32(b))
	require.Equal(t, uint32(cmdConnect), order.Uint32(b[4:]))
	require.Equal(t, uint32(7), order.Uint32(b[8:]))
	name := b[12 : 12+nameSize]
	require.Equal(t, nameSize-1, bytes.IndexByte(name, 0), "a name ends within its field")
	require.Equal(t, uint32(1), word(b, 2))
	require.Equal(t, uint32(2), word(b, 1))
	require.Len(t, b, 8+4+nameSize+8)
}

func TestCodesMatchTheirClassesAndNoOther(t *testing.T) {
	classes := []error{apdu.ErrNoCard, apdu.ErrCardBusy, apdu.ErrCardFault, ErrNoReader, ErrNoService, ErrReset}
	for code, known := range codes {
		for _, class := range classes {
			require.Equal(t, known.is == class, errors.Is(code, class), "%v, %v", code, class)
		}
		require.Contains(t, code.Error(), known.text)
		require.NotContains(t, code.Error(), "\n")
	}
	for code, want := range map[Code]error{
		CodeNoCard: apdu.ErrNoCard, CodeRemovedCard: apdu.ErrNoCard, CodeSharingViolation: apdu.ErrCardBusy,
		CodeNotTransacted: apdu.ErrCardFault, CodeUnpoweredCard: apdu.ErrCardFault, CodeResetCard: ErrReset,
		CodeNoReaders: ErrNoReader, CodeReaderUnavailable: ErrNoReader, CodeNoService: ErrNoService, CodeServiceStopped: ErrNoService,
	} {
		require.ErrorIs(t, code, want)
	}
	require.Equal(t, "PC/SC 8010DEAD", Code(0x8010DEAD).Error())
	require.NotErrorIs(t, Code(0x8010DEAD), apdu.ErrNoCard)
	require.NoError(t, Code(0).err())
}

func TestOnlyCardIsInTheOneReaderWithACard(t *testing.T) {
	empty, full, other := Reader{Name: "A"}, Reader{Name: "B", Card: true}, Reader{Name: "C", Card: true}
	name, err := OnlyCard([]Reader{empty, full})
	require.NoError(t, err)
	require.Equal(t, "B", name)
	_, err = OnlyCard([]Reader{empty})
	require.ErrorIs(t, err, apdu.ErrNoCard)
	_, err = OnlyCard([]Reader{full, empty, other})
	require.ErrorContains(t, err, `in "B" and in "C"`)
}
