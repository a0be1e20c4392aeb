package apdu

// WayTeller is an optional interface of a [CardTransport] that can reach the
// card in more than one way, as behind a modem that has several commands for
// it. Way names the one in use, or used last, for people: "AT+CGLA". It may be
// empty before the first command.
type WayTeller interface {
	Way() string
}
