package redact

import "bytes"

// matchFlag finds the value of a flag whose name says that it is a secret, after a blank or as the next string of a list.
func matchFlag(s *scan, i, hi int) (hit, bool) {
	from := i + 2
	end := keySet.end(s.buf, from, min(hi, from+keyMost))
	if end == from || end+1 >= hi || i > 0 && !isSpace(s.buf[i-1]) && !isQuote(s.buf[i-1]) {
		return hit{}, false
	}
	a := assignment{key: s.buf[from:end], operator: ' ', spaced: true}
	switch b := s.buf[end]; {
	case b == ' ':
	case isQuote(b) && s.buf[end+1] == ',':
		end++
	default:
		return hit{}, false
	}
	if string(a.key) == "user" {
		return s.userPassword(end+1, hi)
	}
	if a.kind = secretName(a.key); a.kind == notSecret {
		return hit{}, false
	}
	return a.find(s, end+1, hi)
}

// matchShortFlag finds the password in curl -u name:password, mysql -ppassword, sshpass -p password, redis-cli -a password.
func matchShortFlag(s *scan, i, hi int) (hit, bool) {
	if i == 0 || !isSpace(s.buf[i-1]) || i+3 >= hi {
		return hit{}, false
	}
	flag, glued := s.buf[i+1], s.buf[i+2] != ' '
	a := assignment{kind: passwordName, operator: ' ', spaced: true}
	line := s.buf[s.floor(i):i]
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	switch {
	case flag == 'u' && !glued:
		return s.userPassword(i+3, hi)
	case flag == 'p' && glued && (bytes.Contains(line, []byte("mysql")) || bytes.Contains(line, []byte("mariadb"))):
		return a.find(s, i+2, hi)
	case flag == 'p' && bytes.Contains(line, []byte("sshpass")), flag == 'a' && !glued && bytes.Contains(line, []byte("redis-cli")):
		return a.find(s, i+2, hi)
	}
	return hit{}, false
}

// userPassword finds the password in name:password at from, maybe quoted.
func (s *scan) userPassword(from, hi int) (hit, bool) {
	if from < hi && isQuote(s.buf[from]) {
		from++
	}
	colon := userSet.end(s.buf, from, min(hi, from+keyMost))
	if colon == from || colon+1 >= hi || s.buf[colon] != ':' {
		return hit{}, false
	}
	a := assignment{kind: passwordName, operator: ' ', spaced: true}
	end := bareEnd(s.buf[:min(hi, colon+1+judged)], colon+1)
	return hit{start: colon + 1, end: end, class: classBasic}, a.bareSecret(s.buf[:hi], colon+1, end)
}
