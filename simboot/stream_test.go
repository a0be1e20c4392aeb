package simboot

import (
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

func TestStreamReadsAsReadersMust(t *testing.T) {
	content := pkcs15.Octets("not a secret")
	require.NoError(t, iotest.TestReader(&stream{unread: content, content: content}, content))
}

func TestCloseClearsTheContent(t *testing.T) {
	content := pkcs15.Octets("a secret")
	s := &stream{unread: content, content: content}
	_, err := s.Read(make([]byte, 3))
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.Equal(t, make(pkcs15.Octets, len("a secret")), content)
}
