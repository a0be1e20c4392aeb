package csim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/transport/csim"
)

func TestProfileIsALineOfWords(t *testing.T) {
	for _, tt := range []struct {
		profile csim.Profile
		want    string
	}{
		{csim.Profile{}, ""},
		{csim.Profile{Way: csim.WayCSIM}, "way=csim"},
		{csim.Profile{Way: csim.WayCGLA, FiveBytes: true, NoLe: true, Path: csim.PathMF}, "way=cgla five-bytes no-le path=mf"},
		{csim.Profile{Way: csim.WayBasic, Path: csim.PathPlain}, "way=basic path=plain"},
		{csim.Profile{Way: csim.WayCRSM, Path: csim.PathQuoted}, "way=crsm path=quoted"},
		{csim.Profile{NoLe: true, Path: csim.PathQuotedMF}, "no-le path=quoted-mf"},
	} {
		require.Equal(t, tt.want, tt.profile.String())
		got, err := csim.ParseProfile(tt.want)
		require.NoError(t, err)
		require.Equal(t, tt.profile, got)
	}
	require.Empty(t, csim.Profile{Way: 99, Path: 99}.String())
}

func TestProfileOfALaterVersionIsRead(t *testing.T) {
	got, err := csim.ParseProfile("  blue way=cgla\tcolour=red\n")
	require.NoError(t, err)
	require.Equal(t, csim.Profile{Way: csim.WayCGLA}, got)
}

func TestProfileThatIsWrongIsAnError(t *testing.T) {
	for _, s := range []string{"way=", "way=fax", "path=", "path=home", "way=csim path=x"} {
		got, err := csim.ParseProfile(s)
		require.ErrorIs(t, err, csim.ErrProfile, s)
		require.Zero(t, got)
	}
}

func TestWaysHaveNames(t *testing.T) {
	require.Equal(t, "AT+CSIM", csim.WayCSIM.String())
	require.Equal(t, "AT+CGLA", csim.WayCGLA.String())
	require.Equal(t, "AT+CSIM on the basic channel", csim.WayBasic.String())
	require.Equal(t, "AT+CRSM", csim.WayCRSM.String())
	require.Empty(t, csim.Way(0).String())
	require.Equal(t, []csim.Way{csim.WayCSIM, csim.WayCGLA}, csim.DefaultWays())
}

// What ParseProfile takes, String writes so that it is taken again.
func FuzzProfile(f *testing.F) {
	for _, s := range []string{"", "way=cgla five-bytes no-le path=mf", "way=crsm path=quoted-mf x=y", "way=", "path=plain path=mf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := csim.ParseProfile(s)
		if err != nil {
			require.ErrorIs(t, err, csim.ErrProfile)
			require.Zero(t, p)
			require.False(t, strings.ContainsAny(err.Error(), "\r\n"))
			return
		}
		again, err := csim.ParseProfile(p.String())
		require.NoError(t, err)
		require.Equal(t, p, again)
	})
}
