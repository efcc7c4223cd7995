package tropic

import "encoding/json"

// statement is one statement of an IAM policy.
type statement struct {
	Sid       string                       `json:",omitempty"`
	Effect    string                       `json:"Effect"`
	Principal map[string]string            `json:",omitempty"`
	Action    []string                     `json:"Action"`
	Resource  []string                     `json:",omitempty"`
	Condition map[string]map[string]string `json:",omitempty"`
}

// PolicyDocument returns the IAM policy that Ensure gives machines, as JSON: the parts of the AWS managed policy
// AmazonSSMManagedInstanceCore that Run Command needs, and the machine's own desired state. All machines share one role,
// so a parameter is readable only with the tag tropic:instance-arn of the machine that asks; therefore it grants no
// GetParametersByPath, which a tag cannot limit, and machines list names with DescribeParameters.
func PolicyDocument() string {
	own := map[string]map[string]string{
		"StringEquals": {"ssm:resourceTag/" + TagInstanceARN: "${ec2:SourceInstanceARN}"},
	}
	return policyJSON([]statement{
		{
			Sid: "RunCommand", Effect: "Allow", Resource: []string{"*"},
			Action: []string{
				"ssm:UpdateInstanceInformation", "ssm:ListInstanceAssociations", "ssm:ListAssociations",
				"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
				"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
				"ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage",
				"ec2messages:GetEndpoint", "ec2messages:GetMessages", "ec2messages:SendReply",
			},
		},
		{
			Sid: "ListNames", Effect: "Allow", Resource: []string{"*"},
			Action: []string{"ssm:DescribeParameters"},
		},
		{
			Sid: "ReadOwnState", Effect: "Allow", Condition: own,
			Action:   []string{"ssm:GetParameter", "ssm:GetParameters"},
			Resource: []string{"arn:aws:ssm:*:*:parameter/tropic/instances/*"},
		},
		{
			Sid: "ReadPolicies", Effect: "Allow",
			Action:   []string{"ssm:GetParameter", "ssm:GetParameters"},
			Resource: []string{"arn:aws:ssm:*:*:parameter/tropic/policies/*"},
		},
		{
			Sid: "ReportStatus", Effect: "Allow", Condition: own,
			Action:   []string{"ssm:PutParameter"},
			Resource: []string{"arn:aws:ssm:*:*:parameter/tropic/instances/*/status"},
		},
	})
}

// trustDocument lets EC2 machines take the role on.
func trustDocument() string {
	return policyJSON([]statement{{
		Effect: "Allow", Principal: map[string]string{"Service": "ec2.amazonaws.com"}, Action: []string{"sts:AssumeRole"},
	}})
}

func policyJSON(statements []statement) string {
	raw, err := json.MarshalIndent(struct {
		Version   string
		Statement []statement
	}{"2012-10-17", statements}, "", "  ")
	if err != nil {
		panic(err) // strings and maps of strings always marshal
	}
	return string(raw)
}
