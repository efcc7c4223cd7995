package pricebook

import "time"

// Package is a number of credits that is sold at a price, from an instant on.
type Package struct {
	Credits  Amount
	USDCents int64
	From     time.Time // inclusive
}

// packages are what Tropic sells (product documentation, Pricing). As with prices, none is ever edited: a package of the
// same credits with a later From takes its place.
var packages = []Package{
	{Credits: 1000 * Credit, USDCents: 2500, From: launch},
}

// Packages lists what Tropic sells at an instant.
func Packages(at time.Time) []Package { return onSale(packages, at) }

// onSale lists, in the order of first appearance, the latest package of each number of credits.
func onSale(all []Package, at time.Time) []Package {
	var out []Package
	place := map[Amount]int{}
	for _, p := range all {
		i, seen := place[p.Credits]
		switch {
		case p.From.After(at):
		case !seen:
			place[p.Credits] = len(out)
			out = append(out, p)
		case p.From.After(out[i].From):
			out[i] = p
		}
	}
	return out
}
