package main

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/lwm2mboot/lwm2mboot/apdu/scp03"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// secureFrom is the secure channel with the keys in a file that nobody else can
// read.
func secureFrom(path string) (c simboot.SecureChannel, err error) {
	f, err := os.Open(path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return c, err
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return c, fmt.Errorf("%s: others can get at the keys: chmod 600 %[1]s", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, scp03.MaxKeyFile+1))
	if err != nil {
		return c, err
	}
	defer clear(text)
	keys, err := scp03.ParseKeyFile(text)
	if err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return simboot.SecureChannel{
		Mode: simboot.SecureRequired,
		Open: scp03.Opener(scp03.Config{KeysFor: keys}),
	}, nil
}
