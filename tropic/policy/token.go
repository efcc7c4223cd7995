package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a quoted literal, a telephone pattern, a comma, or the end of the line.
type token struct {
	kind   tokenKind
	raw    string // as written, without quotes
	word   string // lower case, for look-ups; "" for what is quoted
	column int
	start  int // byte offset of what was written, in the statement
	end    int
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenQuoted
	tokenPhone
	tokenComma
)

// quotes pairs opening with closing quotes.
var quotes = map[rune]rune{'`': '`', '"': '"', '\'': '\'', '“': '”', '„': '“', '‘': '’'}

// scan splits a statement into tokens; the last is the end. column is where the statement begins. A # that stands alone
// begins a comment.
func scan(text string, column int) ([]token, error) {
	var tokens []token
	columnAt := func(i int) int { return column + utf8.RuneCountInString(text[:i]) }
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		start := i
		add := func(kind tokenKind, raw string) {
			t := token{kind: kind, raw: raw, column: columnAt(start), start: start, end: i}
			if kind == tokenWord {
				t.raw = trimStop(raw)
				t.word = strings.ToLower(t.raw)
			}
			tokens = append(tokens, t)
		}
		switch {
		case unicode.IsSpace(r):
			i += size
		case r == '#' && startsComment(text, i):
			i = len(text)
		case r == ',' || r == ';':
			i += size
			add(tokenComma, ",")
		case quotes[r] != 0:
			length := strings.IndexRune(text[i+size:], quotes[r])
			if length < 0 {
				return nil, &SyntaxError{
					Position: Position{Column: columnAt(i)}, Reason: "the quote is not closed", Want: "a " + string(quotes[r]) + " at its end",
				}
			}
			raw := text[i+size : i+size+length]
			i += size + length + utf8.RuneLen(quotes[r])
			add(tokenQuoted, raw)
		case r == '+' && phoneLength(text[i:]) > 0:
			i += phoneLength(text[i:])
			add(tokenPhone, text[start:i])
		default:
			i += wordLength(text[i:])
			add(tokenWord, text[start:i])
		}
	}
	return append(tokens, token{kind: tokenEnd, column: columnAt(len(strings.TrimRightFunc(text, unicode.IsSpace))), start: len(text), end: len(text)}), nil
}

func startsComment(text string, i int) bool {
	return (i == 0 || unicode.IsSpace(rune(text[i-1]))) && (i+1 == len(text) || unicode.IsSpace(rune(text[i+1])))
}

// phoneLength is the length of the telephone pattern that text begins with: a +, digits, and between digits what makes
// them readable.
func phoneLength(text string) int {
	end := 0
	for i, r := range text[1:] {
		i++
		switch {
		case r >= '0' && r <= '9':
			end = i + 1
		case r == '*':
			return i + 1
		case strings.ContainsRune(" -.()\u00a0", r):
		default:
			return end
		}
	}
	return end
}

// wordLength is the length of the word that text begins with.
func wordLength(text string) int {
	for i, r := range text {
		if i > 0 && (unicode.IsSpace(r) || r == ',' || r == ';' || r == '`' || r == '"') {
			return i
		}
	}
	return len(text)
}

// trimStop drops the full stop of a sentence, and keeps that of a path.
func trimStop(word string) string {
	short := strings.TrimRight(word, ".!")
	if short == "" || strings.HasSuffix(short, "/") || len(word)-len(short) > 1 {
		return word
	}
	return short
}
