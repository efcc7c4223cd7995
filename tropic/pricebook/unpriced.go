package pricebook

import (
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of thing a price is of.
type Kind string

// The kinds of things that have prices.
const (
	KindInstanceType Kind = "instance type"
	KindModel        Kind = "model"
)

// UnpricedError says that something has no price at an instant.
type UnpricedError struct {
	Kind   Kind
	Name   string
	At     time.Time
	Priced []string // what of that kind has a price at some time
}

func (e *UnpricedError) Error() string {
	return fmt.Sprintf("%s %q has no price at %s; priced are %s",
		e.Kind, e.Name, e.At.UTC().Format(time.RFC3339), strings.Join(e.Priced, ", "))
}
