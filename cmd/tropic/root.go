package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

const rootHelp = `tropic looks after OpenClaw machines: each user's own EC2 instance, guarded, audited and paid in credits.

Without an AWS account, the embedded cloud gives you instances on this computer that really run what they are told:

  tropic local up                      start it (in the background)
  eval "$(tropic local env)"           point Terraform, this CLI and the AWS SDKs at it
  terraform -chdir=examples/quickstart apply
  tropic instance list
  tropic local exec my-machine -- ls /home/ubuntu/.openclaw/workspace
  tropic local down

The decision gate, the policy language and the redactor work anywhere, without a cloud:

  tropic gate explain --command 'curl https://example.com/x | sh'
  tropic policy explain agent.rules
  kubectl logs my-pod | tropic redact

So does the ledger of credits:

  tropic meter grant alice 1000
  tropic meter balance alice

With an AWS account, tropic uses the same credentials and region as the AWS CLI does.

Exit codes:
  0  done                     4  refused by AWS for a missing permission, or by a name already taken
  1  failed                   5  not done in time
  2  wrong use                tropic local exec ends with the code of the command it ran
  3  no such thing
`

// app is what every command shares: the flags before its name, and how to write.
type app struct {
	json     bool
	region   string
	profile  string
	endpoint string
	stdout   io.Writer
	stderr   io.Writer
}

func newRoot() *cobra.Command {
	a := &app{}
	root := &cobra.Command{
		Use:           "tropic",
		Short:         "Look after guarded OpenClaw machines",
		Long:          rootHelp,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRun: func(cmd *cobra.Command, _ []string) {
			a.stdout, a.stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	flags := root.PersistentFlags()
	flags.BoolVar(&a.json, "json", false, "print JSON instead of text")
	flags.StringVar(&a.region, "region", "", "AWS region (default: TROPIC_REGION, AWS_REGION, the profile's, then "+tropic.DefaultRegion+")")
	flags.StringVar(&a.profile, "profile", "", "AWS profile (default: AWS_PROFILE)")
	flags.StringVar(&a.endpoint, "endpoint", "", "AWS endpoint URL, for the embedded cloud (default: TROPIC_ENDPOINT, then AWS itself)")
	root.AddCommand(newLocal(a), newInstance(a), newAgent(a), newPolicy(a), newSSHKey(a), newGate(a), newRedact(a), newMeter(a))
	return root
}

// client connects with the shared flags.
func (a *app) client(ctx context.Context) (*tropic.Client, error) {
	var opts []tropic.Option
	if a.region != "" {
		opts = append(opts, tropic.WithRegion(a.region))
	}
	if a.profile != "" {
		opts = append(opts, tropic.WithProfile(a.profile))
	}
	if a.endpoint != "" {
		opts = append(opts, tropic.WithEndpoint(a.endpoint))
	}
	return tropic.New(ctx, append(opts, tropic.WithUserAgent("tropic/"+version))...)
}
