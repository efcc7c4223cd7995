package provider

import (
	"errors"
	"math"
	"math/big"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

var (
	errNegativeCredits = errors.New("credits must not be negative")
	errTooManyCredits  = errors.New("more credits than can be counted; the most are " + pricebook.Amount(math.MaxInt64).String())
)

// creditPlaces is how many decimal places of a number of credits count. Terraform computes with binary numbers of some
// 150 digits, in which 0.3 - 0.1 is not quite 0.2: rounding far below a quantum and far above that error makes it so.
const creditPlaces = 60

// amountOf counts credits in quanta; what is less than one is dropped, which buys nothing.
func amountOf(credits *big.Float) (pricebook.Amount, error) {
	switch {
	case credits.Sign() < 0:
		return 0, errNegativeCredits
	case credits.IsInf() || credits.MantExp(nil) > 64: // before its digits are written out: there may be millions
		return 0, errTooManyCredits
	case credits.MantExp(nil) < -64:
		return 0, nil
	}
	exact, ok := new(big.Rat).SetString(credits.Text('f', creditPlaces))
	if !ok {
		return 0, errors.New("not a number of credits")
	}
	exact.Mul(exact, new(big.Rat).SetInt64(int64(pricebook.Credit)))
	quanta := new(big.Int).Quo(exact.Num(), exact.Denom())
	if !quanta.IsInt64() {
		return 0, errTooManyCredits
	}
	return pricebook.Amount(quanta.Int64()), nil
}
