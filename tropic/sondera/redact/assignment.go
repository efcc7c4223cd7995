package redact

import "bytes"

const (
	keyMost   = 64   // bytes of a name
	valueMost = 4096 // bytes of a value that are judged and replaced
)

// assignment is what stands around = or :.
type assignment struct {
	key        []byte // without quotes
	keyStart   int
	keyQuoted  bool // "key": a field of JSON or YAML
	operator   byte // = or :
	spaced     bool // blanks around the operator
	atStart    bool // the key begins its line, maybe after export
	leftBlank  bool // a blank, a border or the beginning stands before the key
	valueStart int
}

// matchAssignment finds the value of a name that says it is a secret.
func matchAssignment(s *scan, i, hi int) (hit, bool) {
	a, ok := s.readKey(i)
	if !ok {
		return hit{}, false
	}
	kind := secretName(a.key)
	if kind == notSecret {
		return hit{}, false
	}
	from := i + 1
	if s.buf[i] == ':' && from < hi && s.buf[from] == '=' { // Go
		from++
		a.operator, a.spaced = '=', true
	}
	for from < hi && from-i < 16 && (s.buf[from] == ' ' || s.buf[from] == '\t') {
		from++
		a.spaced = true
	}
	a.valueStart = from
	start, end, ok := a.value(s.buf[:min(hi, from+valueMost)])
	if !ok {
		return hit{}, false
	}
	h := hit{start: start, end: end, class: classAssignment}
	if kind == awsSecretName && end-start == awsSecretLen {
		h.class = classAWSSecret
	}
	return h, true
}

// readKey reads the name before the operator at i, backwards.
func (s *scan) readKey(i int) (assignment, bool) {
	b, lo := s.buf, s.floor(i)
	a := assignment{operator: b[i]}
	k := i
	for k > lo && i-k < 8 && (b[k-1] == ' ' || b[k-1] == '\t' || b[k-1] == '?') {
		k--
		a.spaced = true
	}
	if k > lo && (b[k-1] == '"' || b[k-1] == '\'' || b[k-1] == ']') {
		if b[k-1] == ']' && k-1 > lo {
			k--
			if b[k-1] != '"' && b[k-1] != '\'' {
				return a, false
			}
		}
		k--
		a.keyQuoted = true
		if k > lo && b[k-1] == '\\' {
			k--
		}
	}
	end := k
	for k > lo && end-k < keyMost && keySet[b[k-1]] {
		k--
	}
	if end-k < 3 {
		return a, false
	}
	if k > lo && b[k-1] == '\\' && b[k] == 'n' { // "\nTOKEN=" inside a string
		k++
	}
	a.key, a.keyStart = b[k:end], k
	a.leftBlank = k == 0 || isSpace(b[k-1]) || bytes.IndexByte([]byte(`"'n;&|`), b[k-1]) >= 0
	a.atStart = lineStart(b[lo:k])
	return a, true
}

// lineStart reports whether only words that begin a setting stand between the last line and the name.
func lineStart(before []byte) bool {
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	for _, w := range []string{"export", "set", "env", "-e", "--env", "$", "+", "-"} {
		line = bytes.TrimPrefix(bytes.TrimSpace(line), []byte(w))
	}
	return len(bytes.TrimSpace(line)) == 0 || bytes.HasSuffix(line, []byte(`\n`))
}

// matchFlag finds the value after a blank of a flag whose name says that it is a secret.
func matchFlag(s *scan, i, hi int) (hit, bool) {
	from := i + 2
	end := keySet.end(s.buf, from, min(hi, from+keyMost))
	if end == from || end+1 >= hi || s.buf[end] != ' ' || i > 0 && !isSpace(s.buf[i-1]) && s.buf[i-1] != '"' && s.buf[i-1] != '\'' {
		return hit{}, false
	}
	if secretName(s.buf[from:end]) == notSecret {
		return hit{}, false
	}
	a := assignment{key: s.buf[from:end], operator: ' ', spaced: true, valueStart: end + 1}
	start, stop, ok := a.value(s.buf[:min(hi, end+1+valueMost)])
	return hit{start: start, end: stop, class: classAssignment}, ok
}
