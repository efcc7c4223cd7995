package redact

import "bytes"

// bareSecret judges what stands without quotes between i and end. In code that is an expression; in shell, .env and
// YAML it is the value.
func (a assignment) bareSecret(s []byte, i, end int) bool {
	v := s[i:end]
	if a.kind == awsSecretName && isAWSSecret(v) {
		return true
	}
	if len(v) < 6 || a.isCode(s, v, end) {
		return false
	}
	c := newCandidate(v)
	if secretWord(v) && !a.chosen(s, c, end) {
		return false
	}
	switch {
	case c.random, c.length >= 32 && c.digits >= 8 && c.letters()+c.digits == c.length:
		return true
	case isMember(v):
		return false
	case a.kind.weak():
		return c.mixed && c.digits >= 2 && c.length >= 12 && !isName(v) && !c.wordy
	case a.operator == '=' && !a.spaced:
		return a.setting(s, c, end)
	}
	c.mixed = c.mixed && c.length >= 7
	switch {
	case a.operator == ' ' || a.operator == '|':
		return c.mixed && !isName(v)
	case a.alone(s, end):
		return a.lineSecret(c)
	case a.kind == passwordName && a.operator == ':' && a.spaced && lineEnds(s, end): // Generated password: …
		return c.mixed && c.digits >= 2 && !isName(v) && !c.wordy
	case a.operator == ':' && end < len(s) && (s[end] == ',' || s[end] == '}'): // {password: …}
		return c.mixed && !isName(v) && !c.wordy
	}
	return false
}

// isCode reports whether v is a filler, a type, a number, a path or an expression.
func (a assignment) isCode(s, v []byte, end int) bool {
	switch {
	case isFiller(v), a.isExpression(v), typeWord(v), isPath(v), isNumber(v), bytes.HasPrefix(v, []byte("//")):
		return true
	case end < len(s) && bytes.IndexByte([]byte("([{"), s[end]) >= 0:
		return true
	case a.spaced && (isConstant(v) || a.operator == '=' && isOperator(v[0])):
		return true
	case a.kind == signatureName && !a.parameter:
		return true
	}
	return !hasAlnum(v)
}

// isExpression reports whether v has brackets as calls and indexes have them. In an environment file a bracket may be a
// sign like any other, if no name stands before it.
func (a assignment) isExpression(v []byte) bool {
	k := bytes.IndexAny(v, "(){}[]")
	if k < 0 {
		return false
	}
	return k == 0 || wordSet[v[k-1]] || !upperName(a.key) || a.operator != '=' || a.spaced || !a.atStart
}

// chosen reports whether c, which has a word such as secret in it, is a password that a person thought up and not the
// name of a variable.
func (a assignment) chosen(s []byte, c candidate, end int) bool {
	switch {
	case isCommonWord(c.text), isMember(c.text), bytes.EqualFold(c.text, a.key):
		return false
	case a.operator == '=' && !a.spaced && upperName(a.key) && a.leftBlank:
		return !isConstant(c.text) && (a.kind == passwordName || !isLabel(c.text))
	case a.kind == passwordName && (a.operator != '=' || !a.spaced) && (a.parameter || a.alone(s, end)):
		return c.digits > 0 && bytes.IndexByte(c.text, '_') < 0
	}
	return c.digits >= 4 && (c.other > 0 || c.digits >= 6)
}

// setting judges NAME=value without blanks or quotes.
func (a assignment) setting(s []byte, c candidate, end int) bool {
	dotted := bytes.IndexByte(a.key, '.') >= 0 // a field in code, or a property
	switch {
	case upperName(a.key) && a.leftBlank:
		return c.letters() > 0 || c.digits >= 8
	case !dotted && a.alone(s, end):
		return c.letters() > 0
	}
	strange := a.kind == passwordName && c.letters() > 0 && bytes.ContainsAny(c.text, "!@#^")
	return c.length >= 7 && (c.mixed || strange) && (!isName(c.text) || a.parameter && a.kind == passwordName)
}

// lineSecret judges a value that ends the line which its name begins.
func (a assignment) lineSecret(c candidate) bool {
	if a.kind == passwordName && (c.digits == c.length || a.operator == ':' && upperName(a.key) && bytes.IndexByte(a.key, '_') > 0) {
		return true // POSTGRES_PASSWORD: postgres
	}
	strange := c.letters() > 0 && bytes.ContainsAny(c.text, "!@#$^&*+") || c.text[c.length-1] == '='
	return (c.mixed && (!c.wordy || a.kind == passwordName) || strange) && c.text[c.length-1] != ','
}

// alone reports whether nothing else stands in the line, or in the quotes, that the name begins.
func (a assignment) alone(s []byte, end int) bool {
	if a.frame != 0 && end < len(s) && s[end] == a.frame {
		return true
	}
	return a.atStart && lineEnds(s, end)
}

// lineEnds reports whether the line ends at i, or only a comment follows.
func lineEnds(s []byte, i int) bool {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
		if i < len(s) && s[i] == '#' {
			return true
		}
	}
	return i >= len(s) || lineEnd(s[i:]) > 0 || s[i] == '\r' || s[i] == 0x1b
}

func hasAlnum(v []byte) bool {
	for _, b := range v {
		if alnum[b] {
			return true
		}
	}
	return false
}
