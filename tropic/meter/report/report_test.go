package report_test

import (
	"context"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

type facts []meter.Fact

func (f facts) Facts(context.Context, string) ([]meter.Fact, error) { return f, nil }

var noon = meter.At(time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC))

// alice has 1000 credits from noon on, and a machine that runs at 5 credits an hour.
var alice = facts{
	{Key: "g", Kind: meter.Grant, Account: "alice", Effective: noon, Amount: 1000 * pricebook.Credit, Reason: "=1+1\n\x1b[2J"},
	{Key: "s", Kind: meter.Start, Account: "alice", Effective: noon, Instance: "i-1", InstanceType: "t3.micro"},
}

func account(t *testing.T, f facts) *meter.Account {
	t.Helper()
	a, err := report.Account(t.Context(), f, pricebook.Published(), "alice")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// After an hour at 5 an hour, 995 are left for 199 hours; with a machine of 20 an hour beside it they last 39.8 hours.
func TestForecastAndPlan(t *testing.T) {
	t.Parallel()
	a, at := account(t, alice), noon.Add(time.Hour)
	b, err := report.Balance(a, at)
	if err != nil || b.Credits != "995" || b.Rate != 5000 || len(b.Grants) != 1 || b.Grants[0].Expires != nil || *b.Exhausted != client.Instant(noon.Add(200*time.Hour)) {
		t.Error(b, err)
	}
	f, err := report.Forecast(a, at)
	if err != nil || f.Quanta != 995*pricebook.Credit || len(f.Machines) != 1 || f.Machines[0].Deadline.Cause != meter.BalanceSpent || f.Machines[0].Deadline.At != *f.Exhausted {
		t.Error(f, err)
	}
	p, err := report.Planned(a, pricebook.Published(), at, client.MachinePlan{InstanceType: "t3.small"})
	if want := int64(995 * 3600 / 20); err != nil || p.Rate != 15000 || *p.Seconds != want || *p.Exhausted != client.Instant(at)+client.Instant(want*1000) {
		t.Error(p, err)
	}
	if again, err := report.Forecast(a, at); err != nil || len(again.Machines) != 1 {
		t.Error("asking about a machine started it:", again, err)
	}
	var unpriced *pricebook.UnpricedError
	if _, err := report.Planned(a, pricebook.Published(), at, client.MachinePlan{InstanceType: "t3.small", Model: "gpt"}); !errors.As(err, &unpriced) {
		t.Error(err)
	}
}

// An empty account lasts no second, and one with a debt neither.
func TestPlanWithoutCredits(t *testing.T) {
	t.Parallel()
	for _, f := range []facts{nil, alice[1:]} {
		p, err := report.Planned(account(t, f), pricebook.Published(), noon.Add(time.Hour), client.MachinePlan{InstanceType: "t3.micro"})
		if err != nil || p.Seconds == nil || *p.Seconds != 0 {
			t.Error(p, err)
		}
	}
}

// CSV and text add up to the closing balance; a reason neither becomes a formula nor moves a cursor.
func TestStatementDocuments(t *testing.T) {
	t.Parallel()
	core, err := account(t, alice).Statement(noon, noon.Add(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	s := report.Statement(&core)
	var sheet, text strings.Builder
	if err := errors.Join(report.WriteCSV(&sheet, s), report.WriteText(&text, s)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(sheet.String())).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	total := int64(s.Opening.Quanta)
	for _, row := range rows[1:] {
		quanta, err := strconv.ParseInt(row[7], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		total += quanta
		if strings.HasPrefix(row[6], "=") {
			t.Errorf("a formula: %q", row)
		}
	}
	if total != int64(s.Closing.Quanta) || s.Closing.Credits != "990" {
		t.Error(total, s.Closing)
	}
	if !strings.Contains(text.String(), "i-1, 2h0m0s at 5 credits/h") || !strings.Contains(text.String(), "Granted 1000, charged 10,") || strings.Contains(text.String(), "\x1b") {
		t.Error(text.String())
	}
}

// Bad facts are the store's fault, and not taken for a bad request.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	var unreadable *report.UnreadableError
	_, err := report.Account(t.Context(), facts{{Key: "x", Account: "alice"}}, pricebook.Published(), "alice")
	if !errors.As(err, &unreadable) || errors.Is(err, meter.ErrFact) {
		t.Error(err)
	}
}
