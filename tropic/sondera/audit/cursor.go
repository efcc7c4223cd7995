package audit

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// cursor reads a canonical text from left to right. After the first thing that is not as expected it reads nothing
// more, and err tells where that was; it never quotes the text.
type cursor struct {
	text []byte
	at   int
	err  error
}

func (c *cursor) fail(expected string) {
	if c.err == nil {
		c.err = fmt.Errorf("byte %d: expected %s", c.at+1, expected)
	}
}

// literal expects exactly this text, the name of a field as a rule.
func (c *cursor) literal(text string) {
	if c.err != nil {
		return
	}
	if !c.has(text) {
		c.fail(text)
		return
	}
	c.at += len(text)
}

func (c *cursor) has(text string) bool {
	return c.err == nil && len(c.text)-c.at >= len(text) && string(c.text[c.at:c.at+len(text)]) == text
}

func (c *cursor) number() uint64 {
	if c.err != nil {
		return 0
	}
	end := c.at
	for end < len(c.text) && c.text[end] >= '0' && c.text[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(string(c.text[c.at:end]), 10, 64)
	if err != nil || n > maxNumber || c.text[c.at] == '0' && end > c.at+1 {
		c.fail("a whole number below 2^53")
		return 0
	}
	c.at = end
	return n
}

func (c *cursor) boolean() bool {
	if c.has("true") {
		c.literal("true")
		return true
	}
	c.literal("false")
	return false
}

// string reads a JSON string as appendText writes it.
func (c *cursor) string() string {
	c.literal(`"`)
	var unescaped []byte
	for from := c.at; c.err == nil; {
		if c.at == len(c.text) {
			c.fail("the end of a string")
			break
		}
		switch char := c.text[c.at]; {
		case char == '"':
			text := c.text[from:c.at]
			if unescaped != nil {
				text = append(unescaped, text...)
			}
			if !utf8.Valid(text) {
				c.fail("a string in UTF-8 to end here")
			}
			c.at++
			return string(text)
		case char == '\\':
			plain, length := unescape(c.text[c.at+1:])
			if length == 0 {
				c.fail("one of the escapes that the log uses")
				break
			}
			unescaped = append(append(unescaped, c.text[from:c.at]...), plain)
			c.at += 1 + length
			from = c.at
		case char < 0x20:
			c.fail("no bare control character in a string")
		default:
			c.at++
		}
	}
	return ""
}

func (c *cursor) list() []string {
	c.literal("[")
	var texts []string
	for c.err == nil && !c.has("]") {
		if len(texts) > 0 {
			c.literal(",")
		}
		texts = append(texts, c.string())
	}
	c.literal("]")
	return texts
}

// value reads any JSON value without spaces around its parts.
func (c *cursor) value() json.RawMessage {
	if c.err != nil {
		return nil
	}
	length, compact := measure(c.text[c.at:])
	value := c.text[c.at : c.at+length]
	if !compact || !json.Valid(value) || !utf8.Valid(value) {
		c.fail("a JSON value in UTF-8 without spaces")
		return nil
	}
	c.at += length
	return value
}

// measure finds the end of the JSON value with which text begins. For what is no JSON the length means nothing.
func measure(text []byte) (length int, compact bool) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i += quoted(text[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ' ', '\t', '\r', '\n':
			return i, false
		case ',':
			if depth <= 0 {
				return i, true
			}
			continue
		default:
			continue
		}
		if depth <= 0 && i < len(text) {
			return i + 1, true
		}
	}
	return len(text), true
}

// quoted is the length of the JSON string with which text begins, quotes included.
func quoted(text []byte) int {
	for i := 1; i < len(text); {
		next := bytes.IndexAny(text[i:], `"\`)
		if next < 0 {
			break
		}
		i += next
		if text[i] == '"' {
			return i + 1
		}
		i += 2
	}
	return len(text)
}

func (c *cursor) digest() (d digest) {
	if c.err != nil {
		return d
	}
	const length = 2 * len(d)
	rest := c.text[c.at:]
	if len(rest) < length {
		c.fail("64 hexadecimal digits")
		return d
	}
	if _, err := hex.Decode(d[:], rest[:length]); err != nil || bytes.ContainsAny(rest[:length], "ABCDEF") {
		c.fail("64 hexadecimal digits in lower case")
		return d
	}
	c.at += length
	c.literal(`"`)
	return d
}

func (c *cursor) closing() (g closing) {
	if c.has(fieldMAC) {
		g.hasMAC, g.macAt = true, c.at
		c.literal(fieldMAC)
		g.mac = c.digest()
	}
	g.hashAt = c.at
	c.literal(fieldHash)
	g.hash = c.digest()
	c.literal("}")
	return g
}
