package client

import "github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"

// Money is an amount on the wire.
type Money struct {
	Credits string           `json:"credits"` // cut to three places
	Quanta  pricebook.Amount `json:"quanta,string"`
}

// MoneyOf is an amount as it goes over the wire.
func MoneyOf(a pricebook.Amount) Money { return Money{a.String(), a} }
