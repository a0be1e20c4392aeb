package pcsc

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"
)

// DefaultTimeout is how long a command may take whose context has no deadline.
const DefaultTimeout = 10 * time.Second

// SocketEnv is the environment variable that names pcscd's socket, as
// libpcsclite has it.
const SocketEnv = "PCSCLITE_CSOCK_NAME"

// Config tells how a card is used. The zero value, and a nil *Config, will do.
type Config struct {
	// Shared lets other programs use the card at the same time. What they
	// select on the basic channel moves our own current file if we are on it,
	// and a PIN that we verify is verified for them. Otherwise the card is
	// ours alone, and is reset when it is given back, so that its channels
	// are closed and its PINs are asked for again.
	Shared bool

	// Timeout is how long a command may take whose context has no deadline; 0
	// stands for DefaultTimeout.
	Timeout time.Duration

	// Socket is the path of pcscd's socket; empty for what SocketEnv says,
	// or else the system's own.
	Socket string
}

// orDefault returns what c stands for.
func (c *Config) orDefault() Config {
	var full Config
	if c != nil {
		full = *c
	}
	full.Timeout = cmp.Or(full.Timeout, DefaultTimeout)
	full.Socket = cmp.Or(full.Socket, os.Getenv(SocketEnv), defaultSocket(runtime.GOOS))
	return full
}

// disposition is what becomes of a card that is given back.
func (c Config) disposition() uint32 {
	if c.Shared {
		return leaveCard
	}
	return resetCard
}

// defaultSocket is where pcscd listens; "" on systems that have none.
func defaultSocket(goos string) string {
	switch goos {
	case "linux":
		return "/run/pcscd/pcscd.comm"
	case "freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "illumos":
		return "/var/run/pcscd/pcscd.comm"
	}
	return ""
}

func unsupported(goos string) error {
	return fmt.Errorf("pcsc: no way to the resource manager of %s without cgo: %w", goos, errors.ErrUnsupported)
}
