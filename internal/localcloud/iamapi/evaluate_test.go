package iamapi

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The cases follow the IAM User Guide: policy evaluation logic, condition operators, policy variables.
func TestEvaluate(t *testing.T) {
	t.Parallel()
	const (
		mine   = "arn:aws:ssm:eu-west-1:123456789012:parameter/tropic/instances/i-1/settings"
		source = "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"
	)
	allow := func(action, resource, condition string) string {
		return `{"Effect":"Allow","Action":` + action + `,"Resource":` + resource + `,"Condition":` + condition + `}`
	}
	const deny = `{"Effect":"Deny","Action":"ssm:*","Resource":"*"}`
	own := `{"StringEquals":{"ssm:resourceTag/owner":"${ec2:SourceInstanceARN}"}}`
	for name, test := range map[string]struct {
		statements []string
		keys       map[string]string
		want       decision
	}{
		"nothing said":                {[]string{allow(`"ec2:*"`, `"*"`, `{}`)}, nil, implicitDeny},
		"allowed":                     {[]string{allow(`"ssm:GetParameter"`, `"*"`, `{}`)}, nil, allowed},
		"actions have no case":        {[]string{allow(`"SSM:getparameter"`, `"*"`, `{}`)}, nil, allowed},
		"deny after allow":            {[]string{allow(`"*"`, `"*"`, `{}`), deny}, nil, explicitDeny},
		"deny before allow":           {[]string{deny, allow(`"*"`, `"*"`, `{}`)}, nil, explicitDeny},
		"lists":                       {[]string{allow(`["ec2:*","ssm:Get*"]`, `["a","arn:aws:ssm:*:*:parameter/tropic/*"]`, `{}`)}, nil, allowed},
		"question mark":               {[]string{allow(`"ssm:GetParamete?"`, `"*"`, `{}`)}, nil, allowed},
		"resources have case":         {[]string{allow(`"ssm:*"`, `"arn:aws:ssm:*:*:parameter/TROPIC/*"`, `{}`)}, nil, implicitDeny},
		"star spans slashes":          {[]string{allow(`"ssm:*"`, `"arn:aws:ssm:*settings"`, `{}`)}, nil, allowed},
		"not action":                  {[]string{`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`}, nil, allowed},
		"not action, named":           {[]string{`{"Effect":"Allow","NotAction":"ssm:Get*","Resource":"*"}`}, nil, implicitDeny},
		"not resource":                {[]string{`{"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:::*"}`}, nil, explicitDeny},
		"own tag":                     {[]string{allow(`"ssm:*"`, `"*"`, own)}, map[string]string{"ssm:resourcetag/owner": source, "ec2:sourceinstancearn": source}, allowed},
		"another's tag":               {[]string{allow(`"ssm:*"`, `"*"`, own)}, map[string]string{"ssm:resourcetag/owner": source + "2", "ec2:sourceinstancearn": source}, implicitDeny},
		"no tag":                      {[]string{allow(`"ssm:*"`, `"*"`, own)}, map[string]string{"ec2:sourceinstancearn": source}, implicitDeny},
		"no instance":                 {[]string{allow(`"ssm:*"`, `"*"`, own)}, map[string]string{"ssm:resourcetag/owner": ""}, implicitDeny},
		"variable in resource":        {[]string{allow(`"ssm:*"`, `"*${x}*"`, `{}`)}, map[string]string{"x": "/i-1/"}, allowed},
		"variable is literal":         {[]string{allow(`"ssm:*"`, `"${x}"`, `{}`)}, map[string]string{"x": "*"}, implicitDeny},
		"variable default":            {[]string{allow(`"ssm:*"`, `"*${x, 'settings'}"`, `{}`)}, nil, allowed},
		"variable for a star":         {[]string{allow(`"ssm:*"`, `"${*}"`, `{}`)}, nil, implicitDeny},
		"all operators must hold":     {[]string{allow(`"*"`, `"*"`, `{"StringEquals":{"a":"1"},"StringLike":{"b":"x*"}}`)}, map[string]string{"a": "1", "b": "y"}, implicitDeny},
		"all keys must hold":          {[]string{allow(`"*"`, `"*"`, `{"StringEquals":{"a":"1","b":"2"}}`)}, map[string]string{"a": "1", "b": "3"}, implicitDeny},
		"any value will do":           {[]string{allow(`"*"`, `"*"`, `{"StringEquals":{"a":["1","2"]}}`)}, map[string]string{"a": "2"}, allowed},
		"equals has no wild card":     {[]string{allow(`"*"`, `"*"`, `{"StringEquals":{"a":"1*"}}`)}, map[string]string{"a": "12"}, implicitDeny},
		"not equals, none may match":  {[]string{allow(`"*"`, `"*"`, `{"StringNotEquals":{"a":["1","2"]}}`)}, map[string]string{"a": "2"}, implicitDeny},
		"not equals, absent key":      {[]string{allow(`"*"`, `"*"`, `{"StringNotEquals":{"a":"1"}}`)}, nil, allowed},
		"if exists, absent key":       {[]string{allow(`"*"`, `"*"`, `{"StringEqualsIfExists":{"a":"1"}}`)}, nil, allowed},
		"if exists, present key":      {[]string{allow(`"*"`, `"*"`, `{"StringEqualsIfExists":{"a":"1"}}`)}, map[string]string{"a": "2"}, implicitDeny},
		"ignore case":                 {[]string{allow(`"*"`, `"*"`, `{"StringEqualsIgnoreCase":{"a":"YES"}}`)}, map[string]string{"a": "yes"}, allowed},
		"null true, absent key":       {[]string{allow(`"*"`, `"*"`, `{"Null":{"a":"true"}}`)}, nil, allowed},
		"null false, absent key":      {[]string{allow(`"*"`, `"*"`, `{"Null":{"a":false}}`)}, nil, implicitDeny},
		"bool":                        {[]string{allow(`"*"`, `"*"`, `{"Bool":{"a":true}}`)}, map[string]string{"a": "true"}, allowed},
		"arn like, by parts":          {[]string{allow(`"*"`, `"*"`, `{"ArnLike":{"a":"arn:aws:ec2:*:*:instance/*"}}`)}, map[string]string{"a": source}, allowed},
		"arn star stays in its part":  {[]string{allow(`"*"`, `"*"`, `{"ArnLike":{"a":"arn:aws:ec2:*:instance/i-1"}}`)}, map[string]string{"a": source}, implicitDeny},
		"keys have no case":           {[]string{allow(`"*"`, `"*"`, `{"StringEquals":{"AWS:ResourceTag/Team":"x"}}`)}, map[string]string{"aws:resourcetag/team": "x"}, allowed},
		"condition on a deny, unmet":  {[]string{allow(`"*"`, `"*"`, `{}`), `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"1"}}}`}, nil, allowed},
		"condition on a deny, met":    {[]string{allow(`"*"`, `"*"`, `{}`), `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"1"}}}`}, map[string]string{"a": "1"}, explicitDeny},
		"a star in the value is text": {[]string{allow(`"*"`, `"*"`, `{"StringLike":{"a":"b?"}}`)}, map[string]string{"a": "b*"}, allowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := parseIdentityPolicy(`{"Version":"2012-10-17","Statement":[` + strings.Join(test.statements, ",") + `]}`)
			if err != nil {
				t.Fatal(err)
			}
			if got := evaluate([]document{d}, call{"ssm:GetParameter", mine, test.keys}); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestPoliciesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"no JSON":          `{`,
		"no version":       `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
		"no statement":     `{"Version":"2012-10-17","Statement":[]}`,
		"no action":        `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*"}}`,
		"both actions":     `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:*","NotAction":"a:*","Resource":"*"}}`,
		"no resource":      `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*"}}`,
		"effect":           `{"Version":"2012-10-17","Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`,
		"principal":        `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`,
		"unknown element":  `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Actions":"*","Resource":"*"}}`,
		"unknown operator": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"a":"1"}}}}`,
		"trailing text":    `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} {}`,
	} {
		if _, err := parseIdentityPolicy(source); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := parseTrustPolicy(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}`); err == nil {
		t.Error("a trust policy without a principal was accepted")
	}
}

