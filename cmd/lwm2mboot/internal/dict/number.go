package dict

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/config"
)

// Numbers as The Python Language Reference, 2.4.4 to 2.4.6, has them.
var (
	integer  = regexp.MustCompile(`^(0(_?0)*|[1-9](_?[0-9])*|0[xX](_?[0-9a-fA-F])+|0[oO](_?[0-7])+|0[bB](_?[01])+)$`)
	fraction = regexp.MustCompile(`^([0-9](_?[0-9])*\.?|([0-9](_?[0-9])*)?\.[0-9](_?[0-9])*)([eE][+-]?[0-9](_?[0-9])*)?$`)
	octalOld = regexp.MustCompile(`^0[0-9_]+$`)
)

// number consumes a number and writes it in decimal.
func (s *scanner) number() error {
	text := s.rest[:numberWord(s.rest)]
	var decimal string
	var err error
	switch {
	case integer.MatchString(text):
		var n uint64
		n, err = strconv.ParseUint(text, 0, 64)
		decimal = strconv.FormatUint(n, 10)
	case octalOld.MatchString(text):
		return s.refuse("a number with a zero before it: octal is 0o17, decimal has none")
	case fraction.MatchString(text):
		decimal = strings.ReplaceAll(text, "_", "")
		_, err = strconv.ParseFloat(decimal, 64)
	default:
		return s.refuse("not a number of Python's: put a text in quotes")
	}
	if errors.Is(err, strconv.ErrRange) {
		return config.Errorf(s.at, config.ErrLimit, "a number that does not fit 64 bits")
	}
	at := s.at
	s.take(len(text))
	s.add(at, number, decimal)
	return nil
}

// numberWord is how many octets of what Python might take as one number, right
// or wrong, text begins with: the sign of an exponent belongs to it, and any
// letters do.
func numberWord(text string) int {
	hex := strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X")
	i := 0
	for ; i < len(text); i++ {
		c := text[i]
		exponent := i > 0 && !hex && text[i-1]|0x20 == 'e' && (c == '+' || c == '-')
		if !isLetter(c) && !isDigit(c) && c != '.' && !exponent {
			break
		}
	}
	return i
}
