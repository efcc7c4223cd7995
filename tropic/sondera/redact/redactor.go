package redact

import "strings"

// Marker stands in the output for each secret.
const Marker = "[REDACTED BY SONDERA POLICY]"

// Options configure a Redactor.
type Options struct {
	// Known are values that are secret on this machine, from its .env and its credential store. Each is replaced
	// wherever it stands, raw or escaped once as base64, percent encoding or a JSON string.
	Known []string
}

// Span is a replaced stretch of the input, in bytes: [Start, End). Spans come in order and do not overlap.
type Span struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Class string `json:"class"`
}

// Redactor replaces secrets. It is immutable and safe for concurrent use.
type Redactor struct {
	table triggers
	reach int // bytes that a decision may depend on from its place on
}

// New builds a Redactor. It refuses known values that are too short or too plain to be replaced safely, and names them
// in the error by index, never by content.
func New(o Options) (*Redactor, error) {
	patterns, err := knownPatterns(o.Known)
	if err != nil {
		return nil, err
	}
	r := &Redactor{reach: minReach}
	r.table.build(patterns)
	for _, p := range patterns {
		r.reach = max(r.reach, len(p.text)+1)
	}
	return r, nil
}

// Text returns s with its secrets replaced, and where they were. Without any, s comes back as it is and spans are nil.
func (r *Redactor) Text(s string) (string, []Span) {
	sc := newScan(r)
	sc.buf = []byte(s)
	sc.decide(true)
	if len(sc.spans) == 0 {
		return s, nil
	}
	spans := make([]Span, len(sc.spans))
	size := len(s)
	for k, sp := range sc.spans {
		spans[k] = Span{Start: sp.start, End: sp.end, Class: sp.class}
		size += len(Marker) - (sp.end - sp.start)
	}
	var out strings.Builder
	out.Grow(size)
	from := 0
	for _, sp := range spans {
		out.WriteString(s[from:sp.Start])
		out.WriteString(Marker)
		from = sp.End
	}
	out.WriteString(s[from:])
	return out.String(), spans
}
