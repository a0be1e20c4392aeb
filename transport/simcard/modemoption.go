package simcard

// ModemOption sets up a modem in [NewModem]. [Quirk] values are options too.
type ModemOption interface {
	setUp(m *Modem)
}

type modemOption func(m *Modem)

func (f modemOption) setUp(m *Modem) { f(m) }

// NoEcho starts the modem as if ATE0 had been sent.
func NoEcho() ModemOption { return modemOption(func(m *Modem) { m.echo = false }) }

// HandsOver61 makes the modem hand over 61xx and 9Fxx as they come; the host
// has to send GET RESPONSE. Otherwise the modem does, and joins the answers.
func HandsOver61() ModemOption { return modemOption(func(m *Modem) { m.raw61 = true }) }

// HandsOver6C makes the modem hand over 6Cxx as it comes, as those of Nordic
// do; otherwise it repeats the command with the right Le.
func HandsOver6C() ModemOption { return modemOption(func(m *Modem) { m.raw6C = true }) }

// Around puts wrap around what answers the commands: the outermost is the one
// that was given last. See [Handler].
func Around(wrap func(next Handler) Handler) ModemOption {
	return modemOption(func(m *Modem) { m.handler = wrap(m.handler) })
}

// Filtered passes all that the modem says through filters, in their order,
// behind those given before.
func Filtered(filters ...Filter) ModemOption {
	return modemOption(func(m *Modem) { m.filters = append(m.filters, filters...) })
}
