package localcloud

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/keyfile"
)

// rootKeyName is the file that keeps a generated root key.
const rootKeyName = "root-key.json"

type rootKeyFile struct {
	AccessKeyID     string `json:"access_key_id"`
	SecretAccessKey string `json:"secret_access_key"`
}

// rootKey returns the configured key, or the one that was made for this directory.
func (s *Server) rootKey() (accessKeyID, secret string, err error) {
	if s.cfg.AccessKeyID != "" {
		return s.cfg.AccessKeyID, s.cfg.SecretAccessKey, nil
	}
	path := filepath.Join(s.cfg.Dir, rootKeyName)
	raw, err := keyfile.Load(path, newRootKey)
	if err != nil {
		return "", "", fmt.Errorf("root key of the embedded cloud: %w", err)
	}
	var key rootKeyFile
	if err := json.Unmarshal(raw, &key); err != nil {
		return "", "", fmt.Errorf("root key of the embedded cloud in %s: %w", path, err)
	}
	return key.AccessKeyID, key.SecretAccessKey, nil
}

func newRootKey() []byte {
	var id [10]byte
	var secret [30]byte
	_, _ = rand.Read(id[:])             // never fails (crypto/rand)
	_, _ = rand.Read(secret[:])         // never fails (crypto/rand)
	raw, _ := json.Marshal(rootKeyFile{ // two strings: never fails
		"AKIA" + base32.StdEncoding.EncodeToString(id[:]), base64.StdEncoding.EncodeToString(secret[:]),
	})
	return raw
}
