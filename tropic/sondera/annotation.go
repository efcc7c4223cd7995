package sondera

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"

	"github.com/tropicbot/terraform-provider-tropic/internal/nearest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// annotationKeys are those that mean something to the gate. Others are the author's own.
var annotationKeys = []string{"id", "title", "severity", "category", "decision", "asi", "line", "reason", "classes"}

var asiCodes = []string{"ASI01", "ASI02", "ASI03", "ASI04", "ASI05", "ASI06", "ASI07", "ASI08", "ASI09", "ASI10"}

var redactionClasses = func() []string {
	var ids []string
	for _, c := range redact.Classes() {
		ids = append(ids, c.ID)
	}
	return ids
}()

// annotations reads what a policy says about itself.
func (c *checker) annotations(p *ast.Policy) Rule {
	r := Rule{Forbid: p.Effect == ast.EffectForbid, File: c.file, Line: c.statement.tokens[0].line, Effect: Allow}
	if r.Forbid {
		r.Effect = Deny
	}
	values := map[string]string{}
	for _, a := range p.Annotations {
		c.knownAnnotation(a.Key)
		values[string(a.Key)] = string(a.Value)
	}
	r.ID, r.Title, r.Category, r.Reason, r.From = values["id"], values["title"], values["category"], values["reason"], values["line"]
	c.policy = r.ID
	if strings.TrimSpace(r.ID) == "" {
		c.faultAt(c.statement.annotation("id"), "the policy has no @id", "decisions and the log name rules by it", `put @id("a-short-unique-name") before it`)
	}
	if s, ok := values["severity"]; ok {
		r.Severity = Severity(s)
		c.oneOf("severity", s, []string{string(Critical), string(High), string(Medium), string(Low)})
	}
	if d, ok := values["decision"]; ok {
		c.decision(&r, d)
	}
	r.ASI = values["asi"]
	c.each("asi", values, asiCodes)
	r.Classes = c.each("classes", values, redactionClasses)
	return r
}

// knownAnnotation refuses what is nearly one of the gate's own: a misspelt @decision would silently allow what should be asked.
func (c *checker) knownAnnotation(key types.AnnotationKey) {
	if slices.Contains(annotationKeys, string(key)) {
		return
	}
	if near, ok := nearest.Word(string(key), annotationKeys); ok {
		c.faultAt(c.statement.annotation(string(key)), fmt.Sprintf("there is no annotation @%s", key), "it would have no effect",
			fmt.Sprintf("write @%s, or a name of your own that is less alike", near))
	}
}

func (c *checker) decision(r *Rule, text string) {
	switch {
	case text == "confirm":
		r.Effect = Confirm
	case text == strings.ToLower(string(r.Effect)):
	default:
		c.faultAt(c.statement.annotation("decision"), fmt.Sprintf("a %s cannot have the decision %q", effectWord(r.Forbid), text), "",
			fmt.Sprintf(`write @decision("confirm") to ask a person, or leave it out for %s`, r.Effect))
	}
}

func effectWord(forbid bool) string {
	if forbid {
		return "forbid"
	}
	return "permit"
}

// each reads a list with commas whose members must be known.
func (c *checker) each(key string, values map[string]string, known []string) []string {
	text, ok := values[key]
	if !ok {
		return nil
	}
	var list []string
	for member := range strings.SplitSeq(text, ",") {
		member = strings.TrimSpace(member)
		c.oneOf(key, member, known)
		list = append(list, member)
	}
	return list
}

func (c *checker) oneOf(key, value string, known []string) {
	if !slices.Contains(known, value) {
		c.faultAt(c.statement.annotation(key), fmt.Sprintf("there is no %s %q", key, value), "", suggest(value, known))
	}
}

// suggest names the nearest of the known words, or all when there are few.
func suggest(word string, known []string) string {
	if near, ok := nearest.Word(word, known); ok {
		return fmt.Sprintf("write %q, if that was meant", near)
	}
	if len(known) <= 12 {
		return "write one of " + strings.Join(known, ", ")
	}
	return "see the schema for what there is"
}
