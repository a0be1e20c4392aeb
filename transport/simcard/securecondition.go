package simcard

import (
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/internal/ber"
)

// Secured is the condition that a command comes through the secure channel, of
// that level or one that protects more: [scp03.Level01] asks for any session,
// [scp03.Level33] for one that encrypts both ways. See [SecureChannel].
func Secured(level scp03.Level) Condition { return securedAt(level) }

type securedAt scp03.Level

func (a securedAt) met(r *request) bool {
	return r.inside != nil && securedAt(r.inside.level)&a == a
}

// Secure messaging in access rules (ISO/IEC 7816-4:2013 9.3.3 and table 57):
// templates of what is asked for, each with the way that it is asked for.
const (
	tagChecksum        ber.Tag = 0xB4 // C-MAC, R-MAC
	tagConfidentiality ber.Tag = 0xB8 // encryption

	usageCommand = 0b0001_0000
	usageAnswer  = 0b0010_0000
)

// appendTo appends
//
//	B4 03 95 01 <ways>                           MACs only
//	AF 0A B4 03 95 01 <ways> B8 03 95 01 <ways>  and encryption
//
// with 10 for commands, 30 for commands and answers.
func (a securedAt) appendTo(dst []byte) []byte {
	const cENC, rMAC, rENC = securedAt(scp03.Level03 &^ scp03.Level01), securedAt(scp03.Level11 &^ scp03.Level01), securedAt(scp03.Level33 &^ scp03.Level13)
	template := func(dst []byte, tag ber.Tag, answers bool) []byte {
		ways := byte(usageCommand)
		if answers {
			ways |= usageAnswer
		}
		return ber.Append(dst, tag, ber.Append(nil, tagUsage, []byte{ways}))
	}
	if a&cENC == 0 {
		return template(dst, tagChecksum, a&rMAC != 0)
	}
	both := template(nil, tagChecksum, a&rMAC != 0)
	return ber.Append(dst, tagAllOf, template(both, tagConfidentiality, a&rENC != 0))
}

func (a securedAt) check() error {
	if level := scp03.Level(a); !level.Valid() {
		return fmt.Errorf("%w: %v is no level of a secure channel", ErrBadOption, level)
	}
	return nil
}

// asksHolder is false: the host has the keys.
func (a securedAt) asksHolder() bool { return false }
