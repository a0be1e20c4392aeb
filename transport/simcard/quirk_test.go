package simcard_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/transport/simcard"
)

func TestQuirksHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for i, q := range simcard.Quirks() {
		name := q.String()
		if int(q) != i || name == "" || seen[name] {
			t.Errorf("%d: %q", i, name)
		}
		seen[name] = true
		for _, n := range []string{name, strings.ToLower(name)} {
			if got, err := simcard.ParseQuirk(n); err != nil || got != q {
				t.Errorf("%s: %v, %v", n, got, err)
			}
		}
	}
	for q, want := range map[simcard.Quirk]string{
		simcard.LowerCaseAnswers: "LowerCaseAnswers", simcard.EchoStays: "EchoStays", simcard.UpperCaseOnly: "UpperCaseOnly",
		simcard.TextErrors: "TextErrors", simcard.NoCSIM: "NoCSIM", simcard.NoChannels: "NoChannels", simcard.HandsOver61xx: "HandsOver61xx",
		simcard.CRSMReboots: "CRSMReboots", simcard.Sleeps: "Sleeps", simcard.Reboots: "Reboots", 255: "Quirk(255)",
	} {
		if q.String() != want {
			t.Errorf("%s, want %s", q, want)
		}
	}
}

func TestParseQuirkRefusesOtherNames(t *testing.T) {
	for _, name := range []string{"", "Quirk(0)", "None", strings.Repeat("x", 1000)} {
		if _, err := simcard.ParseQuirk(name); !errors.Is(err, simcard.ErrBadOption) || len(err.Error()) > 120 {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestNumberThatIsNoQuirkChangesNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		newHost(t, newCard(t), simcard.Quirk(255)).expect("AT\r", "AT\r\r\nOK\r\n")
	})
}

// Every quirk alone leaves AT, and a card's command in order that no quirk
// keeps from the card, answered within a minute.
func TestModemWithAnyQuirkAnswersInTheEnd(t *testing.T) {
	for _, q := range simcard.Quirks() {
		bubble(t, func(t *testing.T) {
			h := newHost(t, newCard(t, small()...), q)
			for range 12 {
				h.say(selectFile)
				h.say("AT\r")
				h.wait(15)
			}
			if heard := h.say("AT\r") + h.wait(1); q != simcard.SecondReader && q != simcard.Sleeps && !strings.Contains(heard, "OK") {
				t.Errorf("%v: %q", q, heard)
			}
		})
	}
}

// TestDocumentNamesEachQuirk: the table in docs/modems.md has all of them, and
// no other.
func TestDocumentNamesEachQuirk(t *testing.T) {
	text, err := os.ReadFile("../../docs/modems.md")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 6 || strings.Trim(cells[0], " 0123456789") != "" || strings.TrimSpace(cells[0]) == "" {
			continue
		}
		if rows++; strings.TrimSpace(cells[0]) != fmt.Sprint(rows) {
			t.Errorf("row %s, want %d", cells[0], rows)
		}
		for word := range strings.FieldsSeq(cells[4]) {
			name := strings.Trim(word, "`,")
			if q, err := simcard.ParseQuirk(name); err == nil {
				named = append(named, q.String())
			} else if !isOptionName(name) {
				t.Errorf("row %d: %q is no quirk, behaviour or layout", rows, name)
			}
		}
	}
	if rows != 47 {
		t.Errorf("%d rows", rows)
	}
	for _, q := range simcard.Quirks() {
		if !slices.Contains(named, q.String()) {
			t.Errorf("%v is not in the table", q)
		}
	}
}

// isOptionName tells whether a word of the table names an option of a card, or
// stands for none.
func isOptionName(name string) bool {
	for _, b := range simcard.Behaviours() {
		if b.String() == name {
			return true
		}
	}
	for _, l := range simcard.Layouts() {
		if l.String() == name {
			return true
		}
	}
	return slices.Contains([]string{"–", "Channels", "ChannelRefusal"}, name)
}
