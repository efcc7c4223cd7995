package redact

// matchElement finds the text of an XML element whose name says that it is a secret: <password>…</password>.
func matchElement(s *scan, i, hi int) (hit, bool) {
	k := keySet.begin(s.buf, i, max(s.floor(i), i-keyMost))
	if i-k < 3 || k <= s.floor(i) || s.buf[k-1] != '<' {
		return hit{}, false
	}
	a := assignment{key: s.buf[k:i], kind: secretName(s.buf[k:i]), operator: '>'}
	if a.kind == notSecret {
		return hit{}, false
	}
	end := i + 1
	for limit := min(hi, i+1+valueMost); end < limit && s.buf[end] != '<' && s.buf[end] != '\n'; {
		end++
	}
	closed := end < hi && s.buf[end] == '<'
	return hit{start: i + 1, end: end, class: classAssignment}, closed && end > i+1 && a.literalSecret(s.buf[i+1:end])
}

// matchCell finds the value in a row of a table: | password | value |.
func matchCell(s *scan, i, hi int) (hit, bool) {
	k := i
	for k > s.floor(i) && i-k < keyMost && s.buf[k-1] == ' ' {
		k--
	}
	start := keySet.begin(s.buf, k, max(s.floor(i), k-keyMost))
	left := start
	for left > s.floor(i) && s.buf[left-1] == ' ' {
		left--
	}
	if k-start < 3 || left <= s.floor(i) || s.buf[left-1] != '|' {
		return hit{}, false
	}
	a := assignment{key: s.buf[start:k], kind: secretName(s.buf[start:k]), operator: '|', spaced: true}
	if a.kind == notSecret {
		return hit{}, false
	}
	return a.find(s, i+1, hi)
}
