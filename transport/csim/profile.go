package csim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Profile is what was learnt of a modem: what it took in the end. A caller may
// keep its String in a file and give it back in [AccessConfig], so that the next
// start does not try in vain. It is a hint and no more: when the modem refuses
// what the profile says, everything else that the caller allows is tried, and
// the profile learns.
//
// The zero value knows nothing. Profiles are compared by ==.
type Profile struct {
	Way       Way      // that carried commands; 0: not known
	FiveBytes bool     // a command without data is sent in five bytes
	NoLe      bool     // a command with data is sent without Le
	Path      PathForm // of AT+CRSM
}

// PathForm is how AT+CRSM names a file that is not directly below the MF.
type PathForm uint8

// The forms, in the order in which they are tried.
const (
	PathUnknown  PathForm = iota
	PathPlain             // ,,"7F50": TS 27.007 8.18
	PathMF                // ,,"3F007F50"
	PathQuoted            // ,"","7F50"
	PathQuotedMF          // ,"","3F007F50"
)

func (f PathForm) fromMF() bool { return f == PathMF || f == PathQuotedMF }
func (f PathForm) quoted() bool { return f == PathQuoted || f == PathQuotedMF }

// pathForms are the forms in which a file is asked for, the one learnt first.
// A file below the MF has no path, so that only two are left.
func (a *Access) pathForms(belowMF bool) []PathForm {
	forms := []PathForm{PathPlain, PathMF, PathQuoted, PathQuotedMF}
	if belowMF {
		forms = forms[:2]
	}
	if i := slices.Index(forms, a.profile.Path); i > 0 {
		copy(forms[1:i+1], forms[:i])
		forms[0] = a.profile.Path
	}
	return forms
}

// ErrProfile tells that a text is no [Profile].
var ErrProfile = errors.New("not a profile of a modem")

// Words of a profile's text.
const (
	wordWay  = "way="
	wordFive = "five-bytes"
	wordNoLe = "no-le"
	wordPath = "path="
)

var pathWords = []string{"", "plain", "mf", "quoted", "quoted-mf"}

// String is one line of words: "way=cgla five-bytes path=mf". That of the zero
// value is empty.
func (p Profile) String() string {
	var words []string
	if w := wayNames[p.Way].word; w != "" {
		words = append(words, wordWay+w)
	}
	if p.FiveBytes {
		words = append(words, wordFive)
	}
	if p.NoLe {
		words = append(words, wordNoLe)
	}
	if p.Path > PathUnknown && int(p.Path) < len(pathWords) {
		words = append(words, wordPath+pathWords[p.Path])
	}
	return strings.Join(words, " ")
}

// ParseProfile reads what [Profile.String] wrote. Words that it does not know
// are passed over, a later version may have written them; a word that it knows
// with a value that it does not is [ErrProfile].
func ParseProfile(s string) (Profile, error) {
	var p Profile
	for _, word := range strings.Fields(s) {
		switch {
		case word == wordFive:
			p.FiveBytes = true
		case word == wordNoLe:
			p.NoLe = true
		case strings.HasPrefix(word, wordWay):
			for w, name := range wayNames {
				if name.word == word[len(wordWay):] {
					p.Way = w
				}
			}
			if p.Way == 0 {
				return Profile{}, fmt.Errorf("csim: %w: %.40q", ErrProfile, word)
			}
		case strings.HasPrefix(word, wordPath):
			i := slices.Index(pathWords, word[len(wordPath):])
			if i < 1 {
				return Profile{}, fmt.Errorf("csim: %w: %.40q", ErrProfile, word)
			}
			p.Path = PathForm(i)
		}
	}
	return p, nil
}
