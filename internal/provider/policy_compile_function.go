package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

var _ function.Function = policyCompile{}

func newPolicyCompileFunction() function.Function { return policyCompile{} }

// policyCompile is provider::tropic::policy_compile.
type policyCompile struct{}

func (policyCompile) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "policy_compile"
}

func (policyCompile) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "What policy rules compile to",
		MarkdownDescription: "Compiles rules in the policy language to Cedar, as `tropic_policy` and the machines do: a policy for each line, " +
			"with what it means as a comment above it, and last what holds for a call that no line mentions (`allow`, unless the rules set " +
			"`default = confirm` or `deny`). A rule that is not understood is an error with its line and column. It calls nothing.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "rules",
			MarkdownDescription: "Rules, one a line: `ALLOW:`, `REQUIRE CONFIRM:` or `DENY:` and what it is about.",
		}},
		Return: function.StringReturn{},
	}
}

func (policyCompile) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var rules string
	if resp.Error = req.Arguments.Get(ctx, &rules); resp.Error != nil {
		return
	}
	cedar, err := compileRules(rules)
	if err != nil {
		resp.Error = argumentError(0, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, cedar)
}

// compileRules compiles a policy that has no Cedar of its own.
func compileRules(rules string) (string, error) {
	compiled, err := tropic.CompilePolicy(manifest.Policy{ID: "policy", Rules: rules})
	if err != nil {
		return "", err
	}
	return compiled.Listing(""), nil
}
