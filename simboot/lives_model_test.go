package simboot_test

import "maps"

// gives is what a card gives, or a model holds: Short Server ID to lifetime.
type gives map[uint16]int64

// owned is an account of the model.
type owned struct {
	origin   string // "factory", "smartcard", "server"
	lifetime int64
}

// device is the rules of LwM2M Core 6.1.3.1 and 6.1.3.2 in plain words: what a
// device keeps, as accounts that go by their Short Server ID.
type device struct {
	accounts map[uint16]owned
	disabled gives // what the card gave before
	applied  gives // what the card gave; nil: no card, or none of use
	factory  bool  // factory bootstrap was done
	yielded  bool  // something of the factory's made room for the card's
}

func newDevice() device { return device{accounts: map[uint16]owned{}} }

func (d device) clone() device {
	d.accounts = maps.Clone(d.accounts)
	return d
}

// of are the accounts of one origin.
func (d device) of(origin string) gives {
	out := gives{}
	for id, a := range d.accounts {
		if a.origin == origin {
			out[id] = a.lifetime
		}
	}
	return out
}

// drop takes the card's accounts away and returns them.
func (d *device) drop() gives {
	old := d.of("smartcard")
	for id := range old {
		delete(d.accounts, id)
	}
	return old
}

// withdraw drops them for good: what had made room may come back.
func (d *device) withdraw() gives {
	d.applied = nil
	if d.yielded {
		d.factory, d.yielded = false, false
	}
	return d.drop()
}

// check is a look at the card: what it gives, nil when that is of no use.
func (d *device) check(in bool, card gives) {
	switch {
	case !in:
		d.gone()
	case card == nil:
		d.useless()
	case d.applied == nil || !maps.Equal(card, d.applied):
		d.changed(card)
	}
}

// gone: what came from the card is deleted.
func (d *device) gone() {
	if d.applied == nil && len(d.disabled) == 0 {
		return
	}
	d.withdraw()
	d.disabled = nil
}

// useless: the old information is disabled.
func (d *device) useless() {
	if d.applied == nil {
		return
	}
	if old := d.withdraw(); len(old) > 0 {
		d.disabled = old
	}
}

// changed: the old information is disabled, and the new wins over all others.
func (d *device) changed(card gives) {
	if old := d.drop(); len(old) > 0 {
		d.disabled = old
	}
	if maps.Equal(d.disabled, card) {
		d.disabled = nil
	}
	for id, lifetime := range card {
		d.yielded = d.yielded || d.accounts[id].origin == "factory"
		d.accounts[id] = owned{"smartcard", lifetime}
	}
	d.applied = card
}

// provision is the factory's: once, and it yields.
func (d *device) provision(data gives) {
	if d.factory {
		return
	}
	for id := range d.of("factory") {
		delete(d.accounts, id)
	}
	d.factory, d.yielded = true, false
	for id, lifetime := range data {
		if _, taken := d.accounts[id]; taken {
			d.yielded = d.yielded || len(d.of("smartcard")) > 0
		} else {
			d.accounts[id] = owned{"factory", lifetime}
		}
	}
}

// write is a server's.
func (d *device) write(id uint16, lifetime int64) { d.accounts[id] = owned{"server", lifetime} }
