package bootstrapper

import (
	"fmt"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Reason is why something was displaced.
type Reason uint8

// The reasons. Of several that hold, the first here is told.
const (
	// SecondBootstrapServer: there can be one Bootstrap-Server account.
	SecondBootstrapServer Reason = 1 + iota
	// SameShortServerID: the account that wins has the same one.
	SameShortServerID
	// SameInstance: an Object Instance that wins has the same path.
	SameInstance
	// LostPart: another part of the account was from the source that is
	// applied again, and went with its former data.
	LostPart
)

// String says the reason in words.
func (r Reason) String() string {
	texts := [...]string{"no reason", "a second Bootstrap-Server account", "the same Short Server ID", "the same Object Instance", "a part of it is gone"}
	if int(r) < len(texts) {
		return texts[r]
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}

// Displaced is what had to make room in a merge: an account with all that
// belongs to it, or a single Object Instance that belongs to none. It was in
// the store, or it is from the file applied and does not get there.
type Displaced struct {
	Origin    Origin // of the first of Instances, for an account its Security Instance
	Reason    Reason
	Instances []objects.Path // all that went; an account's /0 and /1 come first

	// Which account it is; all zero when Instances is a single other one.
	BootstrapServer bool
	ShortServerID   uint16
}

// Account reports whether it is an account.
func (d Displaced) Account() bool { return d.BootstrapServer || d.ShortServerID != 0 }

// String is like "account of Short Server ID 5 from factory, /0/1 /1/1: the
// same Object Instance".
func (d Displaced) String() string {
	what := "Object Instance"
	switch {
	case d.BootstrapServer:
		what = "Bootstrap-Server account"
	case d.ShortServerID != 0:
		what = fmt.Sprintf("account of Short Server ID %d", d.ShortServerID)
	}
	paths := make([]string, len(d.Instances))
	for i, p := range d.Instances {
		paths[i] = p.String()
	}
	return fmt.Sprintf("%s from %v, %s: %v", what, d.Origin, strings.Join(paths, " "), d.Reason)
}
