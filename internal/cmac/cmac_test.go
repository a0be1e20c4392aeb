package cmac

import (
	"bytes"
	"crypto/aes"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// The message of the examples, of which each MAC takes the first octets.
const example = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
	"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"

const (
	key128 = "2b7e151628aed2a6abf7158809cf4f3c"
	key192 = "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
	key256 = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
)

// RFC 4493, 4, for AES-128; NIST SP 800-38B, D.2 and D.3, for the others.
var vectors = []struct {
	name, key string
	n         int
	mac       string
}{
	{"AES-128, nothing", key128, 0, "bb1d6929e95937287fa37d129b756746"},
	{"AES-128, a block", key128, 16, "070a16b46b4d4144f79bdd9dd04a287c"},
	{"AES-128, two and a half", key128, 40, "dfa66747de9ae63030ca32611497c827"},
	{"AES-128, four", key128, 64, "51f0bebf7e3b9d92fc49741779363cfe"},
	{"AES-192, nothing", key192, 0, "d17ddf46adaacde531cac483de7a9367"},
	{"AES-192, a block", key192, 16, "9e99a7bf31e710900662f65e617c5184"},
	{"AES-192, two and a half", key192, 40, "8a1de5be2eb31aad089a82e6ee908b0e"},
	{"AES-192, four", key192, 64, "a1d5df0eed790f794d77589659f39a11"},
	{"AES-256, nothing", key256, 0, "028962f61b7bf89efc6b551f4667d983"},
	{"AES-256, a block", key256, 16, "28a7023f452e8f82bd4bf28d8c37c35c"},
	{"AES-256, two and a half", key256, 40, "aaf3d8f1de5640c232f5b169b9c911e6"},
	{"AES-256, four", key256, 64, "e1992190549f6ed5696a2c056c315410"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			h, err := New(unhex(t, v.key))
			require.NoError(t, err)
			message := unhex(t, example)[:v.n]
			var mac [Size]byte
			for range 2 { // the first Sum has begun a new message
				h.Write(message)
				h.Sum(&mac)
				require.Equal(t, v.mac, hex.EncodeToString(mac[:]))
			}
			if v.n > 0 {
				h.Write(message[:v.n-1])
				h.Sum(&mac)
				require.NotEqual(t, v.mac, hex.EncodeToString(mac[:]), "one octet short")
			}
		})
	}
}

func TestSubkeysOfRFC4493(t *testing.T) {
	h, err := New(unhex(t, key128))
	require.NoError(t, err)
	require.Equal(t, "fbeed618357133667c85e08f7236a8de", hex.EncodeToString(h.k1[:]))
	require.Equal(t, "f7ddac306ae266ccf90bc11ee46d513b", hex.EncodeToString(h.k2[:]))
}

func TestMessageMayComeInAnyPieces(t *testing.T) {
	h, err := New(unhex(t, key192))
	require.NoError(t, err)
	message := unhex(t, example)
	var whole, pieces [Size]byte
	h.Write(message)
	h.Sum(&whole)
	for size := 1; size <= len(message); size++ {
		for rest := message; len(rest) > 0; rest = rest[min(size, len(rest)):] {
			h.Write(rest[:min(size, len(rest))])
			h.Write(nil)
		}
		h.Sum(&pieces)
		require.Equal(t, whole, pieces, "pieces of %d", size)
	}
}

func TestResetForgetsTheMessage(t *testing.T) {
	h, err := New(unhex(t, key128))
	require.NoError(t, err)
	h.Write([]byte("seventeen octets."))
	h.Reset()
	var mac [Size]byte
	h.Sum(&mac)
	require.Equal(t, "bb1d6929e95937287fa37d129b756746", hex.EncodeToString(mac[:]))
}

func TestKeyOfAnotherLengthIsRefused(t *testing.T) {
	for _, n := range []int{0, 1, 15, 17, 23, 25, 31, 33, 64} {
		_, err := New(make([]byte, n))
		require.Error(t, err, "%d octets", n)
	}
}

func TestWipeLeavesNothing(t *testing.T) {
	h, err := New(unhex(t, key256))
	require.NoError(t, err)
	h.Write([]byte("secret"))
	h.Wipe()
	require.Equal(t, Hash{}, *h)
}

func TestNothingIsAllocated(t *testing.T) {
	h, err := New(unhex(t, key128))
	require.NoError(t, err)
	message := unhex(t, example)
	var mac [Size]byte
	require.Zero(t, testing.AllocsPerRun(100, func() {
		h.Write(message)
		h.Sum(&mac)
	}))
}

// FuzzHash compares with CMAC as SP 800-38B, 6.2, puts it: the whole message,
// padded, through CBC.
func FuzzHash(f *testing.F) {
	f.Add([]byte(key128)[:16], []byte{}, 0)
	f.Add([]byte(key192)[:24], []byte("a message of thirty-two octets.."), 16)
	f.Add([]byte(key256)[:32], []byte("and one of thirty-three, which is"), 31)
	f.Fuzz(func(t *testing.T, key, message []byte, cut int) {
		h, err := New(key)
		block, blockErr := aes.NewCipher(key)
		require.Equal(t, blockErr == nil, err == nil)
		if err != nil {
			return
		}
		padded, last := bytes.Clone(message), h.k1
		if len(message)%Size != 0 || len(message) == 0 {
			padded, last = append(padded, 0x80), h.k2
			padded = append(padded, make([]byte, -len(padded)&(Size-1))...)
		}
		var want, got [Size]byte
		for at := 0; at < len(padded); at += Size {
			for i := range want {
				want[i] ^= padded[at+i]
				if at+Size == len(padded) {
					want[i] ^= last[i]
				}
			}
			block.Encrypt(want[:], want[:])
		}
		cut = max(0, min(cut, len(message)))
		h.Write(message[:cut])
		h.Write(message[cut:])
		h.Sum(&got)
		require.Equal(t, want, got)
	})
}

func BenchmarkHash(b *testing.B) {
	h, err := New(make([]byte, 16))
	require.NoError(b, err)
	message := make([]byte, 256)
	var mac [Size]byte
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		h.Write(message)
		h.Sum(&mac)
	}
}
