package redact

import "bytes"

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
	var out bytes.Buffer
	var spans []Span
	st := stream{scan: newScan(r), out: &out, found: func(sp Span) { spans = append(spans, sp) }}
	st.buf = []byte(s)
	st.advance(true)
	if spans == nil {
		return s, nil
	}
	return out.String(), spans
}
