package meter

import (
	"cmp"
	"slices"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Statement says what became of an account's credits in [From, To): Opening plus the amounts of the lines is Closing,
// exactly.
type Statement struct {
	Account  string           `json:"account"`
	From     Instant          `json:"from"`
	To       Instant          `json:"to"`
	Opening  pricebook.Amount `json:"opening"` // quanta; less than zero when there was a debt
	Closing  pricebook.Amount `json:"closing"`
	Lines    []Line           `json:"lines"` // by instant
	Granted  pricebook.Amount `json:"granted"`
	Charged  pricebook.Amount `json:"charged"` // by machines
	Adjusted pricebook.Amount `json:"adjusted"`
	Expired  pricebook.Amount `json:"expired"`
}

// Entry is what a line of a statement is about.
type Entry string

// The kinds of lines.
const (
	GrantEntry  Entry = "grant"
	AdjustEntry Entry = "adjustment"
	ExpiryEntry Entry = "expiry"
	ChargeEntry Entry = "charge"
)

// Line is one reason for a change of the balance.
type Line struct {
	At       Instant          `json:"at"`
	Until    Instant          `json:"until,omitempty"` // of a charge: it is for [At, Until)
	Entry    Entry            `json:"entry"`
	Instance string           `json:"instance,omitempty"` // of a charge
	Rate     pricebook.Rate   `json:"rate,omitempty"`     // of a charge, milli-credits per hour
	Key      string           `json:"key,omitempty"`      // of the fact behind the others
	Reason   string           `json:"reason,omitempty"`
	Amount   pricebook.Amount `json:"amount"` // quanta; less than zero when it takes credits away
}

// Statement works out the statement of a stretch of time.
func (a *Account) Statement(from, to Instant) (Statement, error) {
	before, err := a.Wallet(from)
	if err != nil {
		return Statement{}, err
	}
	after, err := a.Wallet(max(from, to))
	if err != nil {
		return Statement{}, err
	}
	s := Statement{Account: a.name, From: from, To: max(from, to), Opening: before.Balance(), Closing: after.Balance()}
	for _, l := range append(a.fundLines(), lapses(after.lapsed)...) {
		// a wallet holds what happens at its very instant; a statement leaves that to the next one
		if l.At == s.From {
			s.Opening -= l.Amount
		}
		if l.At == s.To {
			s.Closing -= l.Amount
		}
		if l.At >= s.From && l.At < s.To {
			s.Lines = append(s.Lines, l)
		}
	}
	charges, err := a.chargeLines(s.From, s.To)
	if err != nil {
		return Statement{}, err
	}
	s.Lines = append(s.Lines, charges...)
	slices.SortFunc(s.Lines, byLine)
	s.total()
	return s, nil
}

// fundLines are the lines of all grants and adjustments.
func (a *Account) fundLines() []Line {
	out := make([]Line, 0, len(a.funds))
	for _, f := range a.funds {
		l := Line{At: f.Effective, Entry: GrantEntry, Key: f.Key, Reason: f.Reason, Amount: f.Amount}
		if f.Kind == Adjust {
			l.Entry = AdjustEntry
		}
		out = append(out, l)
	}
	return out
}

func lapses(list []lapse) []Line {
	out := make([]Line, len(list))
	for i, l := range list {
		out[i] = Line{At: l.at, Entry: ExpiryEntry, Key: l.key, Amount: -l.amount}
	}
	return out
}

// chargeLines has a line for each segment that lies in [from, to), at least in part.
func (a *Account) chargeLines(from, to Instant) ([]Line, error) {
	var out []Line
	for _, m := range a.machines {
		for _, s := range m.from(from) {
			length := s.within(from, to)
			if length == 0 {
				break
			}
			cost, err := s.Rate.Over(int64(length))
			if err != nil {
				return nil, err
			}
			begin := max(s.From, from)
			out = append(out, Line{At: begin, Until: begin + length, Entry: ChargeEntry, Instance: s.Instance, Rate: s.Rate, Amount: -cost})
		}
	}
	return out, nil
}

// total adds the lines up by their kind.
func (s *Statement) total() {
	for i := range s.Lines {
		switch l := &s.Lines[i]; l.Entry {
		case GrantEntry:
			s.Granted += l.Amount
		case AdjustEntry:
			s.Adjusted += l.Amount
		case ExpiryEntry:
			s.Expired -= l.Amount
		case ChargeEntry:
			s.Charged -= l.Amount
		}
	}
}

func byLine(a, b Line) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Until, b.Until), cmp.Compare(a.Instance, b.Instance), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Key, b.Key))
}
