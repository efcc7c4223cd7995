package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Decision is what the gate answered to a call.
type Decision string

// The decisions of the gate.
const (
	Allow   Decision = "ALLOW"
	Confirm Decision = "CONFIRM"
	Deny    Decision = "DENY"
	Redact  Decision = "REDACT"
)

// Record is one decision, as the caller hands it over. Text that is longer than its limit is cut at a character and
// its field is named in the line's "cut"; a record is never refused for its size.
type Record struct {
	Agent   string // at most 256 bytes, as Session, Tool, Policy and each of Rules
	Session string
	Tool    string
	// Params is valid JSON from which the caller has already removed the secrets; nil is null. More than
	// Options.MaxParams bytes are kept as a JSON string that holds the beginning of the text.
	Params   json.RawMessage
	Decision Decision
	Rules    []string      // ids of the rules that decided, at most 64
	Policy   string        // digest of the policy set that was asked
	Duration time.Duration // what the decision took; kept in whole microseconds
	Error    string        // why the decision could not be made as it should, without secrets; at most 1024 bytes
	Shadow   bool          // decided and logged, but not enforced
}

// ErrRecord says that a record cannot be written as it is: its Params are not JSON, or its Decision is unknown.
var ErrRecord = errors.New("audit: the record is not valid")

const (
	maxName  = 256
	maxRules = 64
	maxError = 1024
)

// prepared is a record within its limits, in valid UTF-8, with its parameters in one form.
type prepared struct {
	Record
	micros uint64
	cut    []string
}

func prepare(r Record, maxParams int) (prepared, error) {
	if !known(r.Decision) {
		return prepared{}, fmt.Errorf("%w: the decision (%d bytes) is none of ALLOW, CONFIRM, DENY, REDACT", ErrRecord, len(r.Decision))
	}
	micros := uint64(max(r.Duration, 0).Microseconds()) //nolint:gosec // not negative
	p := prepared{Record: r, micros: min(micros, maxNumber)}
	p.Agent = p.limit("agent", r.Agent, maxName)
	p.Session = p.limit("session", r.Session, maxName)
	p.Tool = p.limit("tool", r.Tool, maxName)
	if err := p.limitParams(maxParams); err != nil {
		return prepared{}, err
	}
	p.limitRules()
	p.Policy = p.limit("policy", r.Policy, maxName)
	p.Error = p.limit("error", r.Error, maxError)
	return p, nil
}

func known(d Decision) bool {
	return d == Allow || d == Confirm || d == Deny || d == Redact
}

func (p *prepared) limit(field, text string, limit int) string {
	kept, cut := beginning(text, limit)
	if cut {
		p.cut = append(p.cut, field)
	}
	return kept
}

func (p *prepared) limitParams(limit int) error {
	if len(p.Params) == 0 {
		p.Params = json.RawMessage("null")
		return nil
	}
	var compact bytes.Buffer
	if json.Compact(&compact, p.Params) != nil { // its error would quote a byte of the parameters
		return fmt.Errorf("%w: the parameters of the call (%d bytes) are not JSON", ErrRecord, len(p.Params))
	}
	text := compact.Bytes()
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	if len(text) > limit {
		p.cut = append(p.cut, "params")
		kept, _ := beginning(string(text), limit)
		text = appendText(nil, kept)
	}
	p.Params = text
	return nil
}

func (p *prepared) limitRules() {
	rules := make([]string, 0, min(len(p.Rules), maxRules))
	cut := len(p.Rules) > maxRules
	for _, rule := range p.Rules[:min(len(p.Rules), maxRules)] {
		kept, short := beginning(rule, maxName)
		cut = cut || short
		rules = append(rules, kept)
	}
	p.Rules = rules
	if cut {
		p.cut = append(p.cut, "rules")
	}
}

// beginning is a start of text as valid UTF-8, in whole characters and at most limit bytes, and whether more followed.
func beginning(text string, limit int) (kept string, cut bool) {
	looked := min(len(text), limit+utf8.UTFMax)
	kept = strings.ToValidUTF8(text[:looked], "\uFFFD")
	if len(kept) <= limit {
		return kept, looked < len(text)
	}
	for limit > 0 && !utf8.RuneStart(kept[limit]) {
		limit--
	}
	return kept[:limit], true
}
