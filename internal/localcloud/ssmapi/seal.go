package ssmapi

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"path/filepath"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/keyfile"
)

// sealFile holds the key of SecureStrings, as KMS would.
const sealFile = "parameter-key"

// openSeal reads the key, or makes it once.
func openSeal(dir string) (cipher.AEAD, error) {
	path := filepath.Join(dir, sealFile)
	key, err := keyfile.Load(path, func() []byte {
		key := make([]byte, 32)
		_, _ = rand.Read(key) // never fails (crypto/rand)
		return key
	})
	if err != nil {
		return nil, fmt.Errorf("open the key of secure parameters: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", path, err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
