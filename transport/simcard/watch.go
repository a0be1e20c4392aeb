package simcard

import "github.com/lwm2mboot/lwm2mboot/apdu"

// Before adds a hook that is called before each command: n counts the commands
// from 1, those that meet no card included. The hook may call the card's
// methods: remove or reset the card, change a file in the middle of a read;
// Transmit would call it again. cmd is shown as to [Card.Observe].
func (c *Card) Before(hook func(n int, cmd apdu.Command)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before = append(c.before[:len(c.before):len(c.before)], hook)
}

// Observe adds a hook that is called after each command that the card
// answered. cmd has its data only where that can be no secret, in SELECT and
// READ BINARY; elsewhere there are as many zeros.
func (c *Card) Observe(hook func(cmd apdu.Command, sw apdu.SW)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.observer = append(c.observer[:len(c.observer):len(c.observer)], hook)
}

// shown is cmd as hooks may see it.
func shown(cmd apdu.Command) apdu.Command {
	data := make([]byte, len(cmd.Data))
	if cmd.INS == apdu.INSSelect || cmd.INS == apdu.INSReadBinaryOdd {
		copy(data, cmd.Data)
	}
	cmd.Data = data
	return cmd
}

// Total is the number of commands so far, as the hook of [Card.Before] counts
// them.
func (c *Card) Total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// Commands is the number of commands with the instruction byte ins that
// reached the card.
func (c *Card) Commands(ins byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[ins]
}

// OpenChannels lists the logical channels that are open, in ascending order.
// The basic channel, 0, which always is, is not among them: after a client
// that cleans up there are none.
func (c *Card) OpenChannels() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	var open []int
	for n, ch := range c.channels {
		if n > 0 && ch != nil {
			open = append(open, n)
		}
	}
	return open
}
