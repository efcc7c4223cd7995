package iamapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// document is an identity policy (IAM User Guide, JSON policy element reference), as far as it is evaluated here.
type document struct {
	Version   string
	ID        string `json:"Id"`
	Statement list[statement]
}

type statement struct {
	Sid       string
	Effect    string
	Principal any
	Action    list[string]
	Resource  list[string]
	Condition map[string]map[string]list[string]
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

// conditions are the operators that are understood; a policy with another one is refused when it is put, never skipped.
var conditions = map[string]func(pattern, value string) bool{
	"StringEquals":    func(p, v string) bool { return p == v },
	"StringLike":      glob,
	"ArnEquals":       glob,
	"ArnLike":         glob,
	"StringNotLike":   func(p, v string) bool { return !glob(p, v) },
	"StringNotEquals": func(p, v string) bool { return p != v },
}

func parsePolicy(text string) (document, error) {
	var d document
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return document{}, malformed(err.Error())
	}
	if d.Version != "2012-10-17" || len(d.Statement) == 0 {
		return document{}, malformed("the version must be 2012-10-17, and there must be a statement")
	}
	for _, st := range d.Statement {
		if st.Effect != "Allow" && st.Effect != "Deny" || len(st.Action) == 0 {
			return document{}, malformed("a statement needs Effect Allow or Deny, and an Action")
		}
		for operator := range st.Condition {
			if conditions[operator] == nil {
				return document{}, malformed("the embedded cloud does not understand the condition operator " + operator)
			}
		}
	}
	return d, nil
}

func malformed(why string) error {
	return &wire.Error{Code: "MalformedPolicyDocument", Message: "Syntax errors in policy: " + why}
}

// Resource is one thing a call touches.
type Resource struct {
	ARN  string
	Tags map[string]string
}

// call is what a statement is held against.
type call struct {
	action   string
	resource Resource
	keys     map[string]string // context keys, lower case
}

// evaluate decides as IAM does within one account: an explicit deny wins, then any allow, else it is refused.
func evaluate(documents []document, c call) (allowed bool) {
	for _, d := range documents {
		for _, st := range d.Statement {
			if !st.applies(c) {
				continue
			}
			if st.Effect == "Deny" {
				return false
			}
			allowed = true
		}
	}
	return allowed
}

func (st statement) applies(c call) bool {
	action := slices.ContainsFunc(st.Action, func(p string) bool { return glob(strings.ToLower(p), strings.ToLower(c.action)) })
	resource := slices.ContainsFunc(st.Resource, func(p string) bool {
		expanded, known := c.expand(p)
		return known && glob(expanded, c.resource.ARN)
	})
	return action && resource && st.conditionsHold(c)
}

// conditionsHold needs every key of every operator to match one of its values; an absent key matches none.
func (st statement) conditionsHold(c call) bool {
	for operator, keys := range st.Condition {
		for key, patterns := range keys {
			value, present := c.keys[strings.ToLower(key)]
			if !present || !slices.ContainsFunc(patterns, func(p string) bool {
				expanded, known := c.expand(p)
				return known && conditions[operator](expanded, value)
			}) {
				return false
			}
		}
	}
	return true
}

// expand replaces policy variables; a variable without a value makes the whole pattern match nothing.
func (c call) expand(pattern string) (string, bool) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "${")
		out.WriteString(before)
		if !found {
			return out.String(), true
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := c.keys[strings.ToLower(name)]
		if !closed || !known {
			return "", false
		}
		out.WriteString(value)
		pattern = after
	}
}

// glob matches IAM's * and ?, which span every character.
func glob(pattern, value string) bool {
	hide := strings.NewReplacer("/", "\x00", "[", "\x01", "\\", "\x02")
	ok, err := path.Match(hide.Replace(pattern), hide.Replace(value))
	return err == nil && ok
}

// managedPolicies are the AWS managed policies that can be attached. AmazonSSMManagedInstanceCore is version 2 of AWS's
// own text; unlike Tropic's own policy it lets an instance read every parameter.
var managedPolicies = map[string]document{
	managedPrefix + "AmazonSSMManagedInstanceCore": mustParse(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*",
"Action":["ssm:DescribeAssociation","ssm:GetDeployablePatchSnapshotForInstance","ssm:GetDocument","ssm:DescribeDocument",
"ssm:GetManifest","ssm:GetParameter","ssm:GetParameters","ssm:ListAssociations","ssm:ListInstanceAssociations","ssm:PutInventory",
"ssm:PutComplianceItems","ssm:PutConfigurePackageResult","ssm:UpdateAssociationStatus","ssm:UpdateInstanceAssociationStatus",
"ssm:UpdateInstanceInformation","ssmmessages:*","ec2messages:*"]}]}`),
}

func mustParse(text string) document {
	d, err := parsePolicy(text)
	if err != nil {
		panic(fmt.Sprintf("built-in policy: %v", err))
	}
	return d
}
