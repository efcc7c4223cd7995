package redact

import "bytes"

const (
	keyMost   = 64   // bytes of a name
	judged    = 128  // bytes of an unquoted value that are judged; what follows belongs to it unseen
	valueMost = 4096 // bytes of a quoted value, which must end within
	gapMost   = 32   // blanks around an operator
)

// assignment is a value with the name that says what it is.
type assignment struct {
	key       []byte // without quotes
	kind      nameKind
	keyStart  int
	operator  byte // =, :, a blank, or what else stands between name and value
	spaced    bool // blanks around the operator
	atStart   bool // the name begins its line, maybe after export
	leftBlank bool // a blank, a border or the beginning stands before the name
	parameter bool // in a query, a form or a connection string
	frame     byte // the quote right before the name, which does not end there: 'X-Api-Key: …'
}

// matchAssignment finds the value after =, :, := or => of a name that says it is a secret.
func matchAssignment(s *scan, i, hi int) (hit, bool) {
	a, ok := s.assignmentAt(i)
	if !ok {
		return hit{}, false
	}
	from := i + 1
	if from < hi && (s.buf[i] == ':' && s.buf[from] == '=' || s.buf[i] == '=' && s.buf[from] == '>') { // Go, Ruby
		from++
		a.operator, a.spaced = '=', true
	}
	return a.find(s, from, hi)
}

// assignmentAt reads the name before the operator at i. In name: type = value it is the first, and in name: X, value: …
// it is X.
func (s *scan) assignmentAt(i int) (assignment, bool) {
	a, ok := s.keyBefore(i, i)
	if !ok {
		return a, false
	}
	if bytes.EqualFold(a.key, []byte("value")) {
		a.key = s.pairName(a.keyStart, i)
	}
	if a.keyStart > 1 && s.buf[a.keyStart-1] == ':' && s.buf[a.keyStart-2] == ':' {
		return a, false // AWS::IAM::AccessKey
	}
	if a.kind = secretName(a.key); a.kind != notSecret {
		a.place(s, i)
		return a, true
	}
	k, typed := s.typedName(a.keyStart, i)
	if !typed {
		return a, false
	}
	if a, ok = s.keyBefore(k, i); !ok {
		return a, false
	}
	a.operator, a.spaced = '=', true
	if a.kind = secretName(a.key); a.kind == notSecret {
		return a, false
	}
	a.place(s, i)
	return a, true
}

// typedName returns where the colon before a type is: let key: &str = …
func (s *scan) typedName(i, operator int) (int, bool) {
	if s.buf[operator] != '=' {
		return 0, false
	}
	for i > s.floor(operator) && (s.buf[i-1] == ' ' || s.buf[i-1] == '&') {
		i--
	}
	return i - 1, i > s.floor(operator) && s.buf[i-1] == ':'
}

// find judges the value that begins at from, or after blanks there.
func (a assignment) find(s *scan, from, hi int) (hit, bool) {
	from, spaced := s.skipBlanks(from, hi)
	a.spaced = a.spaced || spaced
	if a.operator == ':' && !a.spaced && a.keyStart > 0 && s.buf[a.keyStart-1] == ':' {
		return hit{}, false // a part of a name: arn:aws:secretsmanager:…:secret:prod/db
	}
	if a.kind == authorizationName {
		var own bool
		if from, own = s.skipScheme(from, hi); own {
			return hit{}, false
		}
	}
	if from >= hi || bytes.HasPrefix(s.buf[from:hi], []byte(pemLead)) {
		return hit{}, false
	}
	start, end, ok := a.value(s.buf[:min(hi, from+valueMost)], from)
	s.steps += gapMost + keyMost + max(judged, end-start)
	if !ok {
		return hit{}, false
	}
	h := hit{start: start, end: end, class: s.classAt(start, hi, a.class(s.buf[start:end]))}
	if quoted := end < hi && isQuote(s.buf[end]) || s.buf[start-1] == '"'; quoted {
		return h, true
	}
	if end-from >= judged {
		return s.token(h, bareSet, hi), true
	}
	return h, true
}

// class tells the keys of AWS and Azure, which other programs look for, from the rest.
func (a assignment) class(value []byte) string {
	switch {
	case a.kind == awsSecretName && len(value) == awsSecretLen:
		return classAWSSecret
	case a.kind == azureName, a.kind == signatureName:
		return classAzure
	case a.kind == authName && isUserPassword(value):
		return classBasic
	}
	return classAssignment
}

// skipBlanks goes over blanks and the colours of a terminal.
func (s *scan) skipBlanks(from, hi int) (int, bool) {
	start := from
	for from < hi && from-start < gapMost {
		switch s.buf[from] {
		case ' ', '\t':
			from++
		case 0x1b:
			if from = s.colourEnd(from, hi); s.buf[from-1] != 'm' {
				return from, true
			}
		default:
			return from, from > start && isSpace(s.buf[start])
		}
	}
	return from, true
}

// skipScheme goes over the scheme in Authorization: Token abc, where forms have + for blanks. Bearer and Basic have
// matchers of their own, Digest and AWS4-HMAC-SHA256 sign and send no secret.
func (s *scan) skipScheme(from, hi int) (end int, own bool) {
	if from < hi && s.buf[from] == '+' {
		from++
	}
	end = dashSet.end(s.buf, from, min(hi, from+16))
	if end >= hi || s.buf[end] != ' ' && s.buf[end] != '+' {
		return from, false
	}
	switch string(bytes.ToLower(s.buf[from:end])) {
	case "bearer", "basic", "digest", "aws4-hmac-sha256":
		return from, true
	case "token", "apikey", "api-key", "key", "bot", "secret", "sso-key", "geniekey", "splunk":
		return end + 1, false
	}
	return from, false
}
