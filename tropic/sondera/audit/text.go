package audit

import "encoding/hex"

// appendText writes valid UTF-8 as a JSON string, in the only spelling that the decoder takes: quote, backslash, \n,
// \r, \t and \u00xx for the other control characters are escaped, nothing else is.
func appendText(dst []byte, text string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := range len(text) {
		c := text[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, text[from:i]...)
		dst = appendEscape(dst, c)
		from = i + 1
	}
	dst = append(dst, text[from:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return hex.AppendEncode(append(dst, `\u00`...), []byte{c})
}

// unescape reads what follows a backslash: the character that it stands for and the length of the escape. It takes
// what appendEscape writes and nothing else; a length of 0 says that there is no such escape.
func unescape(rest []byte) (c byte, length int) {
	if len(rest) == 0 {
		return 0, 0
	}
	switch rest[0] {
	case '"', '\\':
		return rest[0], 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	}
	const form = "u00xx"
	if len(rest) < len(form) {
		return 0, 0
	}
	var decoded [1]byte
	if _, err := hex.Decode(decoded[:], rest[3:len(form)]); err != nil || decoded[0] >= 0x20 {
		return 0, 0
	}
	if string(appendEscape(nil, decoded[0])) != `\`+string(rest[:len(form)]) {
		return 0, 0
	}
	return decoded[0], len(form)
}
