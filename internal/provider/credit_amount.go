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

// slack is how far below a whole quantum a number of credits still counts as that quantum. Terraform computes with binary
// numbers of some 150 digits, in which 0.3 - 0.1 is not quite 0.2: this is far below a quantum and far above that error.
var slack, _ = new(big.Rat).SetString("1e-40")

// amountOf counts credits in quanta; what is less than one is dropped, which buys nothing.
func amountOf(credits *big.Float) (pricebook.Amount, error) {
	switch {
	case credits.Sign() < 0:
		return 0, errNegativeCredits
	case credits.IsInf() || credits.MantExp(nil) > 64: // as a fraction it may have millions of digits
		return 0, errTooManyCredits
	case credits.MantExp(nil) < -64:
		return 0, nil
	}
	exact, _ := credits.Rat(nil)
	exact.Mul(exact, new(big.Rat).SetInt64(int64(pricebook.Credit)))
	exact.Add(exact, slack)
	quanta := new(big.Int).Quo(exact.Num(), exact.Denom())
	if !quanta.IsInt64() {
		return 0, errTooManyCredits
	}
	return pricebook.Amount(quanta.Int64()), nil
}
