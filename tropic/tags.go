package tropic

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// EC2 tags that are the contract between Tropic's parts: this library, the meter and the machines themselves. They are
// set in the call that creates a resource, so that nothing exists without them. Absent means none.
const (
	TagPrefix  = "tropic:"        // every tag below begins with it; users may not set such tags themselves
	TagManaged = "tropic:managed" // "true"; every list call filters on it
	TagName    = "tropic:name"    // name of the instance or SSH key
	TagAccount = "tropic:account" // billing account
	TagModel   = "tropic:model"   // model reference, such as "anthropic/claude-sonnet-4-6"
	TagAPIKey  = "tropic:api-key"

	TagDailyCreditCap = "tropic:daily-credit-cap"
	TagMaxSession     = "tropic:max-session" // Go duration

	TagSSHKey = "tropic:ssh-key" // name of the SSH key

	// TagPolicyPrefix followed by a policy id is present when an agent on the machine uses the policy, so that an update
	// can poke by tag.
	TagPolicyPrefix = "tropic:policy:"

	TagHold  = "tropic:hold"  // why the meter keeps the machine stopped: HoldBalance, HoldDailyCap or HoldSessionMax
	TagLease = "tropic:lease" // RFC 3339 instant until which the machine may run; it reads it from instance metadata

	// TagProvisioned is the RFC 3339 instant at which a machine's ingress and desired state were first complete, or an SSH
	// key was. What lacks it belongs to a create that has not finished, and the next create of that name completes it.
	TagProvisioned = "tropic:provisioned"

	// TagResume is "true" on a machine that ran when a change of its type began, from before it is stopped until it runs
	// again. Should the change die in between, the next ChangeType or Start starts the machine; a Stop takes the tag away.
	TagResume = "tropic:resume"

	// TagInstance on a security group is the id of the machine that is being terminated, so that a terminate that died
	// half-way finds the group although the machine is gone.
	TagInstance = "tropic:instance"

	// TagInstanceARN on a parameter is the ARN of the machine it belongs to; the machine's role may read no other.
	TagInstanceARN = "tropic:instance-arn"
)

// Values of TagHold.
const (
	HoldBalance    = "balance"
	HoldDailyCap   = "daily-cap"
	HoldSessionMax = "session-max"
)

const tagTrue = "true"

// tagSpecifications sets tags on the given kinds of resource in the call that creates them.
func tagSpecifications(tags map[string]string, kinds ...ec2types.ResourceType) []ec2types.TagSpecification {
	out := make([]ec2types.TagSpecification, len(kinds))
	for i, kind := range kinds {
		out[i] = ec2types.TagSpecification{ResourceType: kind, Tags: ec2Tags(tags)}
	}
	return out
}

// ec2Tags converts tags, sorted so that a repeated call is the same call.
func ec2Tags(tags map[string]string) []ec2types.Tag {
	out := make([]ec2types.Tag, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, ec2types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return out
}
