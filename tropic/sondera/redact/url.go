package redact

import "bytes"

var databaseSchemes = []string{
	"postgres", "postgresql", "mysql", "mariadb", "mongodb", "redis", "rediss", "amqp", "amqps",
	"mssql", "sqlserver", "oracle", "clickhouse", "cockroachdb", "couchdb", "cassandra", "neo4j", "bolt", "valkey",
}

var schemeSet = newCharset("+.-")

// matchURL finds the password in scheme://name:password@host.
func matchURL(s *scan, i, hi int) (hit, bool) {
	if !bytes.HasPrefix(s.buf[i:hi], []byte("://")) {
		return hit{}, false
	}
	start := i
	for start > s.floor(i) && i-start < 24 && schemeSet[s.buf[start-1]] {
		start--
	}
	database := isDatabase(s.buf[start:i])
	user := i + 3
	colon := user
	for limit := min(hi, user+128); colon < limit && !endsUser(s.buf[colon]); colon++ {
	}
	if start == i || colon >= hi || s.buf[colon] != ':' {
		return hit{}, false
	}
	at := passwordEnd(s.buf[colon+1:min(hi, colon+1+256)], database)
	if at <= 0 {
		return hit{}, false
	}
	password := s.buf[colon+1 : colon+1+at]
	if isReference(password) || varietyOf(password).distinct < 2 {
		return hit{}, false
	}
	h := hit{start: colon + 1, end: colon + 1 + at, class: classDatabaseURL}
	if !database {
		h.class = classURLPassword
		if isFiller(password) || isCommonWord(password) {
			return hit{}, false
		}
	}
	return h, true
}

// isDatabase takes also what drivers put around the scheme: jdbc:postgresql, postgresql+asyncpg, mongodb+srv. What an
// escape glues to its front does not matter.
func isDatabase(scheme []byte) bool {
	name, _, _ := bytes.Cut(bytes.ToLower(scheme), []byte("+"))
	for _, d := range databaseSchemes {
		if bytes.HasSuffix(name, []byte(d)) {
			return true
		}
	}
	return false
}

func endsUser(b byte) bool {
	switch b {
	case ':', '/', '@', '?', '#', '"', '\'', '`', '<', '>', '(', ')', ',', '\\':
		return true
	}
	return b <= ' '
}

// passwordEnd returns where the @ after a password is, or -1. A password with an @, or for a database with a slash
// that should have been encoded, is taken whole.
func passwordEnd(s []byte, database bool) int {
	last := -1
	for i, b := range s {
		switch {
		case b == '@':
			last = i
		case b <= ' ', b == '"', b == '\'', b == '`', b == '<', b == '>', b == '\\':
			return last
		case b == '/' || b == '?' || b == '#':
			if last >= 0 || !database {
				return last
			}
		}
	}
	return last
}

func isCommonWord(v []byte) bool {
	switch string(bytes.ToLower(v)) {
	case "password", "passwd", "passwort", "pass", "pwd", "secret", "token", "key", "p":
		return true
	}
	return false
}
