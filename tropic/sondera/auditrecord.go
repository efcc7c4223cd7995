package sondera

import (
	"encoding/json"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/audit"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// Record is the line of the audit log about a decision. The parameters are those of the call without its secrets; of
// a result nothing but the decision is kept.
func (g *Gate) Record(call facts.Call, d Decision, took time.Duration) audit.Record {
	r := audit.Record{
		Agent: call.Agent, Session: call.Session, Tool: call.Tool, Params: g.withoutSecrets(call.Params),
		Decision: audit.Decision(d.Effect), Rules: d.RuleIDs(), Policy: d.Digest, Duration: took, Shadow: !d.Enforced,
	}
	if d.Err != nil {
		r.Error = d.Err.Error()
	}
	return r
}

// withoutSecrets redacts parameters string by string, so that they stay JSON. Without a redactor nothing is kept.
func (g *Gate) withoutSecrets(params facts.Value) json.RawMessage {
	snap := g.now.Load()
	if snap.redactor == nil {
		return nil
	}
	clean := redactValue(snap.redactor, params)
	text, err := clean.MarshalJSON()
	if err != nil {
		return nil
	}
	// once more as a whole: a name and its value may be a secret only together
	whole, spans := snap.redactor.Text(string(text))
	if len(spans) > 0 && json.Valid([]byte(whole)) {
		return json.RawMessage(whole)
	}
	if len(spans) > 0 {
		return json.RawMessage(`"` + redact.Marker + `"`)
	}
	return text
}

func redactValue(r Redactor, v facts.Value) facts.Value {
	if v.Kind == facts.String {
		v.Text, _ = r.Text(v.Text)
		return v
	}
	if len(v.Values) == 0 {
		return v
	}
	values := make([]facts.Value, len(v.Values))
	for i, e := range v.Values {
		values[i] = redactValue(r, e)
	}
	v.Values = values
	if len(v.Names) > 0 {
		names := make([]string, len(v.Names))
		for i, n := range v.Names {
			names[i], _ = r.Text(n)
		}
		v.Names = names
	}
	return v
}
