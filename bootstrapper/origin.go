package bootstrapper

import "fmt"

// Origin is where an Object Instance comes from. The zero value is none.
type Origin uint8

// The origins.
const (
	Factory   Origin = 1 + iota // factory bootstrap (Core 6.1.3.1)
	Smartcard                   // bootstrap from smartcard (6.1.3.2)
	Server                      // a Bootstrap-Server's Write (6.1.3.3, 6.1.3.4)
)

const origins = int(Server) // how many there are

// String is "factory", "smartcard" or "server".
func (o Origin) String() string {
	if !o.valid() {
		return fmt.Sprintf("Origin(%d)", uint8(o))
	}
	return [...]string{"factory", "smartcard", "server"}[o-1]
}

func (o Origin) valid() bool { return o >= Factory && o <= Server }

// yields reports whether data that arrive from o make room for what is there.
func (o Origin) yields() bool { return o == Factory }
