package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store/postgrestest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// torture is a meter that is not left in peace: real processes of tropic meter serve that are killed, stopped and let go on,
// on a database that crashes, with an EC2 that fails, while credits are given and machines are started and stopped.
type torture struct {
	t        *testing.T
	random   *rand.Rand
	cloud    *tortureCloud
	store    *store.Store
	address  string
	server   *postgrestest.Server // nil for SQLite
	replicas []*tortureReplica
	least    dose
	bank     *tortureBank
	accounts []*tortureAccount

	kills, crashes, pauses, own int // what was done; own counts processes that ended by themselves
}

// dose is what a run is to have met at least.
type dose struct {
	time           time.Duration
	kills, crashes int // crashes of PostgreSQL
}

// The doses of the test run. TROPIC_TORTURE is for how long to go on instead.
var (
	serviceDose = dose{12 * time.Second, 20, 2}
	singleDose  = dose{12 * time.Second, 10, 0}
	tickDose    = dose{8 * time.Second, 10, 1}
)

const (
	tortureEnv    = "TROPIC_TORTURE"
	tortureSeed   = "TROPIC_TORTURE_SEED"
	tortureSettle = 90 * time.Second
)

// Two replicas on PostgreSQL, and one on SQLite, are tortured and left in peace again. Then:
//
//   - nothing is lost: each grant that was acknowledged is there once, and no other;
//   - nothing is charged twice: each chain is replayed whole, and its lines are what the facts say; sessions in the ledger are
//     those that EC2 had, to a second each;
//   - exactly the sessions whose credits ended have a stop that is done, and the meter never asked EC2 to hold or stop a
//     machine with credits;
//   - the same facts and ticks give the same chain on SQLite, to the last hash.
//
// Ticks are five minutes apart: those that fall into the run are posted by the replicas, and the last one by the test, by the
// same code. TestMeterTickTorture posts many ticks while it kills.
func TestMeterTorture(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server := postgrestest.Run(t)
		newTorture(t, server.Address(), server, 2, serviceDose).run()
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		newTorture(t, "sqlite:"+filepath.Join(t.TempDir(), "meter.db"), nil, 1, singleDose).run()
	})
}

// tortureSeedOf is the seed of a run, which the environment may set. It decides what is done, not how processes interleave.
func tortureSeedOf(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(tortureSeed); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		must(t, err)
	}
	t.Logf("%s=%d", tortureSeed, seed)
	return seed
}

// prolonged is the dose, or more of it if the environment says so.
func (d dose) prolonged(t *testing.T) dose {
	t.Helper()
	text := os.Getenv(tortureEnv)
	if text == "" {
		return d
	}
	var err error
	d.time, err = time.ParseDuration(text)
	must(t, err)
	return d
}

func newTorture(t *testing.T, address string, server *postgrestest.Server, replicas int, least dose) *torture {
	t.Helper()
	seed := tortureSeedOf(t)
	s, err := store.Open(t.Context(), address, pricebook.Published())
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	x := &torture{
		t: t, least: least.prolonged(t), random: rand.New(rand.NewPCG(seed, 1)),
		cloud: newTortureCloud(t, seed), store: s, address: address, server: server, bank: newTortureBank(t, s, address, seed),
	}
	x.openAccounts()
	for i := range replicas {
		x.replicas = append(x.replicas, newTortureReplica(t, "replica-"+strconv.Itoa(i), address, x.cloud.env()))
	}
	return x
}

// run tortures the service, leaves it in peace until nothing is left to do, and checks all.
func (x *torture) run() {
	x.t.Helper()
	begin, nextStep := time.Now(), time.Time{}
	stopGiving := x.bank.giveAllTheTime()
	x.endure(func() {
		x.cloud.look()
		if now := time.Now(); now.After(nextStep) {
			x.step()
			nextStep = now.Add(time.Duration(x.random.Int64N(int64(500 * time.Millisecond))))
		}
	})
	stopGiving()
	x.await(func() string {
		x.cloud.look()
		return x.left()
	})
	for _, r := range x.replicas {
		r.end()
	}
	x.cloud.look()
	x.check()
	calls, faults := x.cloud.load()
	x.t.Logf("%s: %d SIGKILLs, %d database crashes, %d SIGSTOPs, %d processes ended by themselves; %d calls to EC2, %d of them failed",
		time.Since(begin).Round(time.Second), x.kills, x.crashes, x.pauses, x.own, calls, faults)
}

// endure tortures the replicas for the time that was asked for, and until enough has happened, and does something else ten
// times a second.
func (x *torture) endure(do func()) {
	x.t.Helper()
	begin, nextBlow := time.Now(), time.Now()
	limit := x.least.time + 3*time.Minute
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !x.t.Failed() && (time.Since(begin) < x.least.time || x.kills < x.least.kills || x.crashes < x.least.crashes) {
		<-tick.C
		if time.Since(begin) > limit {
			x.t.Fatalf("within %s there were only %d kills and %d crashes", limit, x.kills, x.crashes)
		}
		do()
		x.keep()
		if time.Now().After(nextBlow) {
			x.blow()
			nextBlow = time.Now().Add(200*time.Millisecond + time.Duration(x.random.Int64N(int64(800*time.Millisecond))))
		}
	}
}

// keep starts replicas anew that ended by themselves.
func (x *torture) keep() {
	x.t.Helper()
	for _, r := range x.replicas {
		if r.keep() {
			x.own++
		}
	}
}

// blow does one bad thing to a process or to the database.
func (x *torture) blow() {
	x.t.Helper()
	r := x.replicas[x.random.IntN(len(x.replicas))]
	switch dice := x.random.IntN(10); {
	case x.server != nil && (dice == 0 || x.crashes < x.least.crashes*x.kills/x.least.kills):
		x.crash()
	case dice < 3: // for longer than its lease, mostly
		r.pause(200*time.Millisecond + time.Duration(x.random.Int64N(int64(3*time.Second))))
		x.pauses++
	default:
		r.kill()
		x.kills++
	}
}

func (x *torture) crash() {
	x.t.Helper()
	must(x.t, x.server.Crash(x.t.Context()))
	select { // as long as it likes
	case <-time.After(time.Duration(x.random.Int64N(int64(time.Second)))):
	case <-x.t.Context().Done():
	}
	must(x.t, x.server.Restart(x.t.Context()))
	x.crashes++
}

// await leaves the replicas in peace until nothing is left to do; those that sleep wake up by themselves.
func (x *torture) await(left func() string) {
	x.t.Helper()
	deadline := time.Now().Add(tortureSettle)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		<-tick.C
		x.keep()
		what := left()
		if what == "" {
			return
		}
		if time.Now().After(deadline) {
			x.t.Errorf("%s after the torture: %s", tortureSettle, what)
			return
		}
	}
}
