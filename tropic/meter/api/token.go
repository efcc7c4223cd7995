package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

const (
	tokenPrefix = "tropic_" // so that scanners for leaked secrets know one
	tokenBytes  = 32
	maxToken    = 256 // of any token, in bytes
	minAdmin    = 32  // of an admin token that an operator chose
)

// NewToken makes a token, and the hash to keep of it.
func NewToken(random io.Reader) (token, hash string, err error) {
	var secret [tokenBytes]byte
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return "", "", fmt.Errorf("make a token: %w", err)
	}
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(secret[:])
	return token, HashToken(token), nil
}

// HashToken is the hash by which a token is known: SHA-256, hexadecimal. A token has 256 random bits, so no slow hash is
// needed.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// ErrWeakToken is returned for an admin token that could be guessed.
var ErrWeakToken = errors.New("an admin token needs 32 to 256 visible ASCII characters, random ones; openssl rand -hex 32 makes such a token")

// AdminTokenHash is the hash of an admin token that an operator chose.
func AdminTokenHash(token string) (string, error) {
	if len(token) < minAdmin || len(token) > maxToken {
		return "", ErrWeakToken
	}
	for i := range len(token) {
		if token[i] <= ' ' || token[i] > '~' {
			return "", ErrWeakToken
		}
	}
	return HashToken(token), nil
}
