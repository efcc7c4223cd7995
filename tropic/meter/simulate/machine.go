package simulate

import (
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// fleet makes machines by their number.
type fleet struct {
	book          *pricebook.Book
	types, models []string
}

func newFleet(book *pricebook.Book) fleet {
	return fleet{book, book.InstanceTypes(), append(book.Models(), "")}
}

// start is the fact that machine n runs, from some time in the first interval on.
func (f fleet) start(n int) meter.Fact {
	const prime = 7919 // spreads starts over the interval
	at := epoch + meter.Instant(n*prime)%journal.Interval
	instance := fmt.Sprintf("i-%017x", n)
	return meter.Fact{
		Key: fmt.Sprintf("start:%s:%d", instance, at), Kind: meter.Start, Account: fmt.Sprintf("user_%024d", n), Instance: instance,
		Effective: at, Recorded: at + 900, InstanceType: f.types[n%len(f.types)], Model: f.models[n*31%len(f.models)],
		Confidence: meter.Confirmed, Evidence: "LaunchTime",
	}
}

// rate is what a machine costs, straight from the price list.
func (f fleet) rate(start *meter.Fact) pricebook.Rate {
	compute, _ := f.book.InstanceType(start.InstanceType, start.Effective.Time())
	model, _ := f.book.Model(start.Model, start.Effective.Time()) // none for an own key
	return compute + model
}

// shards sorts machines by the shard of their account.
func (f fleet) shards(instances int) [journal.Shards][]int32 {
	var out [journal.Shards][]int32
	for n := range instances {
		shard := journal.ShardOf(f.start(n).Account)
		out[shard] = append(out[shard], int32(n))
	}
	return out
}
