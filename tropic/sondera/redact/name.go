package redact

import "bytes"

// nameKind says what a name promises of its value.
type nameKind int

const (
	notSecret nameKind = iota
	secret
	passwordName // people choose passwords, so letters alone may be one
	awsSecretName
	azureName         // keys of storage accounts and of service buses
	signatureName     // sig= of a shared access signature
	weakName          // may be something else, so its value must look random
	authName          // name:password in base64
	authorizationName // a header: a scheme, then the secret
)

// weak reports whether only a random value is believed.
func (k nameKind) weak() bool { return k >= signatureName }

// secretWords are what names of secrets end in, without their separators.
var secretWords = wordList("token secret apikey accesskey privatekey secretkey authkey signingkey encryptionkey masterkey" +
	" sharedkey clientkey servicekey sessionkey licensekey authtoken secretbase secretkeybase tokens secrets webhooksecret mnemonic")

// weakWords end names that hold secrets at times.
var weakWords = wordList("credentials creds bearer xauth")

// otherWords end names that only sound like secrets: places in a listing, numbers of requests, names of assemblies.
var otherWords = wordList("pagetoken nexttoken synctoken continuationtoken idempotencytoken clientrequesttoken locktoken" +
	" changetoken creationtoken updatetoken publickeytoken maxtokens publicaccesskey gpgkey pgpkey")

var passwordWords = wordList("password passwd passphrase passwort pwd passcode")

var azureWords = wordList("accountkey sharedaccesskey sharedaccesssignature")

// stages are what follows the word in names of one secret among several: TOKEN_PROD, PASSWORD_OLD, SECRET_2.
var stages = wordList("prod production dev staging test live old new value main primary secondary raw")

func wordList(words string) [][]byte { return bytes.Fields([]byte(words)) }

// secretName classifies a name.
func secretName(key []byte) nameKind {
	switch string(key) {
	case "sig":
		return signatureName
	case "PWD", "OLDPWD": // the directory of a shell
		return notSecret
	}
	if !mayBeSecret(key) {
		return notSecret
	}
	var flat [keyMost]byte
	name := flat[:0]
	for _, b := range key {
		if b != '_' && b != '-' && b != '.' && b != ' ' {
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
	switch {
	case endsIn(name, otherWords):
		return notSecret
	case bytes.HasSuffix(name, []byte("secretaccesskey")), bytes.HasSuffix(name, []byte("awssecretkey")), bytes.HasSuffix(name, []byte("awssecret")):
		return awsSecretName
	case endsIn(name, azureWords):
		return azureName
	case endsIn(name, passwordWords), isPass(name, key):
		return passwordName
	case endsIn(name, secretWords):
		return secret
	case bytes.HasSuffix(name, []byte("authorization")):
		return authorizationName
	case bytes.Equal(name, []byte("auth")):
		return authName
	case endsIn(name, weakWords):
		return weakName
	}
	if upperName(key) && (bytes.HasSuffix(key, []byte("_KEY")) || bytes.HasSuffix(key, []byte("_AUTH"))) && !bytes.HasSuffix(key, []byte("PUBLIC_KEY")) {
		return weakName
	}
	return notSecret
}

// isPass reports whether the name is pass or ends in it as a word; PASS: is what tests print.
func isPass(name, key []byte) bool {
	switch {
	case bytes.Equal(name, []byte("pass")):
		return !upperName(key)
	case bytes.HasSuffix(name, []byte("dbpass")):
		return true
	}
	return endsInWord(key, name, "pass") || endsInWord(key, name, "pw")
}

// endsInWord reports whether key ends in the word, with a sign before it.
func endsInWord(key, name []byte, word string) bool {
	return bytes.HasSuffix(name, []byte(word)) && len(key) > len(word) && !alnum[key[len(key)-len(word)-1]]
}

func endsIn(name []byte, words [][]byte) bool {
	for _, w := range words {
		if bytes.HasSuffix(name, w) {
			return true
		}
	}
	return false
}

// mayBeSecret is quick: a stem of every word above.
func mayBeSecret(key []byte) bool {
	if n := len(key); n > 3 && lower(key[n-2]) == 'p' && lower(key[n-1]) == 'w' {
		return true
	}
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
