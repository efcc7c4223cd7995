package redact

import "bytes"

// nameKind says what a name promises of its value.
type nameKind int

const (
	notSecret nameKind = iota
	secret
	passwordName // people choose passwords, so letters alone may be one
	awsSecretName
)

// secretWords are what names of secrets end in, without their separators.
var secretWords = [][]byte{
	[]byte("token"), []byte("secret"), []byte("apikey"), []byte("accesskey"), []byte("privatekey"), []byte("secretkey"),
	[]byte("authkey"), []byte("signingkey"), []byte("encryptionkey"), []byte("masterkey"), []byte("accountkey"),
	[]byte("sharedkey"), []byte("clientkey"), []byte("servicekey"), []byte("sessionkey"), []byte("licensekey"),
	[]byte("credential"), []byte("credentials"), []byte("creds"), []byte("authtoken"), []byte("secretbase"),
	[]byte("tokens"), []byte("secrets"), []byte("webhooksecret"), []byte("bearer"), []byte("xauth"),
}

var passwordWords = [][]byte{
	[]byte("password"), []byte("passwd"), []byte("passphrase"), []byte("passwort"), []byte("pwd"), []byte("passcode"),
}

// stages are what follows the word in names of one secret among several: TOKEN_PROD, PASSWORD_OLD, SECRET_2.
var stages = [][]byte{
	[]byte("prod"), []byte("production"), []byte("dev"), []byte("staging"), []byte("test"), []byte("live"),
	[]byte("old"), []byte("new"), []byte("value"), []byte("main"), []byte("primary"), []byte("secondary"), []byte("raw"),
}

// secretName classifies a name.
func secretName(key []byte) nameKind {
	if !mayBeSecret(key) {
		return notSecret
	}
	var flat [keyMost]byte
	name := flat[:0]
	for _, b := range key {
		if b != '_' && b != '-' && b != '.' {
			name = append(name, lower(b))
		}
	}
	for len(name) > 0 && isDigit(name[len(name)-1]) {
		name = name[:len(name)-1]
	}
	if separated(key) {
		for _, st := range stages {
			if rest, ok := bytes.CutSuffix(name, st); ok && len(rest) > 0 {
				name = rest
				break
			}
		}
	}
	return wordKind(name, key)
}

func wordKind(name, key []byte) nameKind {
	if bytes.HasSuffix(name, []byte("secretaccesskey")) || bytes.HasSuffix(name, []byte("awssecretkey")) || bytes.HasSuffix(name, []byte("awssecret")) {
		return awsSecretName
	}
	for _, w := range passwordWords {
		if bytes.HasSuffix(name, w) {
			return passwordName
		}
	}
	if bytes.Equal(name, []byte("pass")) || bytes.HasSuffix(key, []byte("_PASS")) || bytes.HasSuffix(key, []byte("_pass")) || bytes.HasSuffix(name, []byte("dbpass")) {
		return passwordName
	}
	for _, w := range secretWords {
		if bytes.HasSuffix(name, w) {
			return secret
		}
	}
	if upperName(key) && (bytes.HasSuffix(key, []byte("_KEY")) || bytes.HasSuffix(key, []byte("_AUTH"))) && !bytes.HasSuffix(key, []byte("PUBLIC_KEY")) {
		return secret
	}
	return notSecret
}

// mayBeSecret is quick: a stem of every word above.
func mayBeSecret(key []byte) bool {
	for i := 0; i+2 < len(key); i++ {
		switch lower(key[i]) {
		case 'p':
			if b := lower(key[i+1]); b == 'a' && lower(key[i+2]) == 's' || b == 'w' {
				return true
			}
		case 's', 'k', 't':
			switch [2]byte{lower(key[i+1]), lower(key[i+2])} {
			case [2]byte{'e', 'c'}, [2]byte{'e', 'y'}, [2]byte{'o', 'k'}:
				return true
			}
		case 'c', 'b', 'a':
			switch [2]byte{lower(key[i+1]), lower(key[i+2])} {
			case [2]byte{'r', 'e'}, [2]byte{'e', 'a'}, [2]byte{'u', 't'}:
				return true
			}
		}
	}
	return false
}

func separated(key []byte) bool {
	return bytes.IndexByte(key, '_') >= 0 || bytes.IndexByte(key, '-') >= 0 || bytes.IndexByte(key, '.') >= 0
}

// upperName reports whether key is spelt as environment variables are.
func upperName(key []byte) bool {
	letters := false
	for _, b := range key {
		if isLower(b) {
			return false
		}
		letters = letters || isUpper(b)
	}
	return letters
}
