package sondera

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// digestOf names a set of sources: the same text in the same order has the same digest, on every machine.
func digestOf(sources []Source, lockdown bool) string {
	h := sha256.New()
	write := func(text []byte) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(text)))
		h.Write(size[:])
		h.Write(text)
	}
	write(schemaText)
	if lockdown {
		write([]byte("lockdown"))
	}
	for _, s := range sources {
		write(s.Text)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
