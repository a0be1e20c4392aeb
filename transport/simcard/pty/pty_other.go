//go:build !linux && !darwin

package pty

import (
	"errors"
	"os"
)

func open() (master, slave *os.File, err error) { return nil, nil, errors.ErrUnsupported }
