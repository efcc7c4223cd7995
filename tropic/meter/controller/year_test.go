package controller_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/overshoot"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Life of a whole service: two replicas, of which one at a time dies and comes back, on an EC2 that fails, is slow, lags
// behind and is down for up to an hour; people who start and stop machines, buy credits and change limits.
//
// Then, whatever happened: each machine is charged for the time that it ran, to EC2's second; the lines that were posted say
// the same, and so does the chain when it is replayed; no machine was stopped that had credits and limits left; and what was
// spent beyond the end of credits is what machines cost between somebody's start behind the meter's back and its next look.
func TestAYear(t *testing.T) {
	t.Parallel()
	for seed := range seeds() {
		synctest.Test(t, func(t *testing.T) { live(t, seed, days()) })
	}
}

// days and seeds are how long and how many lives are: more by the environment.
func days() int     { return number("TROPIC_SIMULATED_DAYS", 365) }
func seeds() uint64 { return uint64(number("TROPIC_SIMULATED_LIVES", 1)) }

func number(variable string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// coarse is a timing of minutes, so that a year is a hundred thousand steps.
var coarse = controller.Timing{
	ShardLease: 130 * time.Minute, Heartbeat: time.Hour, Poll: time.Hour, Sweep: 10 * time.Minute,
	Retry: 5 * time.Second, Call: 30 * time.Second,
}

type life struct {
	*house

	random   *rand.Rand
	accounts []string
	machines map[string]string // account by id
}

func live(t *testing.T, seed uint64, days int) {
	t.Helper()
	l := &life{house: newHouse(t, seed), random: rand.New(rand.NewPCG(seed, 2)), machines: map[string]string{}}
	defer l.close()
	l.cloud.faults, l.cloud.slow, l.cloud.lag = 0.05, 3*time.Second, 20*time.Second
	replicas := map[string]*severed{}
	begin := func(owner string) {
		replicas[owner] = &severed{Store: l.store}
		l.serve(owner, func(c *controller.Config) { c.Timing, c.Store = coarse, replicas[owner] })
	}
	begin("one-0")
	begin("two-0")
	for n := range 3 {
		account := fmt.Sprint("account", n)
		l.accounts = append(l.accounts, account)
		l.grant(account, 100*pricebook.Credit)
		for m := range 2 {
			id := fmt.Sprintf("i-%d%d", n, m)
			l.machines[id] = account
			l.cloud.launch(id, account, []string{"t3.micro", "t3.small"}[m])
		}
	}
	alive := []string{"one-0", "two-0"}
	for day := range days {
		midnight := time.Now().Truncate(24 * time.Hour).Add(24 * time.Hour)
		for range l.random.IntN(4) {
			time.Sleep(time.Duration(l.random.Int64N(int64(7 * time.Hour))))
			l.someone()
		}
		if day%5 == 0 { // a replica is killed, and another takes its place
			which := l.random.IntN(2)
			replicas[alive[which]].sever()
			l.stop[alive[which]]()
			time.Sleep(time.Duration(l.random.Int64N(int64(2 * time.Hour))))
			alive[which] = fmt.Sprintf("%s-%d", alive[which][:3], day+1)
			begin(alive[which])
		}
		if day%7 == 0 {
			l.cloud.mu.Lock()
			l.cloud.down = time.Now().Add(time.Duration(l.random.Int64N(int64(time.Hour))))
			l.cloud.mu.Unlock()
		}
		time.Sleep(time.Until(midnight))
	}
	l.cloud.mu.Lock()
	l.cloud.faults, l.cloud.lag = 0, 0
	l.cloud.mu.Unlock()
	for id := range l.machines {
		l.cloud.power(id, false)
	}
	time.Sleep(3 * time.Hour)
	l.check()
}

// someone does something.
func (l *life) someone() {
	account := l.accounts[l.random.IntN(len(l.accounts))]
	id := fmt.Sprintf("i-%s%d", account[len(account)-1:], l.random.IntN(2))
	switch l.random.IntN(6) {
	case 0, 1:
		l.grant(account, pricebook.Amount(1+l.random.Int64N(200))*pricebook.Credit)
	case 2:
		l.cloud.power(id, false)
	case 3, 4:
		l.cloud.power(id, true)
	default:
		now := meter.At(time.Now())
		limits := []meter.Limits{
			{}, {DailyCap: 100 * pricebook.Credit, Zone: "America/New_York"}, {MaxSession: 5 * time.Hour}, {DailyCap: 30 * pricebook.Credit, MaxSession: time.Hour},
		}[l.random.IntN(4)]
		l.append(meter.Fact{Key: fmt.Sprintf("limit:%d", int64(now)), Kind: meter.Limit, Account: account, Effective: now, Limits: limits})
	}
}

func (l *life) check() {
	l.t.Helper()
	now := meter.At(time.Now())
	accounts := map[string]*meter.Account{}
	for _, name := range l.accounts {
		accounts[name] = l.account(name)
	}
	var sessions int
	for id, account := range l.machines {
		charged, err := accounts[account].Charged(id, 0, now)
		if err != nil {
			l.t.Fatal(err)
		}
		rate := map[byte]pricebook.Rate{'0': 5_000, '1': 15_000}[id[len(id)-1]]
		ran := l.cloud.machines[id].ran
		sessions += len(ran)
		var truth pricebook.Amount
		for _, s := range ran {
			truth += pricebook.Amount(rate) * pricebook.Amount(s.to.Sub(s.from).Milliseconds())
		}
		second := pricebook.Amount(rate) * 1000
		if missing := truth - charged; missing < 0 || missing > second*pricebook.Amount(len(ran)) {
			l.t.Errorf("%s ran in %d sessions for %s credits and was charged %s", id, len(ran), truth, charged)
		}
		for _, s := range ran {
			l.ranNoFurther(accounts[account], id, s)
		}
		if posted := l.replay(account).Posted(id); posted != charged {
			l.t.Errorf("%s was charged %s credits, and %s were posted", id, charged, posted)
		}
	}
	for _, s := range l.cloud.stops {
		l.wasSpent(accounts[l.machines[s.id]], s)
	}
	if sessions < 50 || len(l.cloud.stops) < 20 {
		l.t.Errorf("%d sessions and %d stops by the meter say little", sessions, len(l.cloud.stops))
	}
	l.t.Logf("%d sessions, %d stops by the meter, %d warnings", sessions, len(l.cloud.stops), len(l.told.warnings))
}

// ranNoFurther tells whether no more was spent beyond the end of credits, while a machine ran, than what both machines of the
// account cost for as long as a lease lasts and a machine takes to halt: that is when somebody starts one behind the meter's
// back for which there are no credits, and the meter, or EC2, is down.
func (l *life) ranNoFurther(a *meter.Account, id string, s span) {
	l.t.Helper()
	before, err1 := a.Wallet(meter.At(s.from))
	after, err2 := a.Wallet(meter.At(s.to))
	if err1 != nil || err2 != nil {
		l.t.Fatal(err1, err2)
	}
	const both = 20_000 // milli-credits an hour
	if over, most := after.Debt-before.Debt, pricebook.Amount(both*(overshoot.LeaseRenewals*overshoot.Renewal+bootGrace+guestMargin).Milliseconds()); over > most {
		l.t.Errorf("while %s ran from %s to %s, %s credits were spent beyond the end, more than %s", id, s.from, s.to, over, most)
	}
}

// wasSpent tells whether a machine that was stopped had reached a limit, less the margin, by what was known then, or when the
// call was made that stopped it: credits that come while EC2 is being asked come too late, and start it again.
func (l *life) wasSpent(a *meter.Account, s stop) {
	l.t.Helper()
	at := meter.At(s.at)
	if !l.mayHaveRunOn(a, s, at) || !l.mayHaveRunOn(a, s, at.Add(-coarse.Call)) {
		return
	}
	l.t.Errorf("%s was stopped at %s, and may have run on: %+v", s.id, s.at, a.Facts())
}

// mayHaveRunOn tells whether no limit was near by the facts that were known at an instant.
func (l *life) mayHaveRunOn(a *meter.Account, s stop, known meter.Instant) bool {
	l.t.Helper()
	at := meter.At(s.at)
	then := meter.NewAccount(a.Name(), l.book)
	for _, f := range a.Facts() {
		ended := f.Kind == meter.Stop && f.Instance == s.id && f.Effective > s.session
		if f.Recorded >= known || ended {
			continue
		}
		if _, err := then.Add(f); err != nil {
			l.t.Fatal(err)
		}
	}
	deadlines, err := then.Deadlines(at)
	if err != nil {
		l.t.Fatal(err)
	}
	i := slices.IndexFunc(deadlines, func(d meter.Deadline) bool { return d.Instance == s.id })
	return i < 0 || deadlines[i].At > at.Add(controller.Defaults().Margin+controller.Defaults().Lead)
}
