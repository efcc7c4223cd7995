package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// NewWithPrices is New with another price book and clock.
func NewWithPrices(book *pricebook.Book, now func() time.Time, extra ...tropic.Option) func() provider.Provider {
	return func() provider.Provider {
		return &tropicProvider{version: "test", extra: extra, prices: prices{book: book, at: now()}}
	}
}
