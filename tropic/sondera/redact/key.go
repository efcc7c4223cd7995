package redact

import "bytes"

// keyBefore reads the name before i, backwards. No byte is looked at that the operator's place does not allow.
func (s *scan) keyBefore(i, operator int) (assignment, bool) {
	b, lo := s.buf, s.floor(operator)
	a := assignment{operator: b[operator]}
	k := i
	for k > lo && i-k < gapMost && (b[k-1] == ' ' || b[k-1] == '\t' || b[k-1] == '?') {
		k--
		a.spaced = true
	}
	k = s.colourStart(k, lo)
	end, ok := s.closing(k, lo)
	if !ok {
		return a, false
	}
	quoted := end < k
	k = keySet.begin(b, end, max(lo, end-keyMost))
	if end-k < 3 {
		return a, false
	}
	if k > lo && b[k-1] == '\\' && b[k] == 'n' { // "\nTOKEN=" inside a string
		k++
	}
	if end-k == 3 && k > lo+1 && bytes.EqualFold(b[k:end], []byte("key")) && b[k-1] == ' ' { // API key:
		k = keySet.begin(b, k-1, max(lo, k-12))
	}
	a.key, a.keyStart = b[k:end], k
	if !quoted && k > lo && isQuote(b[k-1]) {
		a.frame = b[k-1]
	}
	return a, true
}

// place learns what stands before the name.
func (a *assignment) place(s *scan, operator int) {
	b, k, lo := s.buf, a.keyStart, s.floor(operator)
	a.leftBlank = k == 0 || isSpace(b[k-1]) || isQuote(b[k-1]) || bytes.IndexByte([]byte("n;&|"), b[k-1]) >= 0
	a.parameter = k > 0 && bytes.IndexByte([]byte("?&;"), b[k-1]) >= 0
	a.atStart = lineStart(b[lo:s.colourStart(k, lo)])
}

// closing steps back over the quote and the bracket that end a name: "name", \"name\", env["name"].
func (s *scan) closing(k, lo int) (int, bool) {
	b := s.buf
	if k > lo && b[k-1] == ']' {
		if k--; k <= lo || !isQuote(b[k-1]) {
			return k, false
		}
	}
	if k > lo && isQuote(b[k-1]) {
		k--
		if k > lo && b[k-1] == '\\' {
			k--
		}
	}
	return k, true
}

// lineStart reports whether only words that begin a setting stand between the last line end and the name: export, a
// bullet, a diff's sign, a comment's, a line number or a file's name as grep gives them.
func lineStart(before []byte) bool {
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	if bytes.HasSuffix(line, []byte(`\n`)) {
		return true
	}
	line = bytes.TrimLeft(line, " \t")
	if k := dotOrSlash.end(line, 0, len(line)); k > 0 && k < len(line) && (line[k] == ':' || line[k] == '\t') {
		line = bytes.TrimLeft(line[k+1:], " \t")
		line = bytes.TrimLeft(line, "0123456789:")
	}
	for _, w := range []string{"export", "declare", "set", "setx", "env", "ENV", "ARG", "-x", "-e", "--env", "$", "+", "-", "~", "#", "//", ";", "@", ">", "<"} {
		line = bytes.TrimLeft(bytes.TrimPrefix(line, []byte(w)), " \t")
	}
	return len(line) == 0
}

// pairName returns what the field before a field "value" calls itself, as in {"name": "DB_PASSWORD", "value": …}.
func (s *scan) pairName(i, operator int) []byte {
	b, lo := s.buf, s.floor(operator)
	end := i
	for end > lo && (isSpace(b[end-1]) || bytes.IndexByte([]byte(`"',\{-`), b[end-1]) >= 0) {
		end--
	}
	start := keySet.begin(b, end, max(lo, end-keyMost))
	k := start
	for k > lo && bytes.IndexByte([]byte(`"' :=\`), b[k-1]) >= 0 {
		k--
	}
	field := b[keySet.begin(b, k, max(lo, k-16)):k]
	if k == start || !bytes.ContainsAny(b[k:start], ":=") {
		return nil
	}
	switch string(bytes.ToLower(field)) {
	case "type": // a field of a form
		if bytes.EqualFold(b[start:end], []byte("password")) {
			return b[start:end]
		}
	case "name", "key", "variable", "parametername", "parameterkey":
		return b[start:end]
	}
	return nil
}

// colourStart is where the terminal's colour that ends before k begins, or k.
func (s *scan) colourStart(k, lo int) int {
	if k <= lo || s.buf[k-1] != 'm' {
		return k
	}
	j := k - 2
	for j > lo && k-j < 12 && (isDigit(s.buf[j]) || s.buf[j] == ';') {
		j--
	}
	if j > lo && s.buf[j] == '[' && s.buf[j-1] == 0x1b {
		return j - 1
	}
	return k
}

// colourEnd is where the terminal's colour at i ends, or the next byte.
func (s *scan) colourEnd(i, hi int) int {
	if i+1 >= hi || s.buf[i+1] != '[' {
		return i + 1
	}
	j := i + 2
	for j < hi && j-i < 12 && (isDigit(s.buf[j]) || s.buf[j] == ';') {
		j++
	}
	if j < hi && s.buf[j] == 'm' {
		return j + 1
	}
	return i + 1
}
