package scp03_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/internal/cmac"
)

// macOf is the MAC of the last of the commands, which follow each other from
// the beginning of the vector's session; each is CLA INS P1 P2 Lc data. It is
// computed here, from S-MAC as published or derived, and not by the package.
func macOf(t testing.TB, v vector, commands ...[]byte) []byte {
	smac := v.bytes(t, "smac")
	if len(smac) == 0 {
		update, host := v.bytes(t, "update"), v.bytes(t, "host")
		smac = sum(t, v.bytes(t, "mac"), make([]byte, 11), []byte{6, 0, 0, 0x80, 1}, host, update[13:13+len(host)])
	}
	chain := make([]byte, 16)
	for _, c := range commands {
		chain = sum(t, smac, chain, c)
	}
	return chain[:8]
}

func sum(t testing.TB, key []byte, parts ...[]byte) []byte {
	h, err := cmac.New(key)
	require.NoError(t, err)
	for _, p := range parts {
		h.Write(p)
	}
	var mac [cmac.Size]byte
	h.Sum(&mac)
	return mac[:]
}
