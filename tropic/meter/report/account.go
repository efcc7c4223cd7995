package report

import (
	"context"
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Source is where facts are.
type Source interface {
	Facts(ctx context.Context, account string) ([]meter.Fact, error)
}

// UnreadableError says that facts which a store holds do not make an account. The reason is not wrapped: it is the fault of
// what is stored, not of who asks.
type UnreadableError struct {
	Account string
	Reason  string
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("the facts of account %q cannot be read: %s", e.Account, e.Reason)
}

// Account reads an account; one without facts is empty. The error is an *UnreadableError if the facts are bad, else the
// source's own.
func Account(ctx context.Context, source Source, book *pricebook.Book, name string) (*meter.Account, error) {
	facts, err := source.Facts(ctx, name)
	if err != nil {
		return nil, err
	}
	a := meter.NewAccount(name, book)
	for i := range facts {
		if _, err := a.Add(facts[i]); err != nil {
			return nil, &UnreadableError{name, err.Error()}
		}
	}
	return a, nil
}
