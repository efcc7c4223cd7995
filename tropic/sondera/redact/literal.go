package redact

import "bytes"

// candidate is a value under judgement, with what its bytes tell.
type candidate struct {
	text []byte
	variety
	random bool // nobody types it
	wordy  bool // words joined by signs
	mixed  bool // letters and digits
}

func newCandidate(v []byte) candidate {
	c := candidate{text: v, variety: varietyOf(v), wordy: isWordy(v)}
	c.random = (c.variety.random() || c.scrambled(v)) && !c.wordy
	c.mixed = c.digits > 0 && c.letters() > 0 && c.distinct >= 5
	return c
}

// literalSecret judges what stands in quotes. Code has many literals beside such names that are labels: names of
// variables, sentences, paths, types.
func (a assignment) literalSecret(v []byte) bool {
	switch {
	case a.kind == awsSecretName && isAWSSecret(v), a.kind == authName && isUserPassword(v):
		return true
	case len(v) < 6, isJoint(v), a.kind == signatureName, isFiller(v), isColour(v), isPattern(v):
		return false
	case v[0] == '.', v[0] == '~', v[0] == '\\', bytes.HasPrefix(v, []byte(pemLead)), bytes.Contains(v, []byte("://")):
		return false
	}
	c := newCandidate(v)
	if bytes.ContainsAny(v, " \t") { // words, but for NAME="a phrase"
		return upperName(a.key) && a.operator == '=' && !a.spaced && c.letters() > 0 && bytes.IndexByte(v, 0x1b) < 0
	}
	label := isLabel(v)
	switch {
	case a.kind.weak():
		return c.random || c.mixed && !label && !c.wordy && c.digits >= 2 && c.length >= 12 && !bytes.ContainsAny(v, "/(){}[]")
	case a.operator == ',' || a.operator == '(':
		believed := c.digits >= 3 || a.kind == passwordName && !secretWord(v) && c.lowers+c.digits >= 2
		return c.random || c.mixed && !label && !c.wordy && c.length >= 8 && believed
	case c.random:
		return true
	case v[0] == '/' && bytes.Count(v, []byte("/")) > 1:
		return false
	case a.kind == passwordName:
		return passwordLiteral(c, label)
	}
	return a.tokenLiteral(c, label)
}

// isPassphrase reports whether v is four or more words joined by dashes, as people choose them who were told to.
func isPassphrase(v []byte) bool {
	for _, b := range v {
		if !isLower(b) && !isDigit(b) && b != '-' {
			return false
		}
	}
	return bytes.Count(v, []byte("-")) >= 3 && v[len(v)-1] != '-' && !bytes.Contains(v, []byte("--")) && !secretWord(v)
}

// isJoint reports whether v is code between two literals: "TOKEN=" + token + "\n".
func isJoint(v []byte) bool {
	t := bytes.TrimSpace(v)
	if len(t) < len(v) {
		return len(t) == 0 || bytes.IndexByte([]byte("+.,)"), t[0]) >= 0
	}
	return v[0] == '+' && v[len(v)-1] == '+' || v[0] == ',' || v[0] == ')'
}

// passwordLiteral judges what people choose: letters alone may be one, but not what programs call their fields.
func passwordLiteral(c candidate, label bool) bool {
	switch {
	case isCommonWord(c.text), typeWord(c.text), c.digits < 2 && bytes.ContainsAny(c.text, "()[]{}"):
		return false
	case c.digits > 0 && c.other == 0 && c.distinct >= 5, c.mixed && !label && !c.wordy, isPassphrase(c.text):
		return true
	case label, bytes.ContainsAny(c.text, "(){}[]|%,;\\"):
		return false
	}
	return c.letters()+c.digits > 0 && !isForeign(c.text) && (!secretWord(c.text) || bytes.HasSuffix(bytes.ToLower(c.text), []byte("secret")))
}

// tokenLiteral judges what machines make.
func (a assignment) tokenLiteral(c candidate, label bool) bool {
	switch {
	case bytes.ContainsAny(c.text, "()[]{}"), secretWord(c.text) && c.digits <= 2 && c.other == 0:
		return false
	case c.mixed && !label && !c.wordy:
		return true
	case label, typeWord(c.text), bytes.ContainsAny(c.text, "|%,;\\"):
		return false
	case upperName(a.key) && !a.spaced:
		return !secretWord(c.text) && !isCommonWord(c.text) && c.letters()+c.digits > 0 && !isForeign(c.text)
	}
	strange := c.letters() > 0 && c.distinct >= 8 && bytes.ContainsAny(c.text, "!@#$^&*+=") && !secretWord(c.text)
	return strange || c.length >= 32 && c.digits >= 16 && c.distinct >= 6
}
