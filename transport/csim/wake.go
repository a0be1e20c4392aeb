package csim

import (
	"context"
	"time"
)

// DefaultIdle is how long a port may be silent before the modem is woken. The
// UART of a u-blox SARA-R4 sleeps after 6 s without traffic, that of other
// u-blox modems after 9.2 s.
const DefaultIdle = 5 * time.Second

// wakeWait is how long a modem gets to answer the line that wakes it. A UART is
// awake after some 20 ms.
const wakeWait = 300 * time.Millisecond

// wake sends AT to a modem that may sleep, and so loses the first characters
// of what wakes it. When it does not answer, it is brought in step: the probes
// go on waking it. A modem that is out of step is woken by them anyway.
func (m *Modem) wake(ctx context.Context) error {
	m.mu.Lock()
	idle := m.config.Idle > 0 && !m.step.lost && m.isSetUp && time.Since(m.used) >= m.config.Idle
	limit := wakeWait + m.step.pace.patience()
	m.mu.Unlock()
	if !idle {
		return nil
	}
	x := newExchange("AT")
	x.isSetup = true
	short, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := m.exchange(short, x); err != nil && !x.ended {
		return m.alive(ctx)
	}
	return nil
}
