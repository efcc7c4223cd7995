package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

const tokenHelp = `Tokens let others use the meter's HTTP API: one of an account may read that account and set its limits, an admin token may do
everything. A token is shown once, when it is made; the store keeps its hash only.

  export TROPIC_METER_TOKEN="$(tropic meter token create alice --name terraform)"`

func (m *meterCommands) newToken() *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "Make, list and revoke tokens of the HTTP API", Long: tokenHelp}
	cmd.AddCommand(m.newTokenCreate(), m.newTokenList(), m.newTokenRevoke())
	return cmd
}

func (m *meterCommands) newTokenCreate() *cobra.Command {
	var t store.Token
	var admin bool
	cmd := &cobra.Command{
		Use:   "create [ACCOUNT]",
		Short: "Make a token of an account, or with --admin one that may do everything, and print it",
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: m.onStore(func(ctx context.Context, s *store.Store, args []string) error {
			if admin == (len(args) == 1) {
				return &usageError{fmt.Errorf("want an account, or --admin")}
			}
			if !admin {
				t.Account = args[0]
			}
			secret, hash, err := api.NewToken(rand.Reader)
			if err != nil {
				return err
			}
			t.ID, t.Hash = uuid.NewString(), hash
			made, _, err := s.CreateToken(ctx, t.ID, t)
			if err != nil {
				return err
			}
			if m.app.json {
				return m.app.printJSON(map[string]string{"id": made.ID, "account": made.Account, "name": made.Name, "token": secret})
			}
			_, err = fmt.Fprintln(m.app.stdout, secret)
			return err
		}),
	}
	cmd.Flags().StringVar(&t.Name, "name", "", "what it is for, for people")
	cmd.Flags().BoolVar(&admin, "admin", false, "a token that may do everything")
	return cmd
}

func (m *meterCommands) newTokenList() *cobra.Command {
	return &cobra.Command{
		Use:   "list [ACCOUNT]",
		Short: "List the tokens of an account, or admin tokens",
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: m.onStore(func(ctx context.Context, s *store.Store, args []string) error {
			tokens, err := s.Tokens(ctx, first(args))
			if err != nil {
				return err
			}
			type row struct {
				ID      string `json:"id"`
				Name    string `json:"name"`
				Created string `json:"created"`
				Revoked string `json:"revoked,omitempty"`
			}
			list := make([]row, len(tokens))
			rows := [][]string{{"ID", "NAME", "CREATED", "REVOKED"}}
			for i, t := range tokens {
				list[i] = row{t.ID, t.Name, t.Created.String(), instantOr(t.Revoked, "")}
				rows = append(rows, []string{t.ID, dash(t.Name), list[i].Created, dash(list[i].Revoked)})
			}
			return printList(m.app, list, rows)
		}),
	}
}

func (m *meterCommands) newTokenRevoke() *cobra.Command {
	var account string
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "Revoke a token: it is not accepted from the next request on",
		Args:  exactArgs(1),
		RunE: m.onStore(func(ctx context.Context, s *store.Store, args []string) error {
			found, err := s.RevokeToken(ctx, account, args[0])
			if err != nil {
				return err
			}
			if !found {
				return fmt.Errorf("%w: account %q has no token %q; tropic meter token list shows those there are", errUnknownToken, account, args[0])
			}
			_, err = fmt.Fprintln(m.app.stdout, "Revoked.")
			return err
		}),
	}
	cmd.Flags().StringVar(&account, "account", "", "whose it is (default: an admin token)")
	return cmd
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
