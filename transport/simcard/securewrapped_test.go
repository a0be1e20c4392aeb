package simcard_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestSecureChannelOnEveryLogicalChannel(t *testing.T) {
	content := letters(300)
	for _, opts := range [][]simcard.Option{nil, {simcard.T0}} {
		card := demanding(t, content, opts...)
		var open []*apdu.Channel
		for range 19 {
			ch, _ := secured(t, card, hostOf(keys16(t)))
			open = append(open, ch)
		}
		basic := apdu.BasicChannel(card)
		_, err := basic.SelectApp(t.Context(), apdu.AIDPKCS15)
		require.NoError(t, err)
		_, err = scp03.Open(t.Context(), basic, hostOf(keys16(t)))
		require.NoError(t, err)
		require.Len(t, card.SecureChannels(), 20)
		for i, ch := range append(open, basic) { // each session is its own
			got, err := readHere(t.Context(), ch, len(content))
			require.NoError(t, err, "channel %d", ch.Number())
			require.Equal(t, content, got)
			require.NoError(t, ch.Close(t.Context()))
			require.Len(t, card.SecureChannels(), max(1, 19-i))
		}
		require.Equal(t, []int{0}, card.SecureChannels())
		card.Reset()
		require.Empty(t, card.SecureChannels())
		require.Equal(t, 20, card.Authenticated())
	}
}

// A file of 32 KB comes through, its last bytes by the odd instruction code or
// the reads that reach there.
func TestLargeFileThroughTheSecureChannel(t *testing.T) {
	content := letters(0x8000 + 700)
	for _, opts := range [][]simcard.Option{nil, {simcard.T0}} {
		for _, s16 := range []bool{false, true} {
			parameter := simcard.DefaultSecureParameter
			if s16 {
				parameter |= scp03.ParameterS16
			}
			card := demanding(t, content, append(opts, simcard.SecureParameter(parameter))...)
			cfg := hostOf(keys16(t))
			cfg.S16 = s16
			ch, _ := secured(t, card, cfg)
			got, err := readHere(t.Context(), ch, len(content))
			require.NoError(t, err)
			require.Equal(t, content, got)
			require.NotZero(t, card.WrappedCommands(apdu.INSReadBinaryOdd))
			require.InDelta(t, len(content)/0xEF, card.WrappedCommands(apdu.INSReadBinary), 3)
			require.Equal(t, card.Commands(apdu.INSReadBinary), card.WrappedCommands(apdu.INSReadBinary))
		}
	}
}

