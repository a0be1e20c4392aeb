//go:build linux

package storetest_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper/storetest"
)

// onFile is a Fixture of a FileStore in a directory of its own.
func onFile(t *testing.T) storetest.Fixture {
	path := filepath.Join(t.TempDir(), "state")
	var last *bootstrapper.FileStore
	open := func() (bootstrapper.Store, error) {
		if last != nil {
			if err := last.Close(); err != nil {
				return nil, err
			}
		}
		f, err := bootstrapper.OpenFileStore(path)
		last = f
		return f, err
	}
	s, err := open()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, last.Close()) })
	return storetest.Fixture{Store: s, Reopen: open}
}

func TestFileStorePasses(t *testing.T) { storetest.Test(t, onFile) }