// drawStatement makes a statement from a small alphabet, so that patterns and calls often meet.
func drawStatement(t *rapid.T, effect string) statement {
	names := rapid.SampledFrom([]string{"*", "s:Get", "s:*", "s:?et", "t:Put", "t:*t"})
	resources := rapid.SampledFrom([]string{"*", "r/a", "r/*", "r/${k}", "?/b"})
	st := statement{Effect: effect, Resource: rapid.SliceOfN(resources, 1, 2).Draw(t, "resources")}
	if actions := rapid.SliceOfN(names, 1, 2).Draw(t, "actions"); rapid.Bool().Draw(t, "not action") {
		st.NotAction = actions
	} else {
		st.Action = actions
	}
	if rapid.Bool().Draw(t, "conditional") {
		operator := rapid.SampledFrom([]string{"StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists"}).Draw(t, "operator")
		value := rapid.SampledFrom([]text{"a", "*", "${k}"}).Draw(t, "value")
		st.Condition = map[string]map[string]list[text]{operator: {"k": {value}}}
	}
	return st
}

func drawCall(t *rapid.T) call {
	c := call{
		action:   rapid.SampledFrom([]string{"s:Get", "s:Set", "t:Put"}).Draw(t, "action"),
		resource: rapid.SampledFrom([]string{"r/a", "r/b", "q/b"}).Draw(t, "resource"), keys: map[string]string{},
	}
	if rapid.Bool().Draw(t, "has key") {
		c.keys["k"] = rapid.SampledFrom([]string{"a", "b", "*"}).Draw(t, "key")
	}
	return c
}

