package localcloud

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

type rootKeyFile struct {
	AccessKeyID     string `json:"access_key_id"`
	SecretAccessKey string `json:"secret_access_key"`
}

// rootKey returns the configured key, or the one that was made for this directory.
func (s *Server) rootKey() (accessKeyID, secret string, err error) {
	if s.cfg.AccessKeyID != "" {
		return s.cfg.AccessKeyID, s.cfg.SecretAccessKey, nil
	}
	var key rootKeyFile
	raw, err := os.ReadFile(s.keyPath())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		key = newRootKey()
		if raw, err = json.Marshal(key); err == nil {
			err = os.WriteFile(s.keyPath(), raw, 0o600)
		}
	case err == nil:
		err = json.Unmarshal(raw, &key)
	}
	if err != nil {
		return "", "", fmt.Errorf("root key of the embedded cloud: %w", err)
	}
	return key.AccessKeyID, key.SecretAccessKey, nil
}

func newRootKey() rootKeyFile {
	var id [10]byte
	var secret [30]byte
	_, _ = rand.Read(id[:])     // never fails (crypto/rand)
	_, _ = rand.Read(secret[:]) // never fails (crypto/rand)
	return rootKeyFile{"AKIA" + base32.StdEncoding.EncodeToString(id[:]), base64.StdEncoding.EncodeToString(secret[:])}
}