// Every command of the card, wrapped, does what it does in the clear.
func TestWrappedCommands(t *testing.T) {
	records := simcard.RecordEF(0x6F01, []byte("one"), []byte("two"))
	long := simcard.RecordEF(0x6F02, make([]byte, 240))
	data := simcard.EF(0x6F03, []byte("content"))
	records.Update, data.Update = simcard.Always, simcard.Always
	const fcp = "621C8202412183026F03A503C001408A01058B036F060180020007880100" + "9000"
	script := []struct {
		command, answer string
		t0              string      // the answer when Le does not come, if another
		at              scp03.Level // 0: at every one
	}{
		{"00A4000C026F01", "9000", "", 0},
		{"00B2010403", "6F6E659000", "", 0},
		{"00B2010402", "6C03", "6F6E659000", scp03.Level11}, // it ends sessions that count commands
		{"00DC020403414243", "9000", "", 0},
		{"00B2020400", "4142439000", "", 0},
		{"00A4000C026F02", "9000", "", 0},
		{"00B20104F0", "6700", "", scp03.Level33}, // it does not fit
		{"00A4000C026F03", "9000", "", 0},
		{"00B0000004", "636F6E749000", "636F6E74656E749000", 0},
		{"00B0000000", "636F6E74656E749000", "", 0},
		{"00B000070A", "6B00", "", 0},
		{"00D60000024141", "9000", "", 0},
		{"00D700000554010153015A", "6A80", "", 0},
		{"00D700000654010153015A", "9000", "", 0},
		{"00B10000035401000A", "5307415A6E74656E749000", "", 0},
		{"00B100000354010103", "53015A9000", "53065A6E74656E749000", 0},
		{"00A40004026F0300", fcp, "", 0},
		{"00A40004026F03", fcp, "", 0},
		{"002000010831323334FFFFFFFF", "9000", "", 0},
		{"00200001", "9000", "", 0},
		{"80F2000C", "9000", "", 0},
		{"80F2000100", "840CA000000063504B43532D31359000", "", 0},
		{"80F2000103", "6C0E", "840CA000000063504B43532D31359000", scp03.Level11},
		{"80AA000003A90181", "9000", "", 0},
		{"0082000000", "6E00", "", 0},
		{"80CA000000", "6D00", "", 0},
		{"8050000008010203040506070800", "6985", "", 0},
		{"808233001001020304050607080102030405060708", "6985", "", 0},
		{"00A4040C0CA000000063504B43532D3135", "9000", "", 0},
	}
	for _, opts := range [][]simcard.Option{nil, {simcard.T0}} {
		for _, level := range []scp03.Level{scp03.Level11, scp03.Level13, scp03.Level33} {
			card := demanding(t, []byte{1}, append(opts, simcard.PIN(simcard.PIN1, "1234", 3),
				simcard.Files(simcard.ADF(apdu.AIDPKCS15, records, long, data)))...)
			cfg := hostOf(keys16(t))
			cfg.Level = level
			ch, s := secured(t, card, cfg)
			for _, step := range script {
				want := step.answer
				if opts != nil && step.t0 != "" {
					want = step.t0
				}
				if step.at != 0 && step.at != level {
					continue
				}
				cmd, err := apdu.ParseCommand(unhex(t, step.command))
				require.NoError(t, err)
				resp, err := ch.Transmit(t.Context(), cmd)
				require.NoError(t, err, step.command)
				require.Equal(t, want, hexed(resp.AppendTo(nil)), "%s at level %v, %v", step.command, level, opts)
				require.NoError(t, s.Err())
			}
			require.Equal(t, 2, card.WrappedCommands(apdu.INSVerify))
			require.True(t, card.Verified(simcard.PIN1))
		}
	}
}

// A wrong PIN's counter is told with a MAC, which GET RESPONSE fetches.
func TestWrongPINThroughTheSecureChannel(t *testing.T) {
	for _, opts := range [][]simcard.Option{nil, {simcard.T0}} {
		card := demanding(t, []byte{1}, append(opts, simcard.PIN(simcard.PIN1, "1234", 3))...)
		ch, s := secured(t, card, hostOf(keys16(t)))
		wrapped, err := s.Wrap(apdu.Command{INS: apdu.INSVerify, P2: 1, Data: []byte("9999\xFF\xFF\xFF\xFF")})
		require.NoError(t, err)
		wrapped.CLA, err = apdu.ClassForChannel(wrapped.CLA, ch.Number())
		require.NoError(t, err)
		capdu, err := wrapped.Bytes()
		require.NoError(t, err)
		if opts != nil {
			require.Equal(t, "6108", send(t, card, hexed(capdu)))
			capdu = unhex(t, class(ch.Number())+"C0000008")
		}
		rapdu, err := card.Transmit(t.Context(), capdu)
		require.NoError(t, err)
		require.Len(t, rapdu, 8+2)
		resp, err := apdu.ParseResponse(rapdu)
		require.NoError(t, err)
		resp, err = s.Unwrap(resp)
		require.NoError(t, err)
		require.Equal(t, apdu.SW(0x63C2), resp.SW)
		left, _ := card.TriesLeft(simcard.PIN1)
		require.Equal(t, 2, left)
	}
}

// To a READ BINARY of more than fits, the card answers what fits, whole.
func TestReadOfMoreThanFits(t *testing.T) {
	content := letters(600)
	for _, v := range []struct {
		level   scp03.Level
		s8, s16 int
	}{
		{scp03.Level01, 256, 256}, {scp03.Level03, 256, 256}, {scp03.Level11, 248, 240}, {scp03.Level13, 248, 240}, {scp03.Level33, 239, 239},
	} {
		for _, opts := range [][]simcard.Option{nil, {simcard.T0}} {
			for _, s16 := range []bool{false, true} {
				cfg, want, parameter := hostOf(keys16(t)), v.s8, simcard.DefaultSecureParameter
				if cfg.Level, cfg.S16 = v.level, s16; s16 {
					want, parameter = v.s16, parameter|scp03.ParameterS16
				}
				card := newCard(t, append(opts, simcard.BootstrapFile(content), simcard.SecureChannel(keys16(t)), simcard.SecureParameter(parameter))...)
				ch, _ := secured(t, card, cfg)
				_, err := ch.SelectFile(t.Context(), bootstrapFID().Path)
				require.NoError(t, err)
				resp, err := ch.Transmit(t.Context(), apdu.ReadBinary(0, 256))
				require.NoError(t, err)
				require.Equal(t, content[:want], resp.Data, "level %v, S16 %t", v.level, s16)
			}
		}
	}
}

