package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// tortureBank gives credits, and keeps what was acknowledged.
type tortureBank struct {
	t       *testing.T
	store   *store.Store
	address string
	random  *rand.Rand // of the giver alone

	mu    sync.Mutex
	given map[string]map[string]meter.Fact // by account and key
	acked map[string]map[string]time.Time  // when it was
	count int
	again int // grants that were given once more, without effect
}

func newTortureBank(t *testing.T, s *store.Store, address string, seed uint64) *tortureBank {
	return &tortureBank{
		t: t, store: s, address: address, random: rand.New(rand.NewPCG(seed, 3)),
		given: map[string]map[string]meter.Fact{}, acked: map[string]map[string]time.Time{},
	}
}

// give gives credits, again and again by the same key until that is acknowledged.
func (b *tortureBank) give(account string, amount pricebook.Amount) {
	b.mu.Lock()
	b.count++
	f := meter.Fact{Key: fmt.Sprintf("grant:%d", b.count), Kind: meter.Grant, Account: account, Effective: meter.At(time.Now()), Amount: amount}
	b.mu.Unlock()
	if !insist(b.t, b.store, f) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.given[account] == nil {
		b.given[account], b.acked[account] = map[string]meter.Fact{}, map[string]time.Time{}
	}
	b.given[account][f.Key], b.acked[account][f.Key] = f, time.Now()
}

// insist adds a fact, again and again until that is acknowledged.
func insist(t *testing.T, s *store.Store, f meter.Fact) bool {
	for end := time.Now().Add(time.Minute); ; <-time.After(50 * time.Millisecond) {
		_, err := s.Append(t.Context(), f)
		if err == nil {
			return true
		}
		if time.Now().After(end) {
			t.Errorf("fact %s of %s was not taken for a minute: %v", f.Key, f.Account, err)
			return false
		}
	}
}

// command gives credits as a person does, once: what the command acknowledges counts.
func (b *tortureBank) command(account string) {
	self, err := os.Executable()
	if err != nil {
		b.t.Error(err)
		return
	}
	b.mu.Lock()
	b.count++
	key := fmt.Sprintf("order:%d", b.count)
	b.mu.Unlock()
	for range 100 {
		cmd := exec.CommandContext(b.t.Context(), self, "meter", "grant", account, "2", "--key", key)
		cmd.Env = append(os.Environ(), asTropic+"=1", "TROPIC_METER_STORE="+b.address)
		if cmd.Run() == nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.given[account][key] = meter.Fact{Key: key, Kind: meter.Grant, Account: account, Amount: 2 * pricebook.Credit}
			return
		}
	}
	b.t.Errorf("tropic meter grant %s did not succeed in 100 attempts", account)
}

// giveAllTheTime gives credits to accounts that have plenty, whatever happens meanwhile, until the function it returns is
// called. Some are given twice, by the same key.
func (b *tortureBank) giveAllTheTime() (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(60 * time.Millisecond)
		defer tick.Stop()
		for n := 1; ; n++ {
			select {
			case <-end:
				return
			case <-tick.C:
			}
			account := fmt.Sprintf("rich-%d", b.random.IntN(tortureRich))
			if n%60 == 0 {
				b.command(account)
				continue
			}
			b.give(account, pricebook.Credit)
			if n%4 == 0 {
				b.repeat(account)
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}

// repeat gives one more time what an account was given.
func (b *tortureBank) repeat(account string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.given[account] { // any
		if f.Effective == 0 {
			continue // by the command
		}
		if n, err := b.store.Append(b.t.Context(), f); err == nil && n != 0 {
			b.t.Errorf("grant %s of %s was given twice", f.Key, account)
		}
		b.again++
		return
	}
}
