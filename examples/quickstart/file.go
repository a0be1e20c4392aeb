package main

import (
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// bootstrapFile makes the content of EF(LwM2M_Bootstrap): a server to register
// with, and the key for it. Another issuer's card names another server.
func bootstrapFile(another bool) ([]byte, error) {
	uri, identity, key := "coaps://eu.iot.avsystem.cloud:5684", "example-psk-identity", "3x@mpl3P5K53cr3tK3y"
	lifetime := objects.Seconds(86400)
	if another {
		uri, identity, key = "coaps://lwm2m.example.com", "device-17", "0123456789abcdef"
		lifetime = 43200
	}
	var tree objects.Tree
	tree.Put(objects.ObjectSecurity, objects.Security{
		URI:           uri,
		Mode:          objects.ModePSK,
		Identity:      []byte(identity),
		SecretKey:     objects.NewSecret([]byte(key)),
		ShortServerID: 1,
	}.Instance(1))
	tree.Put(objects.ObjectServer, objects.Server{
		ShortServerID:       1,
		Lifetime:            lifetime,
		NotificationStoring: objects.Some(false),
		Binding:             "U",
	}.Instance(1))
	file, err := tree.Encode()
	if err != nil {
		return nil, err
	}
	return tlv.AppendFile(nil, file)
}