// What ends a session, and what does not. Each step is said on channel 1, on
// which a session is open, or as it stands on another.
func TestEndsOfSessions(t *testing.T) {
	for name, v := range map[string]struct {
		script string
		stays  bool
	}{
		"a wrapped command that is not":        {"05B0000008 0000000000000000 > 6982", false},
		"a wrapped command without a MAC":      {"05B00000 > 6982", false},
		"a command in the clear":               {"01B0000000 > 6982", false},
		"SELECT by FID in the clear":           {"01A4000C02 5031 > 6982", false},
		"VERIFY in the clear":                  {"00A4000C023F00 > 9000\n01200001 > 6982", false},
		"INITIALIZE UPDATE":                    {"8150000008 0102030405060708 00 > *9000", false},
		"INITIALIZE UPDATE that is refused":    {"81500000 > 6700", false},
		"EXTERNAL AUTHENTICATE in the clear":   {"8182330010 00000000000000000000000000000000 > 6982", false},
		"SELECT of another application":        {"01A4040C07 A0000000871002 > 9000", false},
		"SELECT of the same again":             {"01A4040C0C A000000063504B43532D3135 > 9000", false},
		"SELECT of none":                       {"01A4040C05 A0000000FF > 6A82", true},
		"the end of the application":           {"01A4044C0C A000000063504B43532D3135 > 9000", false},
		"the channel's closing":                {"00708001 > 9000", false},
		"its closing on the channel":           {"01708000 > 9000", false},
		"MANAGE CHANNEL":                       {"0170000001 > 02 9000", true},
		"GET RESPONSE":                         {"01C0000000 > 6985", true},
		"commands on another channel":          {"00A4040C07 A0000000871002 > 9000\n00B0000000 > 6986\n0070000001 > 02 9000", true},
		"one in the clear that is not known":   {"01CA000000 > 6D00", true},
		"class A0, which is the basic channel": {"A0A4000002 3F00 > *9000", true},
	} {
		t.Run(name, func(t *testing.T) {
			card := demanding(t, []byte{1}, simcard.PIN(simcard.PIN1, "1234", 3))
			ch, _ := secured(t, card, hostOf(keys16(t)))
			play(t, card, v.script)
			require.Equal(t, v.stays, len(card.SecureChannels()) == 1)
			_, err := readHere(t.Context(), ch, 1)
			require.Equal(t, v.stays, err == nil, "%v", err)
		})
	}
}

// Class A0 in the midst of a session on the basic channel ends it, too.
func TestClassA0EndsTheSessionOfTheBasicChannel(t *testing.T) {
	card := demanding(t, []byte{1})
	basic := apdu.BasicChannel(card)
	_, err := basic.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	_, err = scp03.Open(t.Context(), basic, hostOf(keys16(t)))
	require.NoError(t, err)
	play(t, card, "A0A4040002 3F00 > 9804")
	require.Empty(t, card.SecureChannels())
}

// A session is with an application: where another becomes current, by its path
// or on another channel of a card with one file pointer, it ends.
func TestSessionEndsWithItsApplication(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.SharedFilePointer)
	secured(t, card, hostOf(keys16(t)))
	play(t, card, "00A4000C02 3F00 > 9000")
	require.Len(t, card.SecureChannels(), 1, "7FFF still leads to it")
	play(t, card, "00A4040C07 A0000000871002 > 9000")
	require.Empty(t, card.SecureChannels())

	keys := keys16(t)
	card = newCard(t, small(simcard.BootstrapFile([]byte{1}), simcard.SecureChannel(keys))...)
	ch, _ := secured(t, card, hostOf(keys))
	resp, err := ch.Transmit(t.Context(), apdu.SelectPath(apdu.Path{apdu.FIDMF, 0x7F60}, apdu.ReturnNone))
	require.NoError(t, err, "the answer is still wrapped")
	require.Equal(t, apdu.SWOK, resp.SW)
	require.Empty(t, card.SecureChannels())
}

