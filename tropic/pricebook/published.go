package pricebook

import "time"

// published is what Tropic charges. A price is never edited: a new one is added with the instant from which it holds.
var published = Book{
	instanceTypes: []Entry{
		{Name: "t3.micro", From: launch, Rate: 5_000},
		{Name: "t3.small", From: launch, Rate: 15_000},
	},
	models: []Entry{
		{Name: "anthropic/claude-opus-4-6", From: launch, Rate: 100_000},
		{Name: "anthropic/claude-sonnet-4-6", From: launch, Rate: 50_000},
		{Name: "anthropic/claude-haiku-4-5", From: launch, Rate: 20_000},
	},
}

// launch is from when the first prices hold: before anything could run.
var launch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Published returns Tropic's own price book.
func Published() *Book { return &published }
