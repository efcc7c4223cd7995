package shell

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// decoder turns text into other text; what is decoded from a literal is followed.
func decoder(c *call, decodes bool) {
	d := c.reads(orInput(first(c.operands))...)
	if len(c.operands) > 1 {
		defer func() {
			content := c.out
			c.out = data{}
			c.writes(c.operand(1), content)
		}()
	}
	if !decodes {
		c.out = d.transformed(0)
		return
	}
	c.out = d.transformed(decoded)
	if d.holes {
		return
	}
	if text, ok := decode(c.command.Program, d.text); ok {
		c.out = data{text: text, holes: strings.Contains(text, Unknown), taint: d.taint | decoded, from: d.from}
	}
}

// decode decodes the literals of base64, base64url and hexadecimal digits.
func decode(program, text string) (string, bool) {
	compact := strings.Map(func(r rune) rune {
		if r == '\n' || r == ' ' || r == '\t' || r == '\r' {
			return -1
		}
		return r
	}, text)
	var out []byte
	var err error
	if program == "xxd" {
		out, err = hex.DecodeString(compact)
	} else {
		out, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(compact), "="))
	}
	if err != nil || !utf8.Valid(out) {
		return "", false
	}
	return string(out), true
}

func reversed(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		body := strings.TrimSuffix(l, "\n")
		r := []rune(body)
		for a, b := 0, len(r)-1; a < b; a, b = a+1, b-1 {
			r[a], r[b] = r[b], r[a]
		}
		lines[i] = string(r) + l[len(body):]
	}
	return strings.Join(lines, "")
}
