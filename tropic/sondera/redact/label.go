package redact

import "bytes"

// isLabel reports whether v is words joined as in names: api_token, X-Api-Key, apiToken, a.b.c. Digits may end a word.
func isLabel(v []byte) bool {
	for i, b := range v {
		joins := b == '_' || b == '-' || b == '.' || b == ':' || b == '/'
		if !alnum[b] && !joins || isDigit(b) && i+1 < len(v) && alnum[v[i+1]] && !isDigit(v[i+1]) {
			return false
		}
	}
	n := varietyOf(v)
	words := n.other > 0 || secretWord(v)
	return words && n.digits <= 2
}

// isWordy reports whether v is two or more words or short numbers joined by signs, as paths, titles and constants are:
// projects/123/secrets/db, enable-2fa, TEST_DATA_BASE64.
func isWordy(v []byte) bool {
	parts := 0
	for i := 0; i < len(v); {
		end := alnum.end(v, i, len(v))
		if end == i {
			if bytes.IndexByte([]byte("_-./:,@+|"), v[i]) < 0 {
				return false
			}
			i++
			continue
		}
		if !isWord(v[i:end]) {
			return false
		}
		parts++
		i = end
	}
	return parts >= 2
}

// isWord reports whether the letters and digits of v could be a word, a short number, or a word with a number behind it.
func isWord(v []byte) bool {
	if len(v) <= 4 {
		return true
	}
	letters, changes := 0, 0
	for letters < len(v) && !isDigit(v[letters]) {
		if letters > 0 && isUpper(v[letters]) && isLower(v[letters-1]) {
			changes++
		}
		letters++
	}
	digits := len(v) - letters
	for _, b := range v[letters:] {
		if !isDigit(b) {
			return false
		}
	}
	return digits <= 2 && letters >= 3 && changes*4 <= letters
}

// isName reports whether v could be a variable whose digits are a suffix: token2, key_v1.
func isName(v []byte) bool {
	n := varietyOf(v)
	return isLabel(v) || n.digits == 1 && n.other == 0 && isDigit(v[len(v)-1])
}

// isMember reports whether v is a field of something: cfg.Token, os.environ, self.token2.
func isMember(v []byte) bool {
	dots := 0
	for i, b := range v {
		switch {
		case b == '.':
			dots++
			if i == 0 || i+1 == len(v) || isDigit(v[i+1]) {
				return false
			}
		case !wordSet[b], isDigit(b) && i == 0:
			return false
		}
	}
	return dots > 0
}

// isConstant reports whether v is spelt as constants are: MAX_SIZE_2, C.AUTH_TYPE.
func isConstant(v []byte) bool {
	for _, b := range v {
		if isLower(b) || !wordSet[b] && b != '.' && b != ':' {
			return false
		}
	}
	return bytes.IndexByte(v, '_') > 0
}

// isOperator reports whether an expression may begin with b: *p, &v, !ok.
func isOperator(b byte) bool { return b == '*' || b == '&' || b == '!' }

// isNumber reports whether v is a hexadecimal number of up to 64 bits: 0xc0506617.
func isNumber(v []byte) bool {
	v = bytes.TrimLeft(v, "-+")
	return len(v) <= 18 && bytes.HasPrefix(v, []byte("0x"))
}

// isColour reports whether v is a colour of the web: #d8dee9.
func isColour(v []byte) bool {
	if v[0] != '#' || len(v) != 7 && len(v) != 9 {
		return false
	}
	for _, b := range v[1:] {
		if !isHex(b) {
			return false
		}
	}
	return true
}

// isPattern reports whether v is a regular expression.
func isPattern(v []byte) bool {
	for _, sign := range []string{"[0-9", "[a-z", "[A-Z", `\d`, `\w`, "]{", "(?", ".*", ")+", "]+"} {
		if bytes.Contains(v, []byte(sign)) {
			return true
		}
	}
	return false
}

// isPath reports whether v names a file or an address.
func isPath(v []byte) bool {
	for _, lead := range []string{"./", "~/", "../"} {
		if bytes.HasPrefix(v, []byte(lead)) {
			return true
		}
	}
	return v[0] == '/' && bytes.Count(v, []byte("/")) > 1 && !varietyOf(v).random() || bytes.Contains(v, []byte("://"))
}

// isForeign reports whether v is a word in a language that does not use ASCII only, as labels of forms are.
func isForeign(v []byte) bool {
	for _, b := range v {
		if b >= 0x80 {
			return true
		}
	}
	return false
}

// secretWord reports whether v itself speaks of secrets, as variables that hold them do.
func secretWord(v []byte) bool {
	l := bytes.ToLower(v)
	for _, w := range [][]byte{[]byte("token"), []byte("secret"), []byte("password"), []byte("passwort"), []byte("passwd"), []byte("credential"), []byte("apikey"), []byte("api_key"), []byte("_key"), []byte("privatekey")} {
		if bytes.Contains(l, w) {
			return true
		}
	}
	return false
}

// typeWord reports whether v is a type, a constant or an authentication scheme.
func typeWord(v []byte) bool {
	switch string(bytes.ToLower(bytes.TrimRight(v, "?*!"))) {
	case "string", "number", "boolean", "object", "buffer", "unknown", "undefined", "integer", "optional", "required", "default",
		"int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "base64", "sha256", "sha512",
		"secret", "bearer", "basic", "apikey", "digest", "public", "private", "static", "disabled", "enabled", "hidden",
		"literal", "strings", "option", "nullable", "securestring", "uint8array", "bigint64array", "secretstr":
		return true
	}
	return false
}
