package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestErrorsTellWhereAndWhat: every mistake with its place, its path in names
// and its class. The secret is in each text, and in no error.
func TestErrorsTellWhereAndWhat(t *testing.T) {
	tests := []struct {
		name, yaml string
		at         string
		path       string
		class      error
	}{
		{"a list at the top", "- Security", "1:1", "", ErrValue},
		{"text at the top", "s3cr3t", "1:1", "", ErrValue},
		{"another prefix at the top", "hex:00", "1:1", "", ErrValue},
		{"odd raw file", "raw:0", "1:1", "", ErrValue},
		{"raw file of a template", "raw:${x}", "1:1", "", ErrValue},
		{"raw file in capitals", "RAW:00000000", "1:1", "", ErrValue},
		{"masked file", "masked:126", "1:1", "", ErrMasked},
		{"raw file too long", "raw:" + strings.Repeat("00", 32773), "1:1", "", ErrLimit},

		{"unknown object", "Securety:\n  1: {}", "1:1", "", ErrKey},
		{"object in Chinese", "安全: {}", "1:1", "", ErrKey},
		{"object of the empty name", `"": {}`, "1:1", "", ErrKey},
		{"a truth value for a key", "true: {}", "1:1", "", ErrKey},
		{"nothing for a key", "~: {}", "1:1", "", ErrKey},
		{"a mapping for a key", "{0: 1}: {}", "1:1", "", ErrKey},
		{"object number too large", "65536: {}", "1:1", "", ErrKey},
		{"object number far too large", "99999999999999999999999999: {}", "1:1", "", ErrKey},
		{"negative object", "-1: {}", "1:1", "", ErrKey},
		{"object of a fraction", "1.0: {}", "1:1", "", ErrKey},
		{"object with a leading zero", "00: {}", "1:1", "", ErrKey},
		{"version without minor", "Server@1: {}", "1:1", "", ErrKey},
		{"version 0.1", "Server@0.1: {}", "1:1", "", ErrKey},
		{"version too large", "Server@1.256: {}", "1:1", "", ErrKey},
		{"version of three parts", "Server@1.2.3: {}", "1:1", "", ErrKey},
		{"two versions", "Server@1.1: {}\n1@1.2/0/1: 5", "2:1", "Server", ErrTwice},
		{"object without a value", "Security:\n", "1:10", "Security", ErrValue},
		{"object of a list", "Security: [1]", "1:11", "Security", ErrValue},
		{"object of text", "Security: s3cr3t", "1:11", "Security", ErrValue},
		{"object of hex", "Security: hex:00", "1:11", "Security", ErrValue},
		{"object masked", "Security: masked:94", "1:11", "Security", ErrMasked},
		{"raw object too long", "Security: raw:" + strings.Repeat("00", 32769), "1:11", "Security", ErrLimit},

		{"instance by name", "Security:\n  first: {}", "2:3", "Security", ErrKey},
		{"instance too large", "Security:\n  65536: {}", "2:3", "Security", ErrKey},
		{"instance of text", "Security:\n  1: s3cr3t", "2:6", "Security/1", ErrValue},
		{"instance of nothing", "Security:\n  1:", "2:5", "Security/1", ErrValue},
		{"instance by a path below", "Security:\n  1/5: s3cr3t", "2:3", "Security", ErrKey},
		{"null for an instance key", "Security:\n  ~: {}", "2:3", "Security", ErrKey},

		{"unknown resource", "Security:\n  1:\n    SecretKy: s3cr3t", "3:5", "Security/1", ErrKey},
		{"resource of another object", "Security:\n  1:\n    Lifetime: 1", "3:5", "Security/1", ErrKey},
		{"RID of another object", "Security:\n  1:\n    RID.Server.Lifetime: 1", "3:5", "Security/1", ErrKey},
		{"RID of no object", "Security:\n  1:\n    RID.Lifetime: 1", "3:5", "Security/1", ErrKey},
		{"name in an object without names", "4711:\n  0:\n    Lifetime: 1", "3:5", "4711/0", ErrKey},
		{"resource without a value", "Security:\n  1:\n    SecretKey:", "3:15", "Security/1/SecretKey", ErrValue},
		{"resource number too large", "Security: {1: {70000: s3cr3t}}", "1:16", "Security/1", ErrKey},

		{"path of one part", "0/: 5", "1:1", "Security", ErrKey},
		{"path that ends too early", "/0: 5", "1:1", "", ErrKey},
		{"path of five parts", "0/1/5/0/0: s3cr3t", "1:1", "", ErrKey},
		{"path with an unknown object", "Securty/1/5: s3cr3t", "1:1", "", ErrKey},
		{"path with an instance by name", "0/x/5: s3cr3t", "1:1", "Security", ErrKey},
		{"path with an unknown resource", "0/1/x: s3cr3t", "1:1", "Security/1", ErrKey},
		{"path with a resource instance by name", "0/1/16/x: 5", "1:1", "Security/1/DTLSTLSCiphersuite", ErrKey},
		{"path to an instance of text", "0/1: s3cr3t", "1:6", "Security/1", ErrValue},
		{"path into a single resource", "0/1/5/0: s3cr3t", "1:1", "Security/1/SecretKey", ErrValue},

		{"object twice", "Security: {}\n0: {}", "2:1", "Security", ErrTwice},
		{"object twice in one spelling", "Security: {}\nSecurity: {}", "2:1", "Security", ErrTwice},
		{"raw object and a path", "0: raw:00\n0/1/5: s3cr3t", "2:1", "Security", ErrTwice},
		{"a path and a raw object", "0/1/5: s3cr3t\n0: raw:00", "2:1", "Security", ErrTwice},
		{"instance twice", "Security: {1: {}, 0x1: {}}", "1:19", "Security/1", ErrTwice},
		{"number and text", "Security: {\"0\": {}, 0: {}}", "1:21", "Security/0", ErrTwice},
		{"instance and its path", "Security:\n  1: {}\n0/1: {}", "3:1", "Security/1", ErrTwice},
		{"resource twice", "Security:\n  1:\n    5: s3cr3t\n    SecretKey: s3cr3t", "4:5", "Security/1/SecretKey", ErrTwice},
		{"resource and its path", "0/1/5: s3cr3t\nSecurity: {1: {SecretKey: s3cr3t}}", "2:16", "Security/1/SecretKey", ErrTwice},
		{"value twice", "0/1/16: {0: 1, 0x0: 2}", "1:16", "Security/1/DTLSTLSCiphersuite/0", ErrTwice},
		{"value twice in pairs", "0/1/16: [[3, 1], [3, 2]]", "1:18", "Security/1/DTLSTLSCiphersuite/3", ErrTwice},
		{"value and its path", "0/1/16: [1]\n0/1/16/0: 2", "2:1", "Security/1/DTLSTLSCiphersuite/0", ErrTwice},
		{"single value and a path below", "4711/0/1: 5\n4711/0/1/0: 5", "2:1", "4711/0/1", ErrTwice},
		{"path below and a single value", "4711/0/1/0: 5\n4711/0/1: 5", "2:1", "4711/0/1", ErrTwice},

		{"one value for several", "0/1/16: 1", "1:1", "Security/1/DTLSTLSCiphersuite", ErrValue},
		{"several values for one", "0/1/5: [s3cr3t]", "1:1", "Security/1/SecretKey", ErrValue},
		{"values without numbers among pairs", "0/1/16: [[0, 1], 2]", "1:18", "Security/1/DTLSTLSCiphersuite", ErrValue},
		{"pairs among values", "0/1/16: [1, [1, 2]]", "1:13", "Security/1/DTLSTLSCiphersuite", ErrValue},
		{"a pair of three", "0/1/16: [[0, 1, 2]]", "1:10", "Security/1/DTLSTLSCiphersuite", ErrValue},
		{"a pair with a name", "0/1/16: [[x, 1]]", "1:11", "Security/1/DTLSTLSCiphersuite", ErrKey},
		{"a pair with a truth value", "0/1/16: [[true, 1]]", "1:11", "Security/1/DTLSTLSCiphersuite", ErrKey},
		{"values by name", "0/1/16: {x: 1}", "1:10", "Security/1/DTLSTLSCiphersuite", ErrKey},
		{"values by a truth value", "0/1/16: {true: 1}", "1:10", "Security/1/DTLSTLSCiphersuite", ErrKey},
		{"a mapping as a value", "0/1/16: {0: {1: 2}}", "1:13", "Security/1/DTLSTLSCiphersuite/0", ErrValue},
		{"nothing as a value", "0/1/16: [~]", "1:10", "Security/1/DTLSTLSCiphersuite/0", ErrValue},
		{"too many values", "0/1/16: [" + strings.Repeat("1,", 65537) + "]", "1:131082", "Security/1/DTLSTLSCiphersuite", ErrLimit},

		{"a file without a directory", "0/1/5: file:s3cr3t", "1:8", "Security/1/SecretKey", ErrFile},
		{"masked value", "0/1/5: masked:19", "1:8", "Security/1/SecretKey", ErrMasked},
		{"prefix in capitals", "0/1/5: Hex:00", "1:8", "Security/1/SecretKey", ErrValue},
		{"a number for a key", "0/1/5: 12345", "1:8", "Security/1/SecretKey", ErrValue},
		{"a long number for a key", "0/1/5: 0x00112233445566778899aabbccddeeff", "1:8", "Security/1/SecretKey", ErrValue},
		{"a number for text", "0/1/0: 1.0", "1:8", "Security/1/ServerURI", ErrValue},
		{"text for a number", "1/1/Lifetime: s3cr3t", "1:15", "Server/1/Lifetime", ErrValue},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, err := ParseYAML([]byte(tt.yaml))
			require.NoError(t, err)
			_, err = Resolve(n, nil)
			requireError(t, err, tt.at, tt.path, tt.class)
			require.NotContains(t, err.Error(), "s3cr3t")
		})
	}
}

