package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/policy"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

var _ function.Function = policyDecision{}

func newPolicyDecisionFunction() function.Function { return policyDecision{} }

// policyDecision is provider::tropic::policy_decision.
type policyDecision struct{}

// decided is what it returns.
type decided struct {
	Decision string   `tfsdk:"decision"`
	Rules    []string `tfsdk:"rules"`
	Reason   string   `tfsdk:"reason"`
}

var decidedTypes = map[string]attr.Type{
	"decision": types.StringType, "rules": types.ListType{ElemType: types.StringType}, "reason": types.StringType,
}

// The positions of the arguments, for errors.
const (
	argumentPolicy = iota
	argumentCall
	argumentPacks
)

func (policyDecision) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "policy_decision"
}

func (policyDecision) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "What the gate decides about a call",
		MarkdownDescription: "Decides about a tool call as the gate on a machine does, so that `terraform test` can hold a policy to what it is " +
			"meant to do. Returns an object with `decision` (`ALLOW`, `CONFIRM` or `DENY`; `REDACT` or `ALLOW` for a result), `rules` (ids of the " +
			"rules that decided, the most important first) and `reason` (what the agent is told). It calls nothing and runs nothing.\n\n" +
			"Without packs only the given policy decides. On a machine the packs " + codeList(sondera.PackNames()) + " hold beside it: name " +
			"them to test against all of it.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "policy",
				MarkdownDescription: "The policy: rules in the policy language, or `compiled` of a `tropic_policy`. Other text that begins with an " +
					"annotation (`@…`), a comment (`//`), `permit (` or `forbid (` is taken for Cedar; what it does not mention is allowed if it " +
					"is understood, else confirmed.",
			},
			function.DynamicParameter{
				Name: "call",
				MarkdownDescription: "The call: an object such as `{ tool = \"exec\", params = { command = \"git status\" } }`, or the same as JSON. " +
					"`tool` is required; `params`, `agent`, `session`, `channel`, `workspace` and `home` may be given. Without a `workspace` it is " +
					"that of the agent on a Tropic machine. With `output`, the text of a result, it is decided what of that may be shown.",
			},
		},
		VariadicParameter: function.StringParameter{
			Name:                "packs",
			MarkdownDescription: "Names of built-in packs that hold beside the policy: " + codeList(sondera.PackNames()) + ".",
		},
		Return: function.ObjectReturn{AttributeTypes: decidedTypes},
	}
}

func (policyDecision) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	var call types.Dynamic
	var packs []string
	if resp.Error = req.Arguments.Get(ctx, &text, &call, &packs); resp.Error != nil {
		return
	}
	line, known, err := jsonOf(call.UnderlyingValue())
	if err != nil {
		resp.Error = argumentError(argumentCall, err)
		return
	}
	if !known {
		resp.Error = resp.Result.Set(ctx, types.ObjectUnknown(decidedTypes))
		return
	}
	gate, position, err := gateOf(text, packs)
	if err != nil {
		resp.Error = argumentError(position, err)
		return
	}
	answer, err := decide(ctx, gate, line)
	if err != nil {
		resp.Error = argumentError(argumentCall, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, answer)
}

// cedarStart tells Cedar from rules, none of which can begin so.
var cedarStart = regexp.MustCompile(`^\s*(@|//|(permit|forbid)\s*\()`)

// gateOf makes a gate that decides by a policy and packs. Position is of the argument that an error is about.
func gateOf(text string, packs []string) (gate *sondera.Gate, position int64, err error) {
	for i, name := range packs {
		if !slices.Contains(sondera.PackNames(), name) {
			return nil, argumentPacks + int64(i), &sondera.UnknownPackError{Name: name}
		}
	}
	source := sondera.Source{Name: "policy", Text: []byte(text)}
	if _, listed := policy.ListedDefault(text); listed {
		source.OwnDefault = true
	} else if !cedarStart.MatchString(text) {
		cedar, err := compileRules(text)
		if err != nil {
			return nil, argumentPolicy, err
		}
		source.Text, source.OwnDefault = []byte(cedar), true
	}
	gate, err = sondera.New(sondera.Options{Packs: packs, Shared: []sondera.Source{source}})
	return gate, argumentPolicy, err
}

// workspaces is where agents work on a Tropic machine.
const workspaces = "/home/ubuntu/.openclaw/workspace/"

// decide answers a call given as JSON. The error is about the call: what the gate cannot decide, it denies.
func decide(ctx context.Context, gate *sondera.Gate, line []byte) (decided, error) {
	call, err := facts.Decode(line)
	if err != nil {
		var syntax *facts.SyntaxError
		if errors.As(err, &syntax) {
			err = fmt.Errorf("not a tool call: %s", syntax.Reason)
		}
		return decided{}, err
	}
	if call.Agent == "" {
		call.Agent = "agent"
	}
	if call.Workspace == "" {
		call.Workspace = workspaces + call.Agent
	}
	d := gate.Decide(ctx, call)
	rules := d.RuleIDs()
	if rules == nil {
		rules = []string{}
	}
	return decided{Decision: string(d.Effect), Rules: rules, Reason: d.Reason}, nil
}
