package provider

import (
	"errors"
	"math"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/types"

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

// amountNumber is an amount in credits, equal to the same decimal written in a configuration. Few amounts have no such
// decimal, such as a third of a credit; of those it is the nearest number that Terraform has.
func amountNumber(a pricebook.Amount) types.Number {
	credits := big.NewRat(int64(a), int64(pricebook.Credit))
	if digits, exact := credits.FloatPrec(); exact {
		return decimalNumber(credits.FloatString(digits))
	}
	return types.NumberValue(new(big.Float).SetPrec(terraformPrecision).SetRat(credits))
}