// requireError: err is an *Error of that place, path and class, in one line
// that begins with the place.
func requireError(t *testing.T, err error, at, path string, class error) {
	t.Helper()
	require.Error(t, err)
	var bad *Error
	require.ErrorAs(t, err, &bad)
	require.Equal(t, at, bad.At.String(), err.Error())
	require.Equal(t, path, bad.Path, err.Error())
	require.ErrorIs(t, err, class)
	require.NotContains(t, err.Error(), "\n")
	where := ""
	for _, part := range []string{at, path} {
		if part != "" {
			where += part + ": "
		}
	}
	require.True(t, strings.HasPrefix(err.Error(), where), err.Error())
	require.NotEmpty(t, bad.Reason)
}

func TestNearestNameIsProposed(t *testing.T) {
	for yaml, want := range map[string]string{
		"Securety: {}":               "Security",
		"Acess Control: {}":          "AccessControl",
		"0/1/SrverURI: x":            "ServerURI",
		"0/1/short_servr_id: 1":      "ShortServerID",
		"0/1/Secretkex: x":           "SecretKey",
		"1/1/Livetime: 1":            "Lifetime",
		"1/1/NotificationsStoring: ": "NotificationStoring",
		"0/1/PublicKeyOrIdentitty: ": "PublicKeyOrIdentity",
	} {
		n, err := ParseYAML([]byte(yaml))
		require.NoError(t, err)
		_, err = Resolve(n, nil)
		require.ErrorIs(t, err, ErrKey)
		require.Contains(t, err.Error(), "did you mean "+want+"?", yaml)
	}
	for _, yaml := range []string{"0/1/x: 1", "0/1/3x@mpl3P5K53cr3tK3y: 1", "Zz: {}", "4711/0/Lifetime: 1",
		"0/1/" + strings.Repeat("ServerURI", 8) + ": 1"} {
		n, err := ParseYAML([]byte(yaml))
		require.NoError(t, err)
		_, err = Resolve(n, nil)
		require.ErrorIs(t, err, ErrKey)
		require.NotContains(t, err.Error(), "mean", yaml)
	}
}

