package journal

import (
	"fmt"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Posting is a line in words: what the account pays for a machine up to an instant, beyond what it paid before.
type Posting struct {
	Account, Instance string
	Through           meter.Instant
	Amount            pricebook.Amount
}

// Key names the posting: there is one at most of a machine and a tick.
func (p Posting) Key() string { return fmt.Sprintf("charge:%s:%d", p.Instance, int64(p.Through)) }

// Revenue is the book that charges are credited to.
const Revenue = "revenue"

// Entry is one side of a posting. A debit is less than zero.
type Entry struct {
	Book   string
	Amount pricebook.Amount
}

// Entries are the two sides: the wallet is debited, revenue credited. Their sum is zero.
func (p Posting) Entries() [2]Entry {
	return [2]Entry{{"wallet:" + p.Account, -p.Amount}, {Revenue, p.Amount}}
}
