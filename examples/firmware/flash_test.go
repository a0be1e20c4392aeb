package main

import (
	"bytes"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/bootstrapper"
	"github.com/lwm2mboot/lwm2mboot/bootstrapper/storetest"
)

// A store of one's own is tested so. A reboot leaves the record, and nothing
// else.
func TestFlashIsAStore(t *testing.T) {
	storetest.Test(t, func(*testing.T) storetest.Fixture {
		now := new(flash)
		return storetest.Fixture{
			Store: now,
			Reopen: func() (bootstrapper.Store, error) {
				now = &flash{record: bytes.Clone(now.record)}
				return now, nil
			},
		}
	})
}
