package main

import (
	"github.com/lwm2mboot/lwm2mboot/objects"
	"github.com/lwm2mboot/lwm2mboot/tlv"
)

// bootstrapFile makes the content of EF(LwM2M_Bootstrap): a server to register
// with, and the key for it.
func bootstrapFile() ([]byte, error) {
	var tree objects.Tree
	tree.Put(objects.ObjectSecurity, objects.Security{
		URI:           "coaps://eu.iot.avsystem.cloud:5684",
		Mode:          objects.ModePSK,
		Identity:      []byte("example-psk-identity"),
		SecretKey:     objects.NewSecret([]byte("3x@mpl3P5K53cr3tK3y")),
		ShortServerID: 1,
	}.Instance(1))
	tree.Put(objects.ObjectServer, objects.Server{
		ShortServerID:       1,
		Lifetime:            86400,
		NotificationStoring: objects.Some(false),
		Binding:             "U",
	}.Instance(1))
	file, err := tree.Encode()
	if err != nil {
		return nil, err
	}
	return tlv.AppendFile(nil, file)
}
