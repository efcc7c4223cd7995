package pricebook

import (
	"errors"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Rate is a price in milli-credits per hour. It is never negative in a Book.
type Rate int64

// Amount is a number of quanta; 1 credit is Credit quanta. An int64 holds about 2.5 billion credits.
type Amount int64

// Units of Amount. A milli-credit per hour, held for a millisecond, is one quantum.
const (
	Quantum     Amount = 1
	MilliCredit        = 3_600_000 * Quantum
	Credit             = 1000 * MilliCredit
)

// ErrOverflow is returned for an amount that does not fit.
var ErrOverflow = errors.New("amount overflows")

// ErrInexact is returned for a duration that is negative or no whole number of milliseconds.
var ErrInexact = errors.New("duration is not a whole, non-negative number of milliseconds")

// ErrNegative is returned for an amount or a rate below nothing where only more makes sense.
var ErrNegative = errors.New("amount or rate is negative")

// ErrFree is returned where a rate of nothing leaves a question without an answer.
var ErrFree = errors.New("the rate is nothing, so no amount limits it")

// For returns what the rate costs over d, exactly. D must be a whole number of milliseconds.
func (r Rate) For(d time.Duration) (Amount, error) {
	if d%time.Millisecond != 0 {
		return 0, ErrInexact
	}
	return r.Over(d.Milliseconds())
}

// Over returns what the rate costs over a number of milliseconds, exactly.
func (r Rate) Over(milliseconds int64) (Amount, error) {
	if milliseconds < 0 || r < 0 {
		return 0, ErrInexact
	}
	high, low := bits.Mul64(uint64(r), uint64(milliseconds))
	if high != 0 || low > math.MaxInt64 {
		return 0, ErrOverflow
	}
	return Amount(low), nil
}

// WholeSeconds returns the largest number of whole seconds for which the rate costs no more than an amount. It returns
// ErrNegative for a negative amount or rate and ErrFree for a rate of nothing, which has no such number.
func (r Rate) WholeSeconds(a Amount) (int64, error) {
	if a < 0 || r < 0 {
		return 0, ErrNegative
	}
	if r == 0 {
		return 0, ErrFree
	}
	return int64(a) / 1000 / int64(r), nil // a second is 1000 milliseconds of r quanta; floors may be taken one by one
}

// String renders the rate in credits per hour, exactly, such as "5" or "0.125".
func (r Rate) String() string { return decimal(int64(r), 1000) }

// String renders the amount in credits, rounded towards zero to three places, such as "4.583".
func (a Amount) String() string { return decimal(int64(a/MilliCredit), 1000) }

// decimal renders n/scale without trailing zeros; scale is a power of ten.
func decimal(n, scale int64) string {
	sign, whole, rest := "", n/scale, n%scale
	if n < 0 {
		sign, whole, rest = "-", -whole, -rest
	}
	text := sign + strconv.FormatInt(whole, 10)
	if rest == 0 {
		return text
	}
	fraction := strconv.FormatInt(scale+rest, 10)[1:]
	return text + "." + strings.TrimRight(fraction, "0")
}
