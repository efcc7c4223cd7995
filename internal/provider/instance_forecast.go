package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// foresee has the plan say how long the account's credits last. It does so in a warning and in no attribute: what is left
// changes by the second, and Terraform plans anew at the apply and takes another value than was shown for a fault of the
// provider. A machine that is started or changed is told of always, any other one only when credits are about to end, and
// no trouble with the meter holds a plan up.
func (r *instanceResource) foresee(ctx context.Context, plan, state instanceModel, diags *diag.Diagnostics) {
	if r.session == nil {
		return
	}
	access := r.session.meterAccess
	known := allKnown(plan.Account, plan.DesiredState, plan.InstanceType, plan.Model, plan.APIKey)
	if !known || plan.DesiredState.ValueString() != desiredRunning || state.Hold.ValueString() != "" || !access.wanted() {
		return
	}
	account := plan.Account.ValueString()
	if access.client == nil {
		summary, text := access.lack()
		diags.AddWarning(summary, text+foreseesNothing)
		return
	}
	q := forecastQuestion{account: account, starting: !isUp(state.State.ValueString())}
	if q.starting {
		q.machine = client.MachinePlan{InstanceType: plan.InstanceType.ValueString(), Model: plan.chargedModel()}
	}
	f, err := r.session.forecasts.get(ctx, access.client, q)
	if err != nil {
		diags.AddWarning("The meter did not say how long credits last", meterDetail(err)+foreseesNothing)
		return
	}
	if end, ends := r.endOfCredits(*f, plan, state); ends {
		end.warn(diags, account)
	}
}

const foreseesNothing = "\n\nThe machine is planned all the same; the plan does not say how long the account's credits last."

// endOfCredits is when an account has nothing left, as seen from now.
type endOfCredits struct {
	credits string        // that are left now
	left    time.Duration // 0 when nothing is left
	given   string        // what is taken to run until then
	planned bool          // the plan brings it nearer
}

// endOfCredits is when credits end once the plan is applied; false when they do not.
func (r *instanceResource) endOfCredits(f client.Forecast, plan, state instanceModel) (endOfCredits, bool) {
	switch {
	case f.Planned != nil:
		return r.endWithStart(f, plan)
	case !plan.costsLike(state):
		const given = "with this machine changed and all others as they run now, or less if a grant expires unspent"
		own, err := r.plannedRateOf(plan)
		left, ends := lasts(f, state.ID.ValueString(), own)
		return endOfCredits{f.Credits, left, given, true}, ends && err == nil
	case f.Exhausted != nil:
		left := max(0, f.Exhausted.Time().Sub(f.At.Time()))
		return endOfCredits{f.Credits, left.Truncate(time.Second), "with all machines as they run now", false}, true
	}
	return endOfCredits{credits: f.Credits}, f.Quanta <= 0
}

// endWithStart is when credits end with a machine that is started. The meter foresees it exactly for the first one; others
// of the same plan are added to it as the plan comes to them.
func (r *instanceResource) endWithStart(f client.Forecast, plan instanceModel) (endOfCredits, bool) {
	own, err := r.plannedRateOf(plan)
	if f.Planned.Seconds == nil || err != nil {
		return endOfCredits{}, false
	}
	end := endOfCredits{f.Credits, inSeconds(*f.Planned.Seconds), "with this machine beside those that run now", true}
	others, theirs := r.session.starts.start(plan.Account.ValueString(), plan.Name.ValueString(), own)
	if others == 0 {
		return end, true
	}
	end.given = fmt.Sprintf("with this machine and %d more that the plan starts (it may start others), beside those that run now, or less "+
		"if a grant expires unspent", others)
	if left, ends := lasts(f, "", own+theirs); ends {
		end.left = min(end.left, left)
	}
	return end, true
}

// lasts is how long credits last at most when all machines that run now, but for one, run on beside others that cost a rate;
// false when nothing costs anything.
func lasts(f client.Forecast, but string, rate pricebook.Rate) (time.Duration, bool) {
	for _, m := range f.Machines {
		if m.Instance != but {
			rate += m.Rate
		}
	}
	left, err := rate.WholeSeconds(max(0, f.Quanta))
	return inSeconds(left), err == nil
}

func (r *instanceResource) plannedRateOf(plan instanceModel) (pricebook.Rate, error) {
	return r.prices.book.Running(plan.InstanceType.ValueString(), plan.chargedModel(), r.prices.at)
}

// soon is how near an end must be for a plan to warn of it whatever it changes.
const soon = time.Hour

const topUp = "\n\nNext: give the account credits (a package, or `tropic meter grant`) before the machines stop."

func (e endOfCredits) warn(diags *diag.Diagnostics, account string) {
	has := fmt.Sprintf("Account %q has %s credits", account, e.credits)
	lasts := has + ", which last " + spanText(e.left) + ", " + e.given + "."
	switch {
	case e.left == 0:
		diags.AddWarning("No credits are left",
			has+".\n\nThe meter stops a machine of an account without credits as soon as it sees it run."+topUp)
	case e.left < soon:
		diags.AddWarning("Credits end within the hour", lasts+topUp)
	case e.planned:
		diags.AddWarning("How long credits last", lasts+"\n\nNothing is wrong; `data.tropic_balance` has the numbers.")
	}
}

func inSeconds(n int64) time.Duration {
	return time.Duration(min(n, int64(longest/time.Second))) * time.Second
}

// longest is beyond what anybody asks for, and far from what a duration cannot hold.
const longest = 100 * 365 * 24 * time.Hour

// spanText writes a time to come in its two largest units, cut: "12 d 7 h", "18 h 10 min", "59 min 4 s".
func spanText(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day:
		return fmt.Sprintf("%d d %d h", d/day, d%day/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}
