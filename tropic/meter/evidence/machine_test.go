package evidence_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/evidence"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

func TestTagsOfLimits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]pricebook.Amount{
		"": 0, " ": 0, "100": 100 * pricebook.Credit, "12.5": 12*pricebook.Credit + pricebook.Credit/2,
		"0": -1, "-1": -1, "ten": -1, "1e3": -1, "0.00000000001": -1, "1000000000000": -1,
	} {
		got, err := evidence.ParseDailyCap(id, "tropic:daily-credit-cap", text)
		checkTag(t, "tropic:daily-credit-cap", text, err, want < 0)
		if got != max(want, 0) {
			t.Errorf("cap %q is %d quanta, want %d", text, got, max(want, 0))
		}
	}
	for text, want := range map[string]time.Duration{
		"": 0, "8h": 8 * time.Hour, "90m": 90 * time.Minute, "1ms": time.Millisecond,
		"0s": -1, "-8h": -1, "8": -1, "1us": -1, "a day": -1, "9999999h": -1,
	} {
		got, err := evidence.ParseMaxSession(id, "tropic:max-session", text)
		checkTag(t, "tropic:max-session", text, err, want < 0)
		if got != max(want, 0) {
			t.Errorf("session %q is %s, want %s", text, got, max(want, 0))
		}
	}
}

// checkTag wants an error that names machine, tag and text, or none.
func checkTag(t *testing.T, tag, text string, err error, wrong bool) {
	t.Helper()
	var typed *evidence.TagError
	switch {
	case !wrong && err != nil:
		t.Errorf("%s %q: %v", tag, text, err)
	case wrong && (!errors.As(err, &typed) || typed.Machine != id || typed.Tag != tag || typed.Text != text):
		t.Errorf("%s %q: %v, want a *TagError", tag, text, err)
	case wrong && !strings.Contains(err.Error(), id):
		t.Errorf("%s %q: %v does not name the machine", tag, text, err)
	}
}
