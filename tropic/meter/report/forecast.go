package report

import (
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Forecast says when an account's machines must stop, from an instant on, if nothing else happens.
func Forecast(a *meter.Account, at meter.Instant) (*client.Forecast, error) {
	w, err := a.Wallet(at)
	if err != nil {
		return nil, err
	}
	end, err := a.Exhausted(at)
	if err != nil {
		return nil, err
	}
	f := &client.Forecast{
		Account: a.Name(), At: client.Instant(at), Money: client.MoneyOf(w.Balance()),
		Exhausted: client.Maybe(end),
	}
	f.Machines, err = machines(a, at)
	return f, err
}

// machines are those that run, each with its deadline.
func machines(a *meter.Account, at meter.Instant) ([]client.Machine, error) {
	running, err := a.Running(at)
	if err != nil {
		return nil, err
	}
	deadlines, err := a.Deadlines(at)
	if err != nil {
		return nil, err
	}
	of := map[string]*client.Deadline{}
	for _, d := range deadlines {
		of[d.Instance] = &client.Deadline{At: client.Instant(d.At), Cause: d.Cause, Until: client.Maybe(d.Until)}
	}
	out := make([]client.Machine, len(running))
	for i := range running {
		out[i] = client.Machine{Instance: running[i].Instance, Rate: running[i].Rate, Deadline: of[running[i].Instance]}
	}
	return out, nil
}

// planned is the key and the instance of the fact of a machine that does not run: no real one has such a name.
const planned = "\x00planned"

// Planned says how long an account's credits last from an instant on if one more machine ran beside those that do: it is
// the account's own answer with that machine among its facts. The error wraps *pricebook.UnpricedError for a type or model
// without a price.
func Planned(a *meter.Account, book *pricebook.Book, at meter.Instant, plan client.MachinePlan) (*client.Planned, error) {
	rate, err := book.Running(plan.InstanceType, plan.Model, at.Time())
	if err != nil {
		return nil, err
	}
	with := meter.NewAccount(a.Name(), book)
	start := meter.Fact{
		Key: planned, Kind: meter.Start, Account: a.Name(), Instance: planned, Effective: at,
		InstanceType: plan.InstanceType, Model: plan.Model,
	}
	for _, f := range append(a.Facts(), start) {
		if _, err := with.Add(f); err != nil {
			return nil, err
		}
	}
	end, err := with.Exhausted(at)
	if err != nil {
		return nil, err
	}
	out := &client.Planned{Rate: rate, Exhausted: client.Maybe(end)}
	if out.Exhausted != nil {
		seconds := int64(end-at) / 1000
		out.Seconds = &seconds
	}
	return out, nil
}
