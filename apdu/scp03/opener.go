package scp03

import (
	"context"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Opener is [Open] in the form of simboot.SecureChannel.Open: it opens a session
// with the configuration and names it. The ICCID that it is handed takes the
// place of cfg.ICCID.
func Opener(cfg Config) func(ctx context.Context, ch *apdu.Channel, iccid string) (name string, err error) {
	return func(ctx context.Context, ch *apdu.Channel, iccid string) (string, error) {
		c := cfg
		if iccid != "" {
			c.ICCID = iccid
		}
		s, err := Open(ctx, ch, c)
		if err != nil {
			return "", err
		}
		return "SCP03 level " + s.Level().String(), nil
	}
}
