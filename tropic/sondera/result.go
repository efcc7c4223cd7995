package sondera

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// Redaction is what may be seen of a result.
type Redaction struct {
	Text     string        // what to show; the original in shadow mode
	Spans    []redact.Span // of the original that were replaced; one over everything if nothing may be seen
	Decision Decision      // Allow or Redact
}

// classWhole is the class of a span that a rule, not a secret, took out.
const classWhole = "policy-rule"

// Result says what of a call's result may be seen. Secrets are replaced by what the redactor finds. A rule that forbids
// the result is answered by the spans of its @classes, or, without such, when it no longer holds for the text that is
// left; else nothing of the text is shown. What cannot be decided is not shown either.
func (g *Gate) Result(ctx context.Context, call facts.Call) (r Redaction) {
	call.Result = true
	defer func() {
		if p := recover(); p != nil {
			r = withheld(call.Output, denied(panicError(p)))
		}
	}()
	if err := g.ready(ctx); err != nil {
		return withheld(call.Output, denied(err))
	}
	snap := g.now.Load()
	if snap.err != nil {
		return withheld(call.Output, denied(snap.err))
	}
	f := facts.Of(call)
	r = snap.result(&f)
	if err := ctx.Err(); err != nil {
		r = withheld(call.Output, denied(late(err)))
	}
	if snap.shadow {
		r.Text, r.Decision.Enforced = call.Output, false
	}
	return r
}

func (s *snapshot) result(f *facts.Facts) Redaction {
	ps := s.set(f.Agent)
	v := ofResult(ps.judge(f))
	text, spans := s.redactor.Text(f.Output)
	if v.err != nil {
		return withheld(f.Output, ps.decision(v, f))
	}
	fired := v.rules
	v.rules = answered(fired, spans)
	if unanswered := s.unanswered(ps, f, fired, text); len(unanswered) > 0 {
		for _, r := range v.rules {
			if !slices.Contains(unanswered, r) {
				unanswered = append(unanswered, r)
			}
		}
		return withheld(f.Output, ps.decision(verdict{effect: Redact, rules: unanswered}, f))
	}
	if len(spans) == 0 {
		return Redaction{Text: text, Decision: Decision{Effect: Allow, Reason: "Nothing of the result needs to be hidden.", Digest: ps.digest, Enforced: true}}
	}
	d := Decision{Effect: Redact, Rules: v.rules, Reason: spansReason(spans), Digest: ps.digest, Enforced: true}
	if len(v.rules) > 0 {
		d.Reason += " " + ps.sentence(v.rules)
	}
	return Redaction{Text: text, Spans: spans, Decision: d}
}

// ofResult turns what rules say about a result into whether it is shown: only a forbid, or an error, takes something out.
func ofResult(v verdict) verdict {
	if v.err != nil || len(v.rules) > 0 && v.rules[0].Forbid {
		v.effect = Redact
		return v
	}
	return verdict{effect: Allow, rules: v.rules}
}

// answered are the rules whose @classes were cut out. Rules that want classes which are not there asked for nothing.
func answered(fired []*Rule, spans []redact.Span) []*Rule {
	var rules []*Rule
	for _, r := range fired {
		if r.Forbid && (len(r.Classes) == 0 && len(spans) > 0 || slices.ContainsFunc(spans, func(s redact.Span) bool { return slices.Contains(r.Classes, s.Class) })) {
			rules = append(rules, r)
		}
	}
	return rules
}

// unanswered are the rules without @classes that forbid even the text without its secrets.
func (s *snapshot) unanswered(ps *policySet, f *facts.Facts, fired []*Rule, text string) []*Rule {
	open := func(r *Rule) bool { return r.Forbid && len(r.Classes) == 0 }
	if !slices.ContainsFunc(fired, open) {
		return nil
	}
	left := fired
	if text != f.Output {
		again := *f
		again.Output = text
		v := ps.judge(&again)
		if v.err == nil {
			left = v.rules
		}
	}
	var rules []*Rule
	for _, r := range left {
		if open(r) {
			rules = append(rules, r)
		}
	}
	return rules
}

// withheld shows nothing of a text.
func withheld(text string, d Decision) Redaction {
	d.Effect, d.Enforced = Redact, true
	return Redaction{Text: redact.Marker, Spans: []redact.Span{{Start: 0, End: len(text), Class: classWhole}}, Decision: d}
}

// spansReason counts what was cut out by class, in the order of the text.
func spansReason(spans []redact.Span) string {
	var classes []string
	count := map[string]int{}
	for _, s := range spans {
		if count[s.Class]++; count[s.Class] == 1 {
			classes = append(classes, s.Class)
		}
	}
	var b strings.Builder
	b.WriteString("Secrets were cut out of the result:")
	for i, c := range classes {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" " + c + " × " + strconv.Itoa(count[c]))
	}
	b.WriteByte('.')
	return b.String()
}