// A statement that denies a call denies it in every company and at every place; adding an allow takes no allow away, and
// adding a deny gives none.
func TestEvaluateProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCall(t)
		var statements []statement
		for range rapid.IntRange(0, 4).Draw(t, "statements") {
			statements = append(statements, drawStatement(t, rapid.SampledFrom([]string{"Allow", "Deny"}).Draw(t, "effect")))
		}
		with := func(extra statement, at int) decision {
			all := append(append(append([]statement{}, statements[:at]...), extra), statements[at:]...)
			return evaluate([]document{{Statement: all}}, c)
		}
		before := evaluate([]document{{Statement: statements}}, c)
		at := rapid.IntRange(0, len(statements)).Draw(t, "place")

		added := drawStatement(t, "Allow")
		after := with(added, at)
		if before == allowed && after != allowed {
			t.Fatalf("an allow more turned allowed into %s", after)
		}
		if before == explicitDeny && after != explicitDeny {
			t.Fatalf("an allow more turned an explicit deny into %s", after)
		}
		added.Effect = "Deny"
		switch denied := with(added, at); {
		case added.applies(c) && denied != explicitDeny:
			t.Fatalf("a deny that applies gives %s", denied)
		case !added.applies(c) && denied != before:
			t.Fatalf("a deny that does not apply turned %s into %s", before, denied)
		}
	})
}

// The pattern matcher agrees with the plain recursive definition.
func TestPatternAgreesWithItsDefinition(t *testing.T) {
	t.Parallel()
	var match func(p, v string) bool
	match = func(p, v string) bool {
		switch {
		case p == "":
			return v == ""
		case p[0] == '*':
			return match(p[1:], v) || v != "" && match(p, v[1:])
		}
		return v != "" && (p[0] == '?' || p[0] == v[0]) && match(p[1:], v[1:])
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.StringMatching(`[ab*?/]{0,8}`).Draw(t, "pattern")
		v := rapid.StringMatching(`[ab/*]{0,10}`).Draw(t, "value")
		if got, want := glob(p).match(v), match(p, v); got != want {
			t.Fatalf("glob(%q).match(%q) = %t, want %t", p, v, got, want)
		}
	})
}

func FuzzParsePolicy(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ssm:*","Resource":"*"}]}`)
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":["a:b"],"NotResource":"${x, 'y'}","Condition":{"Null":{"k":true}}}}`)
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a","Resource":"${","Condition":{"StringEquals":{"k":[1,"${k}"]}}}]}`)
	f.Fuzz(func(t *testing.T, source string) {
		d, err := parseIdentityPolicy(source)
		if err != nil {
			return
		}
		if !json.Valid([]byte(source)) {
			t.Fatal("a policy that is no JSON was accepted")
		}
		c := call{"ssm:GetParameter", "arn:aws:ssm:eu-west-1:1:parameter/a", map[string]string{"k": "v"}}
		deny := document{Statement: list[statement]{{Effect: "Deny", Action: list[string]{"*"}, Resource: list[string]{"*"}}}}
		if got := evaluate([]document{d, deny}, c); got != explicitDeny {
			t.Fatalf("with a deny of everything the decision is %s", got)
		}
	})
}
