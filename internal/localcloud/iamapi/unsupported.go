package iamapi

import "github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"

// unsupported are parameters that IAM and STS have and this cloud has not. The services ignore a parameter they do not
// know (their references list no error for one), and so does this cloud; but these change what a call means, most of
// them by narrowing it, so ignoring them would grant more than was asked for.
var unsupported = map[string][]string{
	"AssumeRole": {
		"ExternalId", "Policy", "PolicyArns", "ProvidedContexts", "SerialNumber", "SourceIdentity", "Tags", "TokenCode", "TransitiveTagKeys",
	},
	"GetSessionToken":          {"SerialNumber", "TokenCode"},
	"CreateRole":               {"MaxSessionDuration", "PermissionsBoundary"},
	"ListRoles":                {"PathPrefix"},
	"ListInstanceProfiles":     {"PathPrefix"},
	"ListAttachedRolePolicies": {"PathPrefix"},
	"SimulatePrincipalPolicy": {
		"CallerArn", "PermissionsBoundaryPolicyInputList", "PolicyInputList", "ResourceHandlingOption", "ResourceOwner", "ResourcePolicy",
	},
}

func checkSupported(operation string, q wire.Query) error {
	for _, name := range unsupported[operation] {
		if q.Has(name) {
			return &wire.Error{Code: "UnsupportedOperation", Message: "The embedded cloud does not implement the parameter " + name + " of " + operation + "."}
		}
	}
	return nil
}
