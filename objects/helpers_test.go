package objects

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/lwm2mboot/lwm2mboot/tlv"
	"github.com/stretchr/testify/require"
)

// goodFile is the known good file of 126 octets.
func goodFile(t testing.TB) []byte {
	text, err := os.ReadFile("../testdata/bootstrap-126.hex")
	require.NoError(t, err)
	return unhex(t, string(text))
}

// goodTree is what it holds.
func goodTree(t testing.TB) *Tree {
	f, err := tlv.ParseFile(goodFile(t))
	require.NoError(t, err)
	tree := new(Tree)
	warnings, err := tree.Decode(f, nil)
	require.NoError(t, err)
	require.Empty(t, warnings)
	return tree
}

func unhex(t testing.TB, text string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	require.NoError(t, err)
	return b
}

// Entries of TLV.

func instanceTLV(id uint16, inner ...[]byte) []byte {
	return entryTLV(tlv.ObjectInstance, id, inner...)
}
func multipleTLV(id uint16, inner ...[]byte) []byte {
	return entryTLV(tlv.MultipleResource, id, inner...)
}
func valueTLV(id uint16, value string) []byte {
	return entryTLV(tlv.ResourceInstance, id, []byte(value))
}
func resourceTLV(id uint16, value string) []byte { return entryTLV(tlv.Resource, id, []byte(value)) }

func entryTLV(kind tlv.Kind, id uint16, inner ...[]byte) []byte {
	b, err := tlv.AppendEntry(nil, tlv.Entry{Kind: kind, ID: id, Value: bytes.Join(inner, nil)})
	if err != nil {
		panic(err)
	}
	return b
}

// object is one of a file. Made by hand it stands at offset 0, and with version
// 00 its TLV starts at 5.
func object(id ObjectID, instances ...[]byte) tlv.Object {
	return tlv.Object{ID: uint16(id), Instances: bytes.Join(instances, nil)}
}

// texts are problems as "path grade", or "path text" of warnings.
func texts(problems Problems) []string {
	var list []string
	for _, p := range problems {
		list = append(list, p.Path.String()+" "+p.Grade.String())
	}
	return list
}
