package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Limits that are named are set, the others stay, of the account and of a machine each for themselves; what is shown is what
// the API says.
func TestMeterLimit(t *testing.T) {
	t.Parallel()
	run := meterStore(t)
	shown := func(args ...string) (l meter.Limits) {
		t.Helper()
		var wire client.Limits
		out, errs, code := run("", append([]string{"limit", "alice", "--json"}, args...)...)
		if err := json.Unmarshal([]byte(out), &wire); err != nil || code != 0 {
			t.Fatal(out, errs, code, err)
		}
		l, err := wire.Meter()
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, c := range []struct {
		set  string
		read string // as is shown right after, beside what the setting itself says
		want meter.Limits
	}{
		{"--daily-cap 12.5 --zone Europe/Berlin", "", meter.Limits{DailyCap: 25 * pricebook.Credit / 2, Zone: "Europe/Berlin"}},
		{"--grace 1h", "", meter.Limits{DailyCap: 25 * pricebook.Credit / 2, Grace: time.Hour, Zone: "Europe/Berlin"}},
		{"--daily-cap 0 --max-session 4h", "", meter.Limits{MaxSession: 4 * time.Hour, Grace: time.Hour, Zone: "Europe/Berlin"}},
		{"--instance i-1 --max-session 8h", "--instance i-1", meter.Limits{MaxSession: 8 * time.Hour, Zone: "Europe/Berlin"}},
		{"--instance i-1 --grace 168h", "--instance i-1", meter.Limits{MaxSession: 8 * time.Hour, Grace: meter.MaxGrace, Zone: "Europe/Berlin"}},
		{"--instance i-1 --none", "--instance i-1", meter.Limits{Zone: "Europe/Berlin"}},
		{"--zone Asia/Tokyo", "", meter.Limits{MaxSession: 4 * time.Hour, Grace: time.Hour, Zone: "Asia/Tokyo"}},
		{"--none", "", meter.Limits{Zone: "UTC"}},
	} {
		for _, args := range []string{c.set, c.read} {
			if diff := cmp.Diff(c.want, shown(strings.Fields(args)...)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", args, diff)
			}
		}
	}
	if out, _, _ := run("", "limit", "alice", "--instance", "i-1", "--grace", "90m"); !strings.Contains(out, "i-1 of alice") ||
		!strings.Contains(out, "DAILY CAP         none\n") || !strings.Contains(out, "GRACE             1h30m0s\n") {
		t.Error(out)
	}
}

// A setting with a key counts once, although others came after it; another setting does not get its key.
func TestMeterLimitWithAKey(t *testing.T) {
	t.Parallel()
	run := meterStore(t)
	for _, args := range []string{"--max-session 4h", "--grace 1h --key k", "--max-session 5h", "--grace 2h"} {
		if out, errs, code := run("", append([]string{"limit", "alice"}, strings.Fields(args)...)...); code != 0 {
			t.Fatal(out, errs, code)
		}
	}
	out, errs, code := run("", "limit", "alice", "--grace", "1h", "--key", "k")
	if code != 0 || !strings.Contains(out, "set by k before") || !strings.Contains(out, "2h0m0s") || !strings.Contains(out, "5h0m0s") {
		t.Error(out, errs, code)
	}
	if out, errs, code := run("", "limit", "alice", "--grace", "3h", "--key", "k"); code != exitRefused || out != "" {
		t.Error(out, errs, code)
	}
}

// Of settings within a millisecond, or after one that lies ahead, the last one holds.
func TestMeterLimitAfterOneThatLiesAhead(t *testing.T) {
	t.Parallel()
	run := meterStore(t)
	ahead := fmt.Sprintf(`{"key":"z","kind":"limit","account":"alice","effective":%d,"limits":{"grace":%d}}`, meter.At(time.Now().Add(time.Hour)), time.Hour)
	if out, errs, code := run(ahead, "record"); code != 0 {
		t.Fatal(out, errs, code)
	}
	out, errs, code := run("", "limit", "alice", "--max-session", "4h")
	if code != 0 || !strings.Contains(out, "4h0m0s") || !strings.Contains(out, "1h0m0s") {
		t.Error(out, errs, code)
	}
}

// What makes no sense is refused before anything is set.
func TestMeterLimitBadInput(t *testing.T) {
	t.Parallel()
	run := meterStore(t)
	if _, errs, code := run("", "limit", "alice", "--grace", "1h"); code != 0 {
		t.Fatal(errs)
	}
	for args, want := range map[string]string{
		"alice --none --grace 1h":                   "leave the others out",
		"alice --key k":                             "--key is of limits that are set",
		"alice --instance i-1 --zone Europe/Berlin": "those of its account",
		"alice --grace 1500ms":                      "whole seconds",
		"alice --grace -1h":                         "want 1 to 604800",
		"alice --grace 169h":                        "want 1 to 604800",
		"alice --max-session 900000h":               "want 1 to",
		"alice --daily-cap ten":                     `"ten" is no number of credits`,
		"alice --daily-cap -1":                      "negative",
		"alice --zone Mars/Base":                    `"Mars/Base" is not known`,
		"a/b --grace 1h":                            "account",
	} {
		if out, errs, code := run("", append([]string{"limit"}, strings.Fields(args)...)...); code != exitUsage || !strings.Contains(errs, want) || out != "" {
			t.Errorf("%s: exit %d, %q %q; want %q", args, code, out, errs, want)
		}
	}
	if _, errs, code := run("", "limit", "bob"); code != exitNotFound || !strings.Contains(errs, `"bob"`) {
		t.Error(errs, code)
	}
	if out, _, _ := run("", "limit", "alice"); !strings.Contains(out, "GRACE             1h0m0s\n") {
		t.Error(out)
	}
}
