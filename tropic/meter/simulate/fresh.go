package simulate

import (
	"context"
	"errors"
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// ErrNotFresh is wrapped by the error about a store that something is in.
var ErrNotFresh = errors.New("the store is not empty")

// fresh refuses a store that anything was ever recorded in: a simulation would charge real accounts, and be wrong.
func fresh(ctx context.Context, s *store.Store) error {
	chains, err := s.Chains(ctx)
	if err != nil {
		return err
	}
	accounts, err := s.Accounts(ctx, "", 1)
	if err != nil {
		return err
	}
	if len(chains) > 0 || len(accounts) > 0 {
		return fmt.Errorf("%w: it has blocks of %d shards and facts of %d account(s) at least; simulate wants a new file or database", ErrNotFresh, len(chains), len(accounts))
	}
	return nil
}
