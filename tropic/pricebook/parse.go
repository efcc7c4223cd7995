package pricebook

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
)

// ErrFraction is returned for credits that are no whole number of quanta.
var ErrFraction = errors.New("not a whole number of quanta")

var decimalNumber = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,12})?$`)

// ParseAmount reads credits such as "1000" or "0.125", exactly. The error wraps ErrFraction for what is no whole number of
// quanta, and ErrOverflow for what does not fit.
func ParseAmount(credits string) (Amount, error) {
	if !decimalNumber.MatchString(credits) {
		return 0, fmt.Errorf("%q is no number of credits; want one such as 1000 or 12.5", credits)
	}
	r, _ := new(big.Rat).SetString(credits)
	r.Mul(r, new(big.Rat).SetInt64(int64(Credit)))
	switch {
	case !r.IsInt():
		return 0, fmt.Errorf("%s credits: %w; a credit is %d of them", credits, ErrFraction, int64(Credit))
	case !r.Num().IsInt64():
		return 0, fmt.Errorf("%s credits: %w", credits, ErrOverflow)
	}
	return Amount(r.Num().Int64()), nil
}
