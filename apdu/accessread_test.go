package apdu_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// byPIN1 is a record that lets PIN1 read.
const byPIN1 = "800101A406830101950108FFFFFF"

// selectPKCS15 is what opens the application in the scripts.
var selectPKCS15 = "01A4040C0CA000000063504B43532D3135 > 9000"

// openPKCS15 has the application selected, and the script follows.
func openPKCS15(t *testing.T, lines ...string) *apdu.Channel {
	ch := openScripted(t, append([]string{selectPKCS15}, lines...)...)
	_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	return ch
}

func TestReadAccessRule(t *testing.T) {
	for _, v := range []struct {
		name   string
		path   apdu.Path
		script []string
	}{
		{"beside the file", apdu.Path{0x6432}, []string{
			"01A4000402643200 > 6209 83026432 8B036F0604 9000",
			"01A4000C026F06 > 9000", "01B2040400 > " + byPIN1 + " 9000",
		}},
		{"GET RESPONSE", apdu.Path{0x6432}, []string{
			"01A4000402643200 > 610B", "01C000000B > 6209 83026432 8B036F0604 9000",
			"01A4000C026F06 > 9000", "01B2040400 > 6C0E", "01B204040E > " + byPIN1 + " 9000",
		}},
		{"under the MF", apdu.Path{0x6432}, []string{
			"01A4000402643200 > 6209 83026432 8B032F0604 9000",
			"01A4000C022F06 > 6A82", "01A40004022F0600 > 6A82", "01A40004022F06 > 6A82",
			"01A4080C047FFF2F06 > 6A82", "01A40804047FFF2F0600 > 6A82", "01A4090C022F06 > 6A82", "01A40904022F0600 > 6A82",
			"01A4080C022F06 > 9000", "01B2040400 > " + byPIN1 + " 9000",
		}},
		{"under the MF, the record", apdu.Path{0x6432}, []string{
			"01A4000402643200 > 6209 83026432 8B032F0604 9000",
			"01A4000C022F06 > 9000", "01B2040400 > 6A83",
			"01A4080C022F06 > 9000", "01B2040400 > " + byPIN1 + " 9000",
		}},
		{"absolute path", apdu.Path{apdu.FIDMF, 0x7F50, 0x6432}, []string{
			"01A40804047F50643200 > 6209 83026432 8B036F0604 9000",
			"01A4080C047F506F06 > 9000", "01B2040400 > " + byPIN1 + " 9000",
		}},
		{"path from the application", apdu.Path{apdu.FIDCurrentADF, 0x6432}, []string{
			"01A4000402643200 > 6209 83026432 8B036F0604 9000",
			"01A4000C026F06 > 9000", "01B2040400 > " + byPIN1 + " 9000",
		}},
		{"security environment 01 among two", apdu.Path{0x6432}, []string{
			"01A4000402643200 > 620C 83026432 8B066F0600020104 9000",
			"01A4000C026F06 > 9000", "01B2040400 > " + byPIN1 + " 9000",
		}},
		{"the only security environment", apdu.Path{0x6432}, []string{
			"01A4000402643200 > 620A 83026432 8B046F060004 9000",
			"01A4000C026F06 > 9000", "01B2040400 > " + byPIN1 + " 9000",
		}},
		{"record number alone", apdu.Path{0x6432}, []string{
			"01A4000402643200 > 6207 83026432 8B0104 9000",
			"01A4000C026F06 > 9000", "01B2040400 > " + byPIN1 + " 9000",
		}},
		{"in the FCP", apdu.Path{0x6432}, []string{
			"01A4000402643200 > 6213 83026432 AB0D " + byPIN1[:22] + " FFFF 9000",
		}},
	} {
		t.Run(v.name, func(t *testing.T) {
			rule, err := openPKCS15(t, v.script...).ReadAccessRule(t.Context(), v.path)
			require.NoError(t, err)
			require.Equal(t, "READ PIN1 (01), UPDATE never", rule.String())
		})
	}
}

// EF(ARR) is looked for in the file's directory first, then above it.
func TestReadAccessRuleLooksUpwards(t *testing.T) {
	for _, v := range []struct {
		name string
		path apdu.Path
		ref  string
		want []string
	}{
		{"absolute", apdu.Path{apdu.FIDMF, 0x7F50, 0x5F20, 0x6432}, "8B036F0604", []string{"7F505F206F06", "7F506F06", "6F06"}},
		{"absolute, record number alone", apdu.Path{apdu.FIDMF, 0x7F50, 0x6432}, "8B0104", []string{"7F506F06", "6F06", "2F06"}},
		{"under the MF", apdu.Path{apdu.FIDMF, 0x2FE2}, "8B032F0604", []string{"2F06"}},
		{"from the application", apdu.Path{apdu.FIDCurrentADF, 0x5F20, 0x6432}, "8B036F0604", []string{"7FFF5F206F06", "7FFF6F06", "6F06"}},
		{"relative", apdu.Path{0x5F20, 0x6432}, "8B036F0604", []string{"7FFF5F206F06", "7FFF6F06", "6F06"}},
	} {
		t.Run(v.name, func(t *testing.T) {
			card := &pathCard{fcp: template(0x62, unhex(t, v.ref))}
			ch := apdu.BasicChannel(card)
			_, err := ch.SelectApp(t.Context(), apdu.AIDPKCS15)
			require.NoError(t, err)
			_, err = ch.ReadAccessRule(t.Context(), v.path)
			require.ErrorIs(t, err, apdu.SWRecordNotFound)
			require.Equal(t, v.want, card.paths)
		})
	}
}

