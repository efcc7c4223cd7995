package controller

import (
	"maps"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
)

// fleet is what the replica last saw of EC2. It is a memory of looks, not a record: it may be lost.
type fleet struct {
	machines map[string]evidence.Machine // by id, as of the last look
	ran      map[string]meter.Instant    // by id: the last look that showed it running
	missing  map[string]int              // by id: how many looks in a row did not have it
	leases   map[string]meter.Instant    // by id: the lease that was written
	holding  map[string][]string         // by account: ids of machines that are stopped and held
	changed  map[string]bool             // accounts whose machines' leases are to be looked at
	unheld   map[string]bool             // ids that run and bear a hold
	toHold   map[meter.Cause][]string    // ids that ended by themselves, may not run, and are not held
}

func newFleet() fleet {
	return fleet{
		machines: map[string]evidence.Machine{}, ran: map[string]meter.Instant{}, missing: map[string]int{},
		leases: map[string]meter.Instant{}, holding: map[string][]string{}, changed: map[string]bool{}, unheld: map[string]bool{},
	}
}

// see takes in a complete look.
func (f *fleet) see(machines []evidence.Machine, seen meter.Instant) {
	before := f.machines
	f.machines = make(map[string]evidence.Machine, len(machines))
	f.holding, f.unheld, f.toHold = map[string][]string{}, map[string]bool{}, map[meter.Cause][]string{}
	for _, m := range machines {
		f.machines[m.ID] = m
		if m.Runs() {
			f.ran[m.ID] = seen
		}
		f.leases[m.ID] = m.Lease
		f.hold(m)
	}
	for id := range before {
		if _, there := f.machines[id]; !there {
			delete(f.leases, id)
		}
	}
	maps.DeleteFunc(f.ran, func(_ string, at meter.Instant) bool { return at.Add(forgetAfter) < seen })
}

// hold sorts a machine by whether it is held.
func (f *fleet) hold(m evidence.Machine) {
	switch {
	case m.Hold == "":
	case m.Runs():
		f.unheld[m.ID] = true
	case m.State == "stopped" || m.State == "stopping":
		if !slices.Contains(f.holding[m.Account], m.ID) {
			f.holding[m.Account] = append(f.holding[m.Account], m.ID)
		}
	}
}

// held are the machines of an account that are stopped and held.
func (f *fleet) held(account string) []evidence.Machine {
	var out []evidence.Machine
	for _, id := range f.holding[account] {
		out = append(out, f.machines[id])
	}
	return out
}

// stopped takes in that the replica has stopped a machine itself.
func (f *fleet) stopped(id, hold string) {
	m, seen := f.machines[id]
	if !seen {
		return
	}
	m.State, m.Hold = "stopping", hold
	f.machines[id] = m
	delete(f.unheld, id)
	f.hold(m)
}

// started takes in that the replica has started one that it held.
func (f *fleet) started(id string) {
	m, seen := f.machines[id]
	if !seen {
		return
	}
	f.holding[m.Account] = slices.DeleteFunc(f.holding[m.Account], func(held string) bool { return held == id })
}
