package provider

import (
	"context"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

var noon = time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)

// dearer has a price that no binary fraction holds, and one that changes in an hour.
func dearer(t interface{ Fatal(...any) }) prices {
	book, err := pricebook.New([]pricebook.Entry{
		{Name: "t3.micro", From: noon, Rate: 5_100},
		{Name: "t3.micro", From: noon.Add(time.Hour), Rate: 7_000},
		{Name: "t3.free", From: noon, Rate: 0},
	}, []pricebook.Entry{{Name: "a/b", From: noon, Rate: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return prices{book: book, at: noon}
}

// call runs a function as the framework does; at is its variadic argument.
func call(t interface{ Context() context.Context }, f function.Function, at []string, args ...attr.Value) (attr.Value, *function.FuncError) {
	var rest []attr.Value
	var kinds []attr.Type
	for _, a := range at {
		rest, kinds = append(rest, types.StringValue(a)), append(kinds, types.StringType)
	}
	var definition function.DefinitionResponse
	f.Definition(t.Context(), function.DefinitionRequest{}, &definition)
	result, err := definition.Definition.Return.NewResultData(t.Context())
	if err != nil {
		return nil, err
	}
	response := function.RunResponse{Result: result}
	arguments := function.NewArgumentsData(append(args, types.TupleValueMust(kinds, rest)))
	f.Run(t.Context(), function.RunRequest{Arguments: arguments}, &response)
	return response.Result.Value(), response.Error
}

// number is a decimal as Terraform sends it.
func number(decimal string) types.Number { return decimalNumber(decimal) }

func model(name string) types.String {
	if name == "" {
		return types.StringNull()
	}
	return types.StringValue(name)
}

func TestCreditsPerHourAreExact(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		prices              prices
		instanceType, model string
		at                  []string
		want                string
	}{
		{pricesNow(), "t3.micro", "", nil, "5"},
		{pricesNow(), "t3.small", "", nil, "15"},
		{pricesNow(), "t3.micro", "anthropic/claude-opus-4-6", nil, "105"},
		{pricesNow(), "t3.micro", "anthropic/claude-sonnet-4-6", nil, "55"},
		{pricesNow(), "t3.micro", "anthropic/claude-haiku-4-5", nil, "25"},
		{pricesNow(), "t3.small", "anthropic/claude-opus-4-6", nil, "115"},
		{dearer(t), "t3.micro", "", nil, "5.1"},
		{dearer(t), "t3.micro", "a/b", nil, "5.101"},
		{dearer(t), "t3.micro", "", []string{"2026-11-25T12:59:59.999Z"}, "5.1"},
		{dearer(t), "t3.micro", "", []string{"2026-11-25T14:00:00+01:00"}, "7"},
	} {
		got, err := call(t, creditsPerHour{test.prices}, test.at, types.StringValue(test.instanceType), model(test.model))
		if err != nil || !got.Equal(number(test.want)) {
			t.Errorf("%s, %q at %v: %v, %v, want %s", test.instanceType, test.model, test.at, got, err, test.want)
		}
	}
	empty, err := call(t, creditsPerHour{pricesNow()}, nil, types.StringValue("t3.micro"), types.StringValue(""))
	if err != nil || !empty.Equal(number("5")) {
		t.Errorf("an empty model: %v, %v, want compute alone", empty, err)
	}
}

func TestRuntimeForCreditsIsExact(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		credits, model string
		want           int64
	}{
		{"0", "", 0},
		{"1000", "anthropic/claude-sonnet-4-6", 65_454}, // 18 h 10 min 54 s and 6/11
		{"1000", "", 720_000},
		{"5", "", 3600},
		{"4.999999999", "", 3599},
		{"0.001388888888", "", 0}, // a second of 5 credits an hour is 1/720
		{"0.001388888889", "", 1},
		{"0.1", "anthropic/claude-haiku-4-5", 14},
		{"0.125", "", 90},
		{"1e-400", "", 0},
		{"2562047788.015", "", 1_844_674_407_370},
	} {
		got, err := call(t, runtimeForCredits{pricesNow()}, nil, number(test.credits), types.StringValue("t3.micro"), model(test.model))
		if err != nil || !got.Equal(types.Int64Value(test.want)) {
			t.Errorf("%s credits with %q: %v, %v, want %d seconds", test.credits, test.model, got, err, test.want)
		}
	}
}

// TestTerraformsOwnErrorCostsNoSecond subtracts as Terraform does, which misses 0.2 by far less than a quantum.
func TestTerraformsOwnErrorCostsNoSecond(t *testing.T) {
	t.Parallel()
	third, tenth := number("0.3").ValueBigFloat(), number("0.1").ValueBigFloat()
	difference := new(big.Float).SetPrec(terraformPrecision).Sub(third, tenth)
	if difference.Cmp(number("0.2").ValueBigFloat()) == 0 {
		t.Fatal("the difference is 0.2; choose other numbers")
	}
	got, err := amountOf(difference)
	if want := pricebook.Credit / 5; err != nil || got != want {
		t.Errorf("amount = %d, %v, want %d", got, err, want)
	}
}

func TestPriceFunctionsRefuse(t *testing.T) {
	t.Parallel()
	micro := types.StringValue("t3.micro")
	rate, runtime := creditsPerHour{dearer(t)}, runtimeForCredits{dearer(t)}
	infinite := types.NumberValue(new(big.Float).SetInf(false))
	for name, test := range map[string]struct {
		function function.Function
		args     []attr.Value
		at       []string
		position int64
		says     string
	}{
		"type":             {rate, []attr.Value{types.StringValue("t3.mikro"), model("")}, nil, 0, `write "t3.micro", if that was meant`},
		"far type":         {rate, []attr.Value{types.StringValue("m7i.metal-24xl"), model("")}, nil, 0, "priced are t3.micro, t3.free"},
		"model":            {rate, []attr.Value{micro, model("a/c")}, nil, 1, `write "a/b", if that was meant; for your own API key write null`},
		"too early":        {rate, []attr.Value{micro, model("")}, []string{"2026-11-25T11:59:59Z"}, 0, "no price at 2026-11-25T11:59:59Z"},
		"instant":          {rate, []attr.Value{micro, model("")}, []string{"tomorrow"}, 2, `at "tomorrow" is no instant`},
		"two instants":     {rate, []attr.Value{micro, model("")}, []string{"2026-12-01T00:00:00Z", "x"}, 3, "one instant at most"},
		"negative":         {runtime, []attr.Value{number("-0.001"), micro, model("")}, nil, 0, "must not be negative"},
		"overflow":         {runtime, []attr.Value{number("2562047788.016"), micro, model("")}, nil, 0, "the most are 2562047788.015"},
		"great overflow":   {runtime, []attr.Value{number("1e+100000"), micro, model("")}, nil, 0, "more credits than can be counted"},
		"infinite":         {runtime, []attr.Value{infinite, micro, model("")}, nil, 0, "more credits than can be counted"},
		"type of runtime":  {runtime, []attr.Value{number("1"), types.StringValue(""), model("")}, nil, 1, "priced are"},
		"model of runtime": {runtime, []attr.Value{number("1"), micro, model("x/y")}, nil, 2, "priced are a/b"},
		"free":             {runtime, []attr.Value{number("1"), types.StringValue("t3.free"), model("")}, nil, 1, "no amount limits it"},
	} {
		_, err := call(t, test.function, test.at, test.args...)
		if err == nil || err.FunctionArgument == nil || *err.FunctionArgument != test.position || !strings.Contains(err.Text, test.says) {
			t.Errorf("%s: error %v, want one of argument %d that says %q", name, err, test.position, test.says)
		}
	}
}

// TestRuntimeIsTheLongestThatTheCreditsPayFor compares with rational numbers, for decimals of any length.
func TestRuntimeIsTheLongestThatTheCreditsPayFor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Int64Range(1, 1_000_000).Draw(t, "milli-credits per hour")
		credits := fmt.Sprintf("%d.%s", rapid.Int64Range(0, 2_000_000_000).Draw(t, "credits"),
			rapid.StringMatching(`[0-9]{1,40}`).Draw(t, "decimals"))
		book, err := pricebook.New([]pricebook.Entry{{Name: "x", From: noon, Rate: pricebook.Rate(rate)}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, refusal := call(t, runtimeForCredits{prices{book: book, at: noon}}, nil, number(credits), types.StringValue("x"), model(""))
		if refusal != nil {
			t.Fatal(refusal)
		}
		seconds := got.(types.Int64).ValueInt64()
		limit, _ := new(big.Rat).SetString(credits)
		charge := func(seconds int64) *big.Rat {
			perSecond := big.NewRat(rate, 1000*3600)
			return perSecond.Mul(perSecond, new(big.Rat).SetInt64(seconds))
		}
		if seconds < 0 || charge(seconds).Cmp(limit) > 0 {
			t.Fatalf("%d seconds cost more than %s", seconds, credits)
		}
		if charge(seconds+1).Cmp(limit) <= 0 {
			t.Fatalf("%s credits pay for a second more than %d", credits, seconds)
		}
	})
}

func FuzzAmountOf(f *testing.F) {
	f.Add(int64(0), int16(0))
	f.Add(int64(-1), int16(0))
	f.Add(int64(1), int16(-9))
	f.Add(int64(2_562_047_788_015), int16(-3))
	f.Add(int64(1), int16(400))
	f.Add(int64(1), int16(-400))
	f.Fuzz(func(t *testing.T, digits int64, exponent int16) {
		text := fmt.Sprintf("%de%d", digits, exponent)
		credits := number(text).ValueBigFloat()
		amount, err := amountOf(credits)
		if err != nil {
			return
		}
		back := new(big.Float).SetPrec(terraformPrecision).Quo(
			new(big.Float).SetInt64(int64(amount)), new(big.Float).SetInt64(int64(pricebook.Credit)))
		lost := new(big.Float).Sub(credits, back)
		if lost.Cmp(big.NewFloat(1/float64(pricebook.Credit))) > 0 || lost.Cmp(big.NewFloat(-1e-49)) < 0 || amount < 0 {
			t.Errorf("%s credits are %d quanta", text, amount)
		}
	})
}
