package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// meterStore is a new ledger, and how to call the meter on it.
func meterStore(t *testing.T) func(stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	address := "sqlite:" + filepath.Join(t.TempDir(), "meter.db")
	return func(stdin string, args ...string) (string, string, int) {
		return call(t, stdin, append([]string{"meter", "--store", address}, args...)...)
	}
}

// Two hours of a machine with Sonnet (55 credits an hour) out of 1,000 credits: balance, statement and CSV agree.
func TestMeterLedger(t *testing.T) {
	t.Parallel()
	run := meterStore(t)
	if out, errs, code := run("", "grant", "alice", "1000", "--cost-cents", "2500", "--key", "order-1", "--reason", "package"); code != 0 || !strings.Contains(out, "1000 credits given to alice") {
		t.Fatal(out, errs, code)
	}
	// the machine ran before the credits came: late evidence counts all the same
	start := meter.At(time.Now().Add(-3 * time.Hour))
	facts := fmt.Sprintf(`{"key":"s","kind":"start","account":"alice","instance":"i-1","effective":%d,"instance_type":"t3.micro","model":"anthropic/claude-sonnet-4-6"}

{"key":"e","kind":"stop","account":"alice","instance":"i-1","effective":%d}
`, start, start.Add(2*time.Hour))
	for _, want := range []string{"2 of 2 facts are new", "0 of 2 facts are new"} {
		if out, errs, code := run(facts, "record"); code != 0 || !strings.Contains(out, want) {
			t.Fatal(out, errs, code)
		}
	}
	out, errs, code := run("", "balance", "alice")
	if code != 0 || !strings.Contains(out, "alice has 890 credits") || !strings.Contains(out, "No machine runs") || !strings.Contains(out, "order-1") {
		t.Error(out, errs, code)
	}
	var s client.Statement
	out, errs, code = run("", "statement", "alice", "--json")
	if err := json.Unmarshal([]byte(out), &s); err != nil || s.Closing != client.MoneyOf(890*pricebook.Credit) || s.Charged != client.MoneyOf(110*pricebook.Credit) || len(s.Lines) != 2 {
		t.Error(out, errs, code, err)
	}
	if out, _, _ = run("", "statement", "alice"); !strings.Contains(out, "i-1, 2h0m0s at 55 credits/h") || !strings.Contains(out, "Granted 1000, charged 110,") {
		t.Error(out)
	}
	if out, _, _ = run("", "statement", "alice", "--csv"); !strings.Contains(out, "charge,i-1,55000,,,-396000000000,-110\n") {
		t.Error(out)
	}
	if out, _, _ = run("", "forecast", "alice"); !strings.Contains(out, "No machine of alice runs") {
		t.Error(out)
	}
}

// A running machine's end is foreseen to the millisecond.
func TestMeterForecast(t *testing.T) {
	t.Parallel()
	run := meterStore(t)
	start := meter.At(time.Now().Add(-time.Hour))
	facts := fmt.Sprintf(`{"key":"g","kind":"grant","account":"bob","effective":%d,"amount":%d}
{"key":"s","kind":"start","account":"bob","instance":"i-1","effective":%d,"instance_type":"t3.small"}
`, start, 30*pricebook.Credit, start)
	if out, errs, code := run(facts, "record"); code != 0 {
		t.Fatal(out, errs, code)
	}
	var f client.Forecast
	out, _, _ := run("", "--json", "forecast", "bob")
	if err := json.Unmarshal([]byte(out), &f); err != nil || len(f.Machines) != 1 || f.Machines[0].Deadline == nil {
		t.Fatal(out, err)
	}
	if d := f.Machines[0].Deadline; meter.Instant(d.At) != start.Add(2*time.Hour) || d.Cause != meter.BalanceSpent {
		t.Error(out)
	}
	if out, _, _ := run("", "balance", "bob"); !strings.Contains(out, "spend 15 credits an hour; that lasts until "+start.Add(2*time.Hour).String()) {
		t.Error(out)
	}
}

// What is wrong is said, with the exit code that help lists, and the ledger is as before.
func TestMeterBadInput(t *testing.T) {
	t.Parallel()
	run := meterStore(t)
	if _, errs, code := run("", "grant", "alice", "10", "--key", "k"); code != 0 {
		t.Fatal(errs)
	}
	for _, c := range []struct {
		stdin string
		args  string
		code  int
		want  string
	}{
		{"", "grant alice ten", exitUsage, `"ten" is no number of credits`},
		{"", "grant alice 0", exitUsage, "a grant of 0 credits is none"},
		{"", "grant alice 999999999999", exitUsage, "overflows"},
		{"", "grant alice 0.0000000001", exitUsage, "not a whole number of quanta"},
		{"", "grant alice 5 --expires tomorrow", exitUsage, `"tomorrow" is no instant`},
		{"", "grant alice 5 --expires 2001-01-01", exitUsage, "expires before it is given"},
		{"", "grant alice 11 --key k", exitRefused, "another fact has its key"},
		{"", "balance bob", exitNotFound, `"bob"; there are ["alice"]`},
		{"", "statement alice --from 2026-02-01 --to 2026-01-01", exitUsage, "before it begins"},
		{"{oops", "record", exitUsage, "line 1"},
		{"{\"key\":\"a\"}\n{\"keys\":1}", "record", exitUsage, `line 2: json: unknown field "keys"`},
		{`{"key":"s","kind":"start","account":"alice","instance":"i","effective":1764072000000,"instance_type":"m5.metal"}`, "record", exitUsage, "m5.metal"},
	} {
		out, errs, code := run(c.stdin, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("%s: exit %d, %q %q; want %d, %q", c.args, code, out, errs, c.code, c.want)
		}
	}
	if out, _, _ := run("", "balance", "alice"); !strings.Contains(out, "alice has 10 credits") {
		t.Error(out)
	}
	if out, _, _ := run("", "grant", "alice", "10", "--key", "k"); !strings.Contains(out, "given to alice before") {
		t.Error(out)
	}
}

// The ledger may be read by its owner alone.
func TestMeterFileIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "meter.db")
	if _, errs, code := call(t, "", "meter", "--store", "sqlite:"+path, "grant", "a", "1"); code != 0 {
		t.Fatal(errs)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	if _, errs, code := call(t, "", "meter", "--store", "mongodb://u:hunter2@h/x", "balance", "a"); code != exitUsage || strings.Contains(errs, "hunter2") {
		t.Error(errs, code)
	}
}
