package evidence

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// What is the kind of a disagreement.
type What string

// The kinds of disagreement.
const (
	NoAccount    What = "no-account"    // the machine has no account tag, or one of an account that has no ledger
	NotCharged   What = "not-charged"   // EC2 has a session that the ledger has not
	StartDiffer  What = "start"         // the session is charged from another instant than its launch
	StopDiffer   What = "stop"          // it ended at another instant
	StillCharged What = "still-charged" // EC2 shows it ended, the ledger charges on
	RunsOn       What = "runs-on"       // EC2 shows it running, the ledger ended it
	NotListed    What = "not-listed"    // the ledger charges a machine that EC2 does not list
	RateDiffer   What = "rate"          // it is charged with another type or model
)

// Disagreement is where the ledger is not what EC2 says.
type Disagreement struct {
	Account  string `json:"account"`
	Instance string `json:"instance"`
	What     What   `json:"what"`

	Ledger meter.Instant `json:"ledger,omitempty"` // what the ledger says of when; 0 nothing, Never not yet
	EC2    meter.Instant `json:"ec2,omitempty"`    // what EC2 says; 0 nothing, Never not yet

	Milliseconds int64            `json:"milliseconds"` // of running time, ledger less EC2: more than 0 is charged too much
	Credits      pricebook.Amount `json:"credits"`      // quanta, ledger less EC2, at the rates that hold
}

// Compare is the reconciliation report: the ledger against what EC2 says of each machine's last session, as of an instant,
// by account, machine and kind. Machines is a complete listing; accounts are by name. Where the one or the other cannot say
// when, there are no milliseconds and credits. A machine that cannot be priced is in the report without credits, and in the
// error, which joins one for each.
func Compare(machines []Machine, accounts map[string]*meter.Account, at meter.Instant) ([]Disagreement, error) {
	known := make(map[string]map[string]Known, len(accounts))
	var faults []error
	for name, a := range accounts {
		var err error
		if known[name], err = KnownMachines(a, at); err != nil {
			return nil, err
		}
	}
	var out []Disagreement
	listed := map[[2]string]bool{}
	for _, m := range machines {
		listed[[2]string{m.Account, m.ID}] = true
		a := accounts[m.Account]
		if a == nil {
			if m.Runs() {
				out = append(out, Disagreement{Account: m.Account, Instance: m.ID, What: NoAccount, EC2: m.Launched})
			}
			continue
		}
		c := comparison{m, known[m.Account][m.ID], a, at}
		some, err := c.disagreements()
		out = append(out, some...)
		faults = append(faults, err)
	}
	for name, ledger := range known {
		for id, k := range ledger {
			if k.Running && !listed[[2]string{name, id}] {
				out = append(out, Disagreement{Account: name, Instance: id, What: NotListed, Ledger: meter.Never})
			}
		}
	}
	slices.SortFunc(out, byMachine)
	return out, errors.Join(faults...)
}

func byMachine(a, b Disagreement) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Instance, b.Instance), cmp.Compare(a.What, b.What))
}

// comparison is one machine, its ledger, and when they are compared.
type comparison struct {
	Machine
	k       Known
	account *meter.Account
	at      meter.Instant
}

// disagreements compares the last session. A look at an older session than the ledger knows says nothing.
func (c *comparison) disagreements() ([]Disagreement, error) {
	var out []Disagreement
	var faults []error
	add := func(what What, ledger, ec2 meter.Instant, w window) {
		d := Disagreement{Account: c.Account, Instance: c.ID, What: what, Ledger: ledger, EC2: ec2}
		var err error
		d.Milliseconds, d.Credits, err = c.difference(w)
		out, faults = append(out, d), append(faults, err)
	}
	switch {
	case c.Launched > c.k.Launched:
		if end := c.ended(); c.Runs() || c.Ended() {
			add(NotCharged, 0, c.Launched, window{c.Launched, end, true})
		}
	case c.Launched == c.k.Launched && c.k.Launched > 0:
		if start := c.k.Session; start != c.Launched {
			add(StartDiffer, start, c.Launched, window{min(start, c.Launched), max(start, c.Launched), c.Launched < start})
		}
		c.compareEnds(add)
		if c.Runs() && c.k.Running && (c.InstanceType != c.k.InstanceType || c.Model != c.k.Model) {
			add(RateDiffer, c.k.Rated, 0, window{})
		}
	}
	return out, errors.Join(faults...)
}

// compareEnds compares the ends of a session that both know.
func (c *comparison) compareEnds(add func(What, meter.Instant, meter.Instant, window)) {
	end, stop := c.ended(), c.k.LastStop
	switch {
	case c.Runs() && !c.k.Running:
		add(RunsOn, stop, meter.Never, window{stop, c.at, true})
	case c.Ended() && c.k.Running && end == 0:
		add(StillCharged, meter.Never, 0, window{})
	case c.Ended() && c.k.Running:
		add(StillCharged, meter.Never, end, window{end, c.at, false})
	case c.Ended() && end != 0 && stop != max(end, c.k.Session+moment):
		add(StopDiffer, stop, end, window{min(stop, end), max(stop, end), stop < end})
	}
}

// ended is when the session ended as EC2 says, the time of the comparison for one that runs, and 0 if EC2 does not say.
func (c *comparison) ended() meter.Instant {
	l := look{Machine: c.Machine, seen: c.at}
	switch {
	case c.Runs():
		return max(c.at, c.Launched)
	case l.changeSaid():
		return max(c.Changed, c.Launched)
	}
	return 0
}

// window is a stretch of time in which, as EC2 says, the machine ran or did not.
type window struct {
	from, to meter.Instant
	ran      bool
}

// difference is by how much more the ledger has in a window than EC2 says.
func (c *comparison) difference(w window) (milliseconds int64, credits pricebook.Amount, err error) {
	if w.to <= w.from {
		return 0, 0, nil
	}
	segments, err := c.account.Segments()
	if err != nil {
		return 0, 0, err
	}
	for i := range segments {
		if s := &segments[i]; s.Instance == c.ID {
			milliseconds += int64(max(0, min(s.To, w.to)-max(s.From, w.from)))
		}
	}
	if credits, err = c.account.Charged(c.ID, w.from, w.to); err != nil || !w.ran {
		return milliseconds, credits, err
	}
	milliseconds -= int64(w.to - w.from)
	due, err := c.due(w)
	if err != nil {
		return milliseconds, 0, fmt.Errorf("machine %s of account %q cannot be compared: %w", c.ID, c.Account, err)
	}
	return milliseconds, credits - due, nil
}

// due is what the machine as it is costs in a window, by the account's own code and prices.
func (c *comparison) due(w window) (pricebook.Amount, error) {
	alone := meter.NewAccount(c.Account, c.account.Book())
	if _, err := alone.Add(meter.Fact{
		Key: startKey(c.ID, w.from), Kind: meter.Start, Account: c.Account, Instance: c.ID, Effective: w.from,
		InstanceType: c.InstanceType, Model: c.Model,
	}); err != nil {
		return 0, err
	}
	return alone.Charged(c.ID, w.from, w.to)
}
