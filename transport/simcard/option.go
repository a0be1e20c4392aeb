package simcard

import (
	"errors"
	"fmt"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// Errors of [New] and of the methods that change a card, for errors.Is.
var (
	// ErrBadFile: a file that no card could hold.
	ErrBadFile = errors.New("impossible file")
	// ErrBadOption: an option that makes no sense, alone or with the others.
	ErrBadOption = errors.New("impossible option")
	// ErrNoFile: the card has no such file.
	ErrNoFile = errors.New("no such file")
)

// Option sets up a card in [New]. [Behaviour] and [Layout] values are options
// too. The order of options counts for [Files] alone.
type Option interface {
	apply(s *setup) error
}

type optionFunc func(s *setup) error

func (f optionFunc) apply(s *setup) error { return f(s) }

// setup is what the options say.
type setup struct {
	blank      bool
	iccid      string
	files      []File
	conditions map[apdu.FID]Condition // to read
	updates    map[apdu.FID]Condition
	pins       []*pin
	disabled   []Access

	bootstrap     []byte
	hasBootstrap  bool // otherwise there is no PKCS#15 application
	bootstrapSize int  // 0: the default
	layout        set[Layout]

	behaviour set[Behaviour]
	channels  int
	noChannel apdu.SW
	refuse    func(cmd apdu.Command, efSelected bool) apdu.SW
	secure    *secureChannel
}

// DefaultChannels is the number of logical channels that a card has besides
// the basic one unless [Channels] says otherwise.
const DefaultChannels = 3

// maxChannel is the highest channel number that a class byte can carry.
const maxChannel = 19

// Channels sets the number of logical channels besides the basic one: 0 to 19.
func Channels(n int) Option {
	return optionFunc(func(s *setup) error {
		if n < 0 || n > maxChannel {
			return fmt.Errorf("%w: %d logical channels, not 0 to %d", ErrBadOption, n, maxChannel)
		}
		s.channels = n
		return nil
	})
}

// ChannelRefusal sets the status word for a logical channel that cannot be
// opened. Cards were seen to answer 6A81, 6881, 6986, 6D00 and 6E00. Without
// this option it is 6A81, and 6881 on a card with no channels at all.
func ChannelRefusal(sw apdu.SW) Option {
	return optionFunc(func(s *setup) error {
		if sw.Err() == nil {
			return fmt.Errorf("%w: %04X is no refusal", ErrBadOption, uint16(sw))
		}
		s.noChannel = sw
		return nil
	})
}

// RefuseSelect lets refuse decide which forms of SELECT the card does not
// take: it gets the command and whether an EF is current on its channel, and
// returns the status word to answer, or 0 to let the command pass. It is asked
// after the named behaviours and must not call the card's methods.
func RefuseSelect(refuse func(cmd apdu.Command, efSelected bool) apdu.SW) Option {
	return optionFunc(func(s *setup) error {
		s.refuse = refuse
		return nil
	})
}

// ReadCondition sets the condition to read every EF with one of the
// identifiers, wherever it is, those that the card has of itself included.
//
//	simcard.New(simcard.BootstrapFile(b), simcard.PIN(simcard.PIN1, "1234", 3),
//		simcard.ReadCondition(simcard.PIN1, pkcs15.FIDBootstrap))
//
//	simcard.ReadCondition(simcard.AllOf(simcard.PIN1, simcard.PIN2), pkcs15.FIDBootstrap)
func ReadCondition(condition Condition, fids ...apdu.FID) Option {
	return optionFunc(func(s *setup) error { return setAll(&s.conditions, condition, fids) })
}

// UpdateCondition sets the condition to update every EF with one of the
// identifiers, as [ReadCondition] does to read them.
func UpdateCondition(condition Condition, fids ...apdu.FID) Option {
	return optionFunc(func(s *setup) error { return setAll(&s.updates, condition, fids) })
}

func setAll(conditions *map[apdu.FID]Condition, condition Condition, fids []apdu.FID) error {
	if err := checkCondition(condition); err != nil {
		return err
	}
	if *conditions == nil {
		*conditions = map[apdu.FID]Condition{}
	}
	for _, fid := range fids {
		(*conditions)[fid] = condition
	}
	return nil
}

// Blank leaves out the files of a SIM that the card has otherwise: EF(ICCID),
// EF(PL) and the USIM application. EF(DIR) stays if there is an application,
// and EF(ARR) always.
func Blank() Option {
	return optionFunc(func(s *setup) error {
		s.blank = true
		return nil
	})
}

// set is a set of small numbers.
type set[T ~uint8] uint64

func (s set[T]) has(v T) bool { return s&(1<<v) != 0 }

func (s *set[T]) add(v T) { *s |= 1 << v }

// clash returns an error when two of a group are in the set.
func (s set[T]) clash(groups [][]T) error {
	for _, group := range groups {
		var first *T
		for i, v := range group {
			switch {
			case !s.has(v):
			case first != nil:
				return fmt.Errorf("%w: %v and %v exclude each other", ErrBadOption, *first, v)
			default:
				first = &group[i]
			}
		}
	}
	return nil
}
