package main

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// tortureAccount is an account with one machine.
type tortureAccount struct {
	name, machine string
	kind          tortureKind
	topUp         time.Time     // of one that is rescued; zero when that was done
	asked         meter.Instant // the launch after which the meter was given enough to start the machine itself
}

// tortureKind is what happens to an account.
type tortureKind int

const (
	small   tortureKind = iota // its credits end, and it is given some more, a few times
	rich                       // has plenty; its machine is stopped and started behind the meter's back
	rescued                    // its credits would end, but it is given plenty in time
)

const (
	tortureSmall   = 8
	tortureRich    = 6
	tortureRescued = 3
)

// perSecond is what a t3.micro costs.
const perSecond = pricebook.Amount(5_000 * 1000)

func (x *torture) openAccounts() {
	x.t.Helper()
	open := func(kind tortureKind, name string, amount pricebook.Amount) *tortureAccount {
		x.bank.give(name, amount)
		a := &tortureAccount{name: name, kind: kind, machine: x.cloud.launch(name, ec2types.InstanceTypeT3Micro)}
		x.accounts = append(x.accounts, a)
		return a
	}
	for i := range tortureSmall {
		open(small, fmt.Sprintf("small-%d", i), x.seconds(3, 15))
	}
	for i := range tortureRich {
		open(rich, fmt.Sprintf("rich-%d", i), 1000*pricebook.Credit)
	}
	for i := range tortureRescued {
		open(rescued, fmt.Sprintf("rescued-%d", i), x.seconds(18, 22)).topUp = time.Now().Add(time.Duration(i+1) * 2 * time.Second)
	}
}

// seconds is what some seconds cost.
func (x *torture) seconds(from, to int64) pricebook.Amount {
	return pricebook.Amount(from*1000+x.random.Int64N((to-from)*1000)) * perSecond / 1000
}

// step does something with one account.
func (x *torture) step() {
	x.t.Helper()
	for _, a := range x.accounts {
		if !a.topUp.IsZero() && time.Now().After(a.topUp) {
			x.bank.give(a.name, 1000*pricebook.Credit)
			a.topUp = time.Time{}
		}
	}
	a := x.accounts[x.random.IntN(len(x.accounts))]
	launched, ended, state := x.last(a)
	switch {
	case a.kind == small && state == "stopped" && x.random.IntN(6) == 0 && a.asked != launched:
		a.asked = launched // the meter is to start it, when that is enough for a minute
		x.bank.give(a.name, x.seconds(63, 75))
	case a.kind == small && state == "stopped" && a.asked == launched: // it was not: there was a debt
		if x.random.IntN(10) == 0 {
			x.bank.give(a.name, x.seconds(3, 12))
		}
	case a.kind == small && state == "stopped" && x.knows(a, launched, ended):
		x.bank.give(a.name, x.seconds(3, 12))
		x.power(a, true)
	case a.kind == rich && state == "stopped" && x.knows(a, launched, ended):
		x.power(a, true)
	case a.kind == rich && state == "running" && x.knows(a, launched, 0):
		x.power(a, false)
	}
}

// last is when an account's machine was launched last, when that session ended, and in which state it is.
func (x *torture) last(a *tortureAccount) (launched, ended meter.Instant, state string) {
	for at, end := range x.cloud.sessions[a.machine] {
		if at > launched {
			launched, ended = at, end
		}
	}
	return launched, ended, x.cloud.state[a.machine]
}

// power is what a user does in the console.
func (x *torture) power(a *tortureAccount, on bool) {
	x.t.Helper()
	var err error
	if on {
		_, err = x.cloud.ec2.StartInstances(x.t.Context(), &ec2.StartInstancesInput{InstanceIds: []string{a.machine}})
	} else {
		_, err = x.cloud.ec2.StopInstances(x.t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{a.machine}})
	}
	must(x.t, err)
}

// knows tells whether the meter has recorded that a machine began a session and, by EC2's own instant, ended it. Who stops
// and starts a machine between two looks of the meter leaves no trace in EC2 of when it stopped; that is not what is tested.
func (x *torture) knows(a *tortureAccount, launched, ended meter.Instant) bool {
	facts, err := x.store.Facts(x.t.Context(), a.name)
	if err != nil {
		return false // the database is down
	}
	began, stopped := false, ended == 0
	for i := range facts {
		f := &facts[i]
		began = began || f.Kind == meter.Start && f.Effective == launched
		stopped = stopped || f.Kind == meter.Stop && f.Effective >= launched && f.Effective <= ended+1
	}
	return launched > 0 && began && stopped
}
