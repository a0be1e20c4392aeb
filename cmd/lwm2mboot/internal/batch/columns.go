package batch

import (
	"fmt"
	"slices"
)

// use tells what a column is used for, in bits.
type use uint8

const (
	inValue  use = 0b001 // a value that is no secret, or the info of a derived one
	inSecret use = 0b010
	inName   use = 0b100
)

// columns are those that rows must have, by index.
type columns struct {
	names  []string
	uses   []use
	copied []int // in the order in which they are copied
}

// add finds or makes the column and notes a use of it.
func (c *columns) add(name string, u use) (index int) {
	index = slices.Index(c.names, name)
	if index < 0 {
		index = len(c.names)
		c.names = append(c.names, name)
		c.uses = append(c.uses, 0)
	}
	c.uses[index] |= u
	return index
}

// ownKeys are the keys of a line of a stream that are not columns.
var ownKeys = []string{"row", "id", "hex", "error"}

// choose sets which columns are copied; nil: all that may be.
func (c *columns) choose(names []string) error {
	if names == nil {
		for i, name := range c.names {
			if c.uses[i]&inSecret == 0 && !slices.Contains(ownKeys, name) {
				c.copied = append(c.copied, i)
			}
		}
		return nil
	}
	for _, name := range names {
		i := c.add(name, 0)
		switch {
		case name == "":
			return fmt.Errorf("%w: columns: one without a name", ErrOption)
		case c.uses[i]&inSecret != 0:
			return fmt.Errorf("%w: columns: %q is in a secret, as values without a definition are taken for, and cannot be copied", ErrOption, name)
		case slices.Contains(ownKeys, name):
			return fmt.Errorf("%w: columns: %q is a key of the stream itself", ErrOption, name)
		case slices.Contains(c.copied, i):
			return fmt.Errorf("%w: columns: %q twice", ErrOption, name)
		}
		c.copied = append(c.copied, i)
	}
	return nil
}