// pathCard takes SELECT by AID and by path, P1 = 08, and has no record. It
// keeps the paths for which no FCP was asked.
type pathCard struct {
	fcp   []byte
	paths []string
}

// Transmit implements apdu.CardTransport.
func (p *pathCard) Transmit(_ context.Context, capdu []byte) ([]byte, error) {
	c, err := apdu.ParseCommand(capdu)
	r := apdu.Response{SW: apdu.SWOK}
	switch {
	case err != nil:
		return nil, err
	case c.INS == apdu.INSReadRecord:
		r.SW = apdu.SWRecordNotFound
	case c.P1 == apdu.SelectByFID || c.P1 == apdu.SelectPathDF:
		r.SW = apdu.SWWrongP1P2
	case c.P1 == apdu.SelectPathMF && c.P2 == apdu.ReturnFCP:
		r.Data = p.fcp
	case c.P1 == apdu.SelectPathMF:
		p.paths = append(p.paths, fmt.Sprintf("%X", c.Data))
	}
	return r.AppendTo(nil), nil
}

func TestReadAccessRuleFails(t *testing.T) {
	const fcp = "01A4000402643200 > 6209 83026432 8B036F0604 9000"
	for _, v := range []struct {
		name   string
		path   apdu.Path
		script []string
		want   error
	}{
		{"no path", nil, nil, apdu.ErrBadPath},
		{"no FCP", apdu.Path{0x6432}, []string{"01A4000402643200 > 9000"}, apdu.ErrNoRule},
		{"no rule in the FCP", apdu.Path{0x6432}, []string{"01A4000402643200 > 6204 83026432 9000"}, apdu.ErrNoRule},
		{"file is not to be selected", apdu.Path{0x6432}, []string{"01A4000402643200 > 6982"}, apdu.ErrSecurity},
		{"EF(ARR) is not to be read", apdu.Path{0x6432}, []string{fcp, "01A4000C026F06 > 9000", "01B2040400 > 6982"}, apdu.ErrSecurity},
		{"record is no rule", apdu.Path{0x6432}, []string{fcp, "01A4000C026F06 > 9000", "01B2040400 > FFFFFF 9000"}, apdu.ErrBadRule},
		{"transport", apdu.Path{0x6432}, []string{fcp, "01A4000C026F06 > busy"}, apdu.ErrCardBusy},
	} {
		t.Run(v.name, func(t *testing.T) {
			rule, err := openPKCS15(t, v.script...).ReadAccessRule(t.Context(), v.path)
			require.ErrorIs(t, err, v.want)
			require.Equal(t, apdu.AccessRule{}, rule)
		})
	}
}

// Only FileFCP and AppFCP ask for an FCP: what is selected next is not.
func TestFileFCPAsksForOneAlone(t *testing.T) {
	ch := openPKCS15(t,
		"01A4000402643200 > 6204 83026432 9000",
		"01A4000C026432 > 9000",
		"01A404040CA000000063504B43532D313500 > 6208 C606 900180 830101 9000",
		"01A4040C0CA000000063504B43532D3135 > 9000")
	fcp, err := ch.FileFCP(t.Context(), apdu.Path{0x6432})
	require.NoError(t, err)
	require.Equal(t, apdu.FID(0x6432), fcp.FID)
	_, err = ch.SelectFile(t.Context(), apdu.Path{0x6432})
	require.NoError(t, err)
	fcp, err = ch.AppFCP(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
	require.Equal(t, []apdu.PINStatus{{Reference: apdu.RefPIN1, Enabled: true}}, fcp.PINs)
	_, err = ch.SelectApp(t.Context(), apdu.AIDPKCS15)
	require.NoError(t, err)
}

func TestFileFCPTriesOtherFormsThatBringOne(t *testing.T) {
	ch := openPKCS15(t,
		"01A4000402643200 > 6700",
		"01A40004026432 > 6204 83026432 9000",
		"01A4000402643200 > 6A82", "01A40004026432 > 6A82", "01A40804047FFF643200 > 6A82", "01A4090402643200 > 6A82")
	_, err := ch.FileFCP(t.Context(), apdu.Path{0x6432})
	require.NoError(t, err)
	_, err = ch.FileFCP(t.Context(), apdu.Path{0x6432})
	require.ErrorIs(t, err, apdu.ErrNotFound)
}