func TestFirstPlaceOfWhatIsTwiceIsTold(t *testing.T) {
	n, err := ParseYAML([]byte("0/1/5: a\n\n  \n0/1/SecretKey: b"))
	require.NoError(t, err)
	_, err = Resolve(n, nil)
	require.Contains(t, err.Error(), "1:1")
	// Of nodes without places nothing is told.
	n = Node{Kind: Mapping, Entries: []Entry{
		{Key: textNode("0"), Value: Node{Kind: Mapping}}, {Key: textNode("0"), Value: Node{Kind: Mapping}}}}
	_, err = Resolve(n, nil)
	requireError(t, err, "", "Security", ErrTwice)
}

func TestErrorIsOneOfItsClass(t *testing.T) {
	err := fmt.Errorf("in %s: %w", "x.yaml", Errorf(Position{4, 7}, ErrLimit, "%d too many", 3))
	require.ErrorIs(t, err, ErrLimit)
	require.False(t, errors.Is(err, ErrValue))
	require.Equal(t, "in x.yaml: 4:7: 3 too many", err.Error())
	require.Equal(t, "4", Position{Line: 4}.String())
	require.Empty(t, Position{}.String())
}

// TestColumnsInBytesAreRefused: they would be the same signs on every card.
func TestColumnsInBytesAreRefused(t *testing.T) {
	n := Node{Kind: Bytes, Octets: []byte("s3cr3t${key}")}
	doc := scalar(t, "0/1/5: x")
	n.At = doc.Entries[0].Value.At
	doc.Entries[0].Value = n
	_, err := Resolve(doc, &Options{Template: true})
	requireError(t, err, "1:8", "Security/1/SecretKey", ErrValue)
	require.NotContains(t, err.Error(), "s3cr3t")
	_, err = Resolve(doc, nil)
	require.NoError(t, err, "it is no template")
	doc.Entries[0].Value.Octets = []byte("$ {key}")
	_, err = Resolve(doc, &Options{Template: true})
	require.NoError(t, err)
}
