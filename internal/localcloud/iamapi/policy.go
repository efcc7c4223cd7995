package iamapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// document is a policy (IAM User Guide, JSON policy element reference), as far as it is evaluated here. A policy with an
// element that is not is refused when it is put.
type document struct {
	Version   string
	ID        string `json:"Id"`
	Statement list[statement]
}

type statement struct {
	Sid         string
	Effect      string
	Principal   any
	Action      list[string]
	NotAction   list[string]
	Resource    list[string]
	NotResource list[string]
	Condition   map[string]map[string]list[text]
}

// text is a condition's value, which may be written as a truth value or a number.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	switch v.(type) {
	case string, bool, float64:
		*t = text(fmt.Sprint(v))
		return nil
	}
	return fmt.Errorf("a condition value is a string, a number or a truth value")
}

// list is a JSON value that may also be written without brackets when it has one element.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(raw []byte) error {
	if trimmed := bytes.TrimSpace(raw); len(trimmed) > 0 && trimmed[0] == '[' {
		return json.Unmarshal(raw, (*[]T)(l))
	}
	var one T
	if err := json.Unmarshal(raw, &one); err != nil {
		return err
	}
	*l = list[T]{one}
	return nil
}

// parseIdentityPolicy reads what is attached to a role.
func parseIdentityPolicy(source string) (document, error) {
	d, err := parsePolicy(source)
	if err != nil {
		return document{}, err
	}
	for _, st := range d.Statement {
		if st.Principal != nil {
			return document{}, malformed("Policy document should not specify a principal.")
		}
		if (len(st.Resource) == 0) == (len(st.NotResource) == 0) {
			return document{}, malformed("Policy statement must contain resources.")
		}
	}
	return d, nil
}

// parseTrustPolicy reads who may assume a role.
func parseTrustPolicy(source string) error {
	d, err := parsePolicy(source)
	if err != nil {
		return err
	}
	for _, st := range d.Statement {
		if st.Principal == nil {
			return malformed("Missing required field Principal")
		}
		if len(st.Resource)+len(st.NotResource) > 0 {
			return malformed("Has prohibited field Resource")
		}
	}
	return nil
}

func parsePolicy(source string) (document, error) {
	var d document
	dec := json.NewDecoder(strings.NewReader(source))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return document{}, malformed("Syntax errors in policy: " + err.Error())
	}
	if dec.More() {
		return document{}, malformed("Syntax errors in policy: there is text after the document")
	}
	if d.Version != "2012-10-17" || len(d.Statement) == 0 {
		return document{}, malformed("Syntax errors in policy: the version must be 2012-10-17, and there must be a statement")
	}
	for _, st := range d.Statement {
		if st.Effect != "Allow" && st.Effect != "Deny" || (len(st.Action) == 0) == (len(st.NotAction) == 0) {
			return document{}, malformed("Syntax errors in policy: a statement needs Effect Allow or Deny, and either Action or NotAction")
		}
		for name := range st.Condition {
			if !knownOperator(name) {
				return document{}, malformed("The embedded cloud does not understand the condition operator " + name)
			}
		}
	}
	return d, nil
}

func malformed(why string) error {
	return &wire.Error{Code: "MalformedPolicyDocument", Message: why}
}

// Resource is one thing a call touches.
type Resource struct {
	ARN  string
	Tags map[string]string
}

// call is what a statement is held against.
type call struct {
	action   string
	resource string            // ARN
	keys     map[string]string // context keys, lower case
}

// decision is what policies say of a call.
type decision string

const (
	allowed      decision = "allowed"
	implicitDeny decision = "implicitDeny"
	explicitDeny decision = "explicitDeny"
)

// evaluate decides as IAM does for identity-based policies within one account: an explicit deny wins, then any allow,
// else it is refused (IAM User Guide, policy evaluation logic).
func evaluate(documents []document, c call) decision {
	result := implicitDeny
	for _, d := range documents {
		for _, st := range d.Statement {
			if !st.applies(c) {
				continue
			}
			if st.Effect == "Deny" {
				return explicitDeny
			}
			result = allowed
		}
	}
	return result
}

func (st statement) applies(c call) bool {
	return st.coversAction(c) && st.coversResource(c) && st.conditionsHold(c)
}

// coversAction compares without regard to case.
func (st statement) coversAction(c call) bool {
	action := strings.ToLower(c.action)
	covers := func(p string) bool { return glob(strings.ToLower(p)).match(action) }
	if len(st.NotAction) > 0 {
		return !slices.ContainsFunc(st.NotAction, covers)
	}
	return slices.ContainsFunc(st.Action, covers)
}

func (st statement) coversResource(c call) bool {
	covers := func(text string) bool {
		p, known := compile(text, glob, c.keys)
		return known && p.match(c.resource)
	}
	if len(st.NotResource) > 0 {
		return !slices.ContainsFunc(st.NotResource, covers)
	}
	return slices.ContainsFunc(st.Resource, covers)
}

func (st statement) conditionsHold(c call) bool {
	for name, keys := range st.Condition {
		for key, values := range keys {
			plain := make([]string, len(values))
			for i, v := range values {
				plain[i] = string(v)
			}
			if !c.holds(name, key, plain) {
				return false
			}
		}
	}
	return true
}

// managedPolicies are the AWS managed policies that can be attached. AmazonSSMManagedInstanceCore is version 2 of AWS's
// own text; unlike Tropic's own policy it lets an instance read every parameter.
var managedPolicies = map[string]document{
	managedPrefix + "AmazonSSMManagedInstanceCore": mustParse(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*",
"Action":["ssm:DescribeAssociation","ssm:GetDeployablePatchSnapshotForInstance","ssm:GetDocument","ssm:DescribeDocument",
"ssm:GetManifest","ssm:GetParameter","ssm:GetParameters","ssm:ListAssociations","ssm:ListInstanceAssociations","ssm:PutInventory",
"ssm:PutComplianceItems","ssm:PutConfigurePackageResult","ssm:UpdateAssociationStatus","ssm:UpdateInstanceAssociationStatus",
"ssm:UpdateInstanceInformation"]},{"Effect":"Allow","Resource":"*","Action":["ssmmessages:CreateControlChannel",
"ssmmessages:CreateDataChannel","ssmmessages:OpenControlChannel","ssmmessages:OpenDataChannel"]},{"Effect":"Allow","Resource":"*",
"Action":["ec2messages:AcknowledgeMessage","ec2messages:DeleteMessage","ec2messages:FailMessage","ec2messages:GetEndpoint",
"ec2messages:GetMessages","ec2messages:SendReply"]}]}`),
}

func mustParse(source string) document {
	d, err := parseIdentityPolicy(source)
	if err != nil {
		panic(fmt.Sprintf("built-in policy: %v", err))
	}
	return d
}
