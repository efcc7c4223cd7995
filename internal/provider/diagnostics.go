package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// attributeNames maps a field as the library names it to the attribute that holds it, where the two differ.
type attributeNames map[string]string

// errorDiagnostics says err to the person at the terminal: one diagnostic for each fault in it, at the attribute the
// fault is about where there is one, with the AWS code, the request id and what to do next. Summary is a short phrase
// such as `Creating tropic_instance "desk"`.
func errorDiagnostics(summary string, err error, names attributeNames) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, fault := range faults(err) {
		if where, found := attributePath(fault, names); found {
			diags.AddAttributeError(where, summary, detail(fault))
			continue
		}
		diags.AddError(summary, detail(fault))
	}
	return diags
}

// warningDiagnostics is errorDiagnostics for what must not taint a machine that runs.
func warningDiagnostics(summary string, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, fault := range faults(err) {
		diags.AddWarning(summary, detail(fault))
	}
	return diags
}

// faults splits an error made with errors.Join, at any depth below typed wrappers that only add context, into its parts.
func faults(err error) []error {
	if err == nil {
		return nil
	}
	joined, many := err.(interface{ Unwrap() []error })
	if !many {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, faults(e)...)
	}
	return out
}

// attributePath returns where in the configuration the fault lies.
func attributePath(err error, names attributeNames) (path.Path, bool) {
	field := ""
	var typed *tropic.Error
	var document *manifest.FieldError
	switch {
	case errors.As(err, &typed) && typed.Field != "":
		field = typed.Field
	case errors.As(err, &document):
		field = document.Field
	}
	if field == "" {
		return path.Empty(), false
	}
	return parseFieldPath(field, names)
}

// detail is the text below a diagnostic's summary: what, why, what next, and what AWS support would ask for.
func detail(err error) string {
	var typed *tropic.Error
	if !errors.As(err, &typed) {
		if errors.Is(err, context.DeadlineExceeded) {
			return sentence(err.Error()) + "\n\nNext: the time allowed for this was not enough; raise it in `timeouts`."
		}
		return sentence(err.Error())
	}
	bare := *typed
	bare.Next, bare.AWSCode, bare.RequestID = "", "", ""
	var b strings.Builder
	b.WriteString(sentence(bare.Error()))
	if wanted, valid := strings.CutPrefix(typed.Next, "want "); valid {
		b.WriteString("\n\nExpected: " + sentence(wanted))
	} else if typed.Next != "" {
		b.WriteString("\n\nNext: " + sentence(typed.Next))
	}
	if typed.AWSCode != "" {
		b.WriteString("\n\nAWS error code: " + typed.AWSCode)
	}
	if typed.RequestID != "" {
		b.WriteString("\nAWS request id: " + typed.RequestID)
	}
	return b.String()
}

// sentence ends s with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "."
}
