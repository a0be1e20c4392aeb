package transport

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// failure is the kinds of an error that kept an exchange from taking place: a
// bit for each of failures, 0 for no error. A transcript tells the kinds and
// never the text, which is another's.
type failure uint16

// failures are the words of a transcript, and the errors that they stand for.
var failures = [...]struct {
	word string
	err  error
}{
	{"no-card", apdu.ErrNoCard},
	{"pin", apdu.ErrCardPIN},
	{"puk", apdu.ErrCardLocked},
	{"busy", apdu.ErrCardBusy},
	{"fault", apdu.ErrCardFault},
	{"refused", apdu.ErrRefused},
	{"lost-step", apdu.ErrLostStep},
	{"malformed", apdu.ErrMalformed},
	{"reset", apdu.ErrCardReset},
	{"canceled", context.Canceled},
	{"deadline", context.DeadlineExceeded},
	{"closed", os.ErrClosed},
	{"error", errUnknown}, // none of those above
}

// errUnknown stands for an error that no caller is known to look for.
var errUnknown = errors.New("an error of another kind")

const unknownFailure failure = 1 << (len(failures) - 1)

// failureOf classifies an error.
func failureOf(err error) (f failure) {
	if err == nil {
		return 0
	}
	for i, kind := range failures {
		if errors.Is(err, kind.err) {
			f |= 1 << i
		}
	}
	if f == 0 {
		f = unknownFailure
	}
	return f
}

// parseFailure reads the words of String.
func parseFailure(text string) (f failure, ok bool) {
	for word := range strings.FieldsSeq(text) {
		known := false
		for i, kind := range failures {
			if word == kind.word {
				f |= 1 << i
				known = true
			}
		}
		if !known {
			return 0, false
		}
	}
	return f, f != 0
}

// String is the words, blanks between them.
func (f failure) String() string {
	var words []string
	for i, kind := range failures {
		if f&(1<<i) != 0 {
			words = append(words, kind.word)
		}
	}
	return strings.Join(words, " ")
}

// errs are the errors that f stands for.
func (f failure) errs() (list []error) {
	for i, kind := range failures {
		if f&(1<<i) != 0 {
			list = append(list, kind.err)
		}
	}
	return list
}
