package shell

import (
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/expand"
)

// token is a piece of a program in a scripting language.
type token struct {
	kind tokenKind
	text string // of a string: what it holds, with Unknown for what is put in when it runs
}

type tokenKind uint8

const (
	tokenName  tokenKind = iota // a.b, a::b and a->b are one name each, as a.b
	tokenText                   // a string
	tokenShell                  // a text that the language gives to a shell: ` ` in Perl, Ruby and PHP
	tokenNumber
	tokenMark // any other character
)

// tokens splits a program. It knows what python, javascript, perl, ruby, php, lua and awk have in common: names, numbers,
// strings with escapes, comments.
func tokens(language, text string) []token {
	var out []token
	for i := 0; i < len(text) && len(out) < maxTokens; {
		c := text[i]
		switch {
		case c <= ' ':
			if c == '\n' {
				out = append(out, token{tokenMark, "\n"})
			}
			i++
		case c == '#' && language != "javascript" && language != "php" && (i == 0 || text[i-1] != '$'), strings.HasPrefix(text[i:], "//") && (language == "javascript" || language == "php"), strings.HasPrefix(text[i:], "--") && language == "lua":
			n := strings.IndexByte(text[i:], '\n')
			if n < 0 {
				n = len(text) - i
			}
			i += n
		case strings.HasPrefix(text[i:], "/*") && (language == "javascript" || language == "php"):
			n := strings.Index(text[i+2:], "*/")
			if n < 0 {
				return out
			}
			i += n + 4
		case c == '"' || c == '\'' || c == '`':
			t, n := quotedToken(language, text[i:], prefixOf(&out, language))
			out = append(out, t)
			i += n
		case nameByte(c) && (c < '0' || c > '9'):
			t, n := nameToken(text[i:])
			i += n
			if (language == "perl" || language == "ruby") && i < len(text) && quoteWords[t.text] && !nameByte(text[i]) && strings.IndexByte("{(/|[!<", text[i]) >= 0 {
				body, m := bracketed(text[i:])
				kind := tokenText
				if t.text == "qx" {
					kind = tokenShell
				}
				out = append(out, token{kind, body})
				i += m
				continue
			}
			out = append(out, t)
		case c == '%' && language == "ruby" && i+2 < len(text) && text[i+1] == 'x' && strings.IndexByte("({[|<!", text[i+2]) >= 0:
			body, m := bracketed(text[i+2:])
			out = append(out, token{tokenShell, body})
			i += 2 + m
		case c >= '0' && c <= '9':
			n := 1
			for i+n < len(text) && (nameByte(text[i+n]) || text[i+n] == '.') {
				n++
			}
			out = append(out, token{tokenNumber, text[i : i+n]})
			i += n
		default:
			_, n := utf8.DecodeRuneInString(text[i:])
			out = append(out, token{tokenMark, text[i : i+n]})
			i += n
		}
	}
	return out
}

const maxTokens = 20_000

var quoteWords = setOf("q qq qx")

func nameByte(c byte) bool {
	return letter(c) || c == '_' || c == '$' || c == '@' || c >= '0' && c <= '9' || c >= 0x80
}

// nameToken reads a name with its qualifiers.
func nameToken(text string) (token, int) {
	var b strings.Builder
	i := 0
	for i < len(text) {
		switch {
		case nameByte(text[i]):
			b.WriteByte(text[i])
			i++
		case text[i] == '.' && i+1 < len(text) && nameStart(text[i+1]):
			b.WriteByte('.')
			i++
		case (strings.HasPrefix(text[i:], "::") || strings.HasPrefix(text[i:], "->") || strings.HasPrefix(text[i:], "?.")) && i+2 < len(text) && nameStart(text[i+2]):
			b.WriteByte('.')
			i += 2
		default:
			return token{tokenName, b.String()}, i
		}
	}
	return token{tokenName, b.String()}, i
}

func nameStart(c byte) bool { return letter(c) || c == '_' || c >= 0x80 }

// prefixOf takes the prefix of a Python string, such as rb or f, off the tokens.
func prefixOf(out *[]token, language string) string {
	if language != "python" || len(*out) == 0 {
		return ""
	}
	last := (*out)[len(*out)-1]
	if last.kind != tokenName || len(last.text) > 2 || strings.Trim(strings.ToLower(last.text), "rbfu") != "" {
		return ""
	}
	*out = (*out)[:len(*out)-1]
	return strings.ToLower(last.text)
}

// quotedToken reads a string literal.
func quotedToken(language, text, prefix string) (token, int) {
	quote := text[:1]
	if language == "python" && (strings.HasPrefix(text, `"""`) || strings.HasPrefix(text, `'''`)) {
		quote = text[:3]
	}
	i := len(quote)
	start := i
	for i < len(text) && !strings.HasPrefix(text[i:], quote) {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		i++
	}
	body := text[start:min(i, len(text))]
	n := min(i+len(quote), len(text))
	raw := strings.Contains(prefix, "r") || quote == "'" && (language == "perl" || language == "ruby" || language == "php")
	if !raw && strings.IndexByte(body, '\\') >= 0 {
		if text, _, err := expand.Format(&expand.Config{}, strings.NewReplacer(`\'`, "'", `\"`, `"`, "\\`", "`", "%", "%%").Replace(body), nil); err == nil {
			body = text
		}
	}
	switch {
	case language == "python" && strings.Contains(prefix, "f"):
		body = holes(body, "{", "}")
	case language == "javascript" && quote == "`":
		body = holes(body, "${", "}")
	case language == "ruby" && quote != "'":
		body = holes(body, "#{", "}")
	case (language == "perl" || language == "php") && quote != "'":
		body = sigils(body)
	}
	kind := tokenText
	if quote == "`" && language != "javascript" {
		kind = tokenShell
	}
	return token{kind, body}, n
}

// holes replaces what is put into a string when it runs.
func holes(text, open, end string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, open)
		if i < 0 {
			return b.String() + text
		}
		b.WriteString(text[:i] + Unknown)
		k := strings.Index(text[i:], end)
		if k < 0 {
			return b.String()
		}
		text = text[i+k+len(end):]
	}
}

// sigils replaces $name and @name.
func sigils(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if (text[i] == '$' || text[i] == '@') && i+1 < len(text) && (nameStart(text[i+1]) || text[i+1] == '{') {
			b.WriteString(Unknown)
			for i++; i < len(text) && (nameByte(text[i]) || text[i] == '{' || text[i] == '}'); i++ {
			}
			continue
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

// bracketed reads a text between a delimiter and its counterpart.
func bracketed(text string) (body string, n int) {
	open, end := text[0], text[0]
	if i := strings.IndexByte("({[<", open); i >= 0 {
		end = ")}]>"[i]
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == end && (open == end && i > 0 || open != end && depth == 1):
			return text[1:i], i + 1
		case text[i] == open && open != end:
			depth++
		case text[i] == end && open != end:
			depth--
		}
	}
	return text[1:], len(text)
}
