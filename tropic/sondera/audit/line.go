package audit

import (
	"strconv"
	"time"
)

// Kinds of lines.
const (
	kindDecision = "decision" // a Record
	kindFile     = "file"     // the first line of every file, and of no place else
	kindOpen     = "open"     // a writer opened the log
	kindResume   = "resume"   // the log goes on after records that it could not write
)

const (
	timeLayout = "2006-01-02T15:04:05.000000Z"
	maxLine    = 1 << 20   // bytes, newline included
	maxNumber  = 1<<53 - 1 // the largest number that every JSON reader keeps exactly
	maxNote    = 1024
	maxFrame   = 320 // bytes of a line besides its body
)

// line is one line of the log. Its text is, without spaces and in this order:
//
//	seq time kind
//	kind decision:    agent session tool params decision rules policy duration_us error shadow cut
//	kind file:        previous oldest
//	kind open resume: torn failed note
//	prev [mac] hash
type line struct {
	seq  uint64
	time time.Time
	kind string

	record prepared // kindDecision

	previous string // kindFile: the file before this one, "" in the first
	oldest   uint64 // kindFile: the first sequence that retention has left

	torn   uint64 // kindOpen: bytes of a torn last line that were cut off
	failed uint64 // kindResume: records lost since the line before
	note   string // kindOpen, kindResume: what was found wrong

	prev digest // hash of the line before
	closing
}

// body is what stands between kind and prev.
func (l *line) body() []byte {
	switch l.kind {
	case kindDecision:
		return recordBody(l.record)
	case kindFile:
		b := appendText([]byte(`"previous":`), l.previous)
		return appendNumber(b, `,"oldest":`, l.oldest)
	default:
		b := appendNumber(nil, `"torn":`, l.torn)
		b = appendNumber(b, `,"failed":`, l.failed)
		return appendText(append(b, `,"note":`...), l.note)
	}
}

func recordBody(p prepared) []byte {
	b := appendText([]byte(`"agent":`), p.Agent)
	b = appendText(append(b, `,"session":`...), p.Session)
	b = appendText(append(b, `,"tool":`...), p.Tool)
	b = append(append(b, `,"params":`...), p.Params...)
	b = appendText(append(b, `,"decision":`...), string(p.Decision))
	b = appendList(append(b, `,"rules":`...), p.Rules)
	b = appendText(append(b, `,"policy":`...), p.Policy)
	b = appendNumber(b, `,"duration_us":`, p.micros)
	b = appendText(append(b, `,"error":`...), p.Error)
	b = strconv.AppendBool(append(b, `,"shadow":`...), p.Shadow)
	return appendList(append(b, `,"cut":`...), p.cut)
}

// appendLine writes a whole line without its newline, and returns its hash.
func appendLine(b []byte, seq uint64, at time.Time, kind string, body []byte, prev digest, s *sealer) ([]byte, digest) {
	b = appendNumber(b, `{"seq":`, seq)
	b = append(b, `,"time":"`...)
	b = at.UTC().AppendFormat(b, timeLayout)
	b = append(b, `","kind":"`...)
	b = append(b, kind...)
	b = append(b, `",`...)
	b = append(b, body...)
	b = appendDigest(b, `,"prev":"`, prev)
	return s.seal(b)
}

func appendNumber(b []byte, field string, n uint64) []byte {
	return strconv.AppendUint(append(b, field...), n, 10)
}

func appendList(b []byte, texts []string) []byte {
	b = append(b, '[')
	for i, text := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, text)
	}
	return append(b, ']')
}