// A command that is altered anywhere is refused, and nothing it says is done.
func TestAlteredCommandEndsTheSession(t *testing.T) {
	for at := range 5 + 32 + 8 {
		card := demanding(t, letters(40), simcard.UpdateCondition(simcard.Always, pkcs15.FIDBootstrap))
		altered := false
		line := apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
			if capdu[1] == apdu.INSUpdateBinary {
				capdu[at] ^= 0x80
				altered = true
			}
			return card.Transmit(ctx, capdu)
		})
		ch, _ := secured(t, line, hostOf(keys16(t)))
		err := ch.UpdateFile(t.Context(), bootstrapFID(), 0, make([]byte, 30))
		require.True(t, altered)
		require.Error(t, err, "byte %d", at)
		content, err := card.FileContent(apdu.FileRef{Path: apdu.Path{simcard.FIDPKCS15, pkcs15.FIDBootstrap}})
		require.NoError(t, err)
		require.Equal(t, letters(40), content[:40], "byte %d", at)
		if at != 4 { // Lc: no APDU
			require.Empty(t, card.SecureChannels(), "byte %d", at)
		}
	}
}

// A command that comes twice is refused, and ends the session.
func TestRepeatedCommandEndsTheSession(t *testing.T) {
	card := demanding(t, []byte{1})
	double := 0
	ch, _ := secured(t, apdu.TransportFunc(func(ctx context.Context, capdu []byte) ([]byte, error) {
		if double > 0 && capdu[1] == apdu.INSReadBinary {
			if _, err := card.Transmit(ctx, capdu); err != nil {
				return nil, err
			}
		}
		return card.Transmit(ctx, capdu)
	}), hostOf(keys16(t)))
	_, err := readHere(t.Context(), ch, 1)
	require.NoError(t, err)
	double++
	_, err = readHere(t.Context(), ch, 1)
	require.ErrorIs(t, err, apdu.SWSecurity)
	require.Empty(t, card.SecureChannels())
	require.Equal(t, 2, card.WrappedCommands(apdu.INSReadBinary))
}

// The end of a file that a card tells by 6C00, and again: a wrapped command can
// be repeated where nothing is counted.
func TestReadAtEnd6C00InsideASession(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.ReadAtEnd6C00, simcard.ReadCondition(simcard.Always, pkcs15.FIDBootstrap))
	cfg := hostOf(keys16(t))
	cfg.Level = scp03.Level11
	ch, _ := secured(t, card, cfg)
	_, err := ch.SelectFile(t.Context(), bootstrapFID().Path)
	require.NoError(t, err)
	for _, want := range []apdu.SW{0x6C00, apdu.SWOK, 0x6C00} {
		resp, err := ch.Transmit(t.Context(), apdu.ReadBinary(1024, 16))
		require.NoError(t, err)
		require.Equal(t, want, resp.SW)
		require.Empty(t, resp.Data)
	}
}

// The data of hooks are hidden as ever.
func TestHooksDoNotSeeWhatIsUnwrapped(t *testing.T) {
	card := demanding(t, []byte{1}, simcard.PIN(simcard.PIN1, "1234", 3), simcard.RefuseSelect(func(cmd apdu.Command, _ bool) apdu.SW {
		require.Zero(t, cmd.CLA&0b1110_1100, "unwrapped")
		return 0
	}))
	card.Observe(func(cmd apdu.Command, _ apdu.SW) {
		if cmd.INS == apdu.INSVerify {
			require.Equal(t, make([]byte, 24), cmd.Data)
		}
	})
	ch, _ := secured(t, card, hostOf(keys16(t)))
	_, err := ch.Transmit(t.Context(), apdu.Command{INS: apdu.INSVerify, P2: 1, Data: []byte("1234\xFF\xFF\xFF\xFF")})
	require.NoError(t, err)
	require.Equal(t, 1, card.Commands(apdu.INSVerify))
}
