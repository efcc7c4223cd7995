package api_test

import (
	"strings"
	"testing"
)

// What makes no sense is refused with what is wrong, and changes nothing.
func TestBadRequests(t *testing.T) {
	t.Parallel()
	s := begin(t, generous)
	s.give("a", "10")
	const a = "/v1/accounts/a"
	nested := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", a + "/grants", `{"credits":"-5"}`, 422, "is none"},
		{"POST", a + "/grants", `{"credits":"0"}`, 422, "is none"},
		{"POST", a + "/grants", `{"credits":"0.0000000001"}`, 422, "finer than a quantum"},
		{"POST", a + "/grants", `{"credits":"999999999999"}`, 422, "more than an amount can hold"},
		{"POST", a + "/grants", `{"credits":"100000000.1"}`, 422, "is more than 100000000"},
		{"POST", a + "/grants", `{"credits":"1e5"}`, 400, "pattern"},
		{"POST", a + "/grants", `{"credits":"1e999999999"}`, 400, "pattern"},
		{"POST", a + "/grants", `{"credits":"NaN"}`, 400, "pattern"},
		{"POST", a + "/grants", `{"credits":" 1"}`, 400, "pattern"},
		{"POST", a + "/grants", `{"credits":1000}`, 400, "type"},
		{"POST", a + "/grants", `{"credits":1e999999999}`, 400, ""},
		{"POST", a + "/grants", `{"credits":"1","cost_cents":1e999999999}`, 400, ""},
		{"POST", a + "/grants", `{"credits":"1","cost_cents":9223372036854775808}`, 400, ""},
		{"POST", a + "/grants", `{"credits":"1","cost_cents":-1}`, 400, "minimum"},
		{"POST", a + "/grants", `{"credits":"1","cost_cents":0.5}`, 400, "type"},
		{"POST", a + "/grants", `{"credits":"1","priority":9223372036854775807}`, 400, ""},
		{"POST", a + "/grants", `{"credits":"1","expires":"tomorrow"}`, 400, "format"},
		{"POST", a + "/grants", `{"credits":"1","expires":"2026-02-30T00:00:00Z"}`, 400, ""},
		{"POST", a + "/grants", `{"credits":"1","expires":"2001-01-01T00:00:00Z"}`, 422, "expires before it is given"},
		{"POST", a + "/grants", `{"credits":"1","expires":"1970-01-01T00:00:00Z"}`, 422, "expires before it is given"},
		{"POST", a + "/grants", `{"credits":"1","gift":true}`, 400, "member that is not known"},
		{"POST", a + "/grants", `{"credits":"1","Credits":"2"}`, 400, "member that is not known"},
		{"POST", a + "/grants", `{"credits":"1","credits":"2"}`, 400, "each member once"},
		{"POST", a + "/grants", `{"credits":"1"}{"credits":"2"}`, 400, ""},
		{"POST", a + "/grants", `{}`, 400, "required"},
		{"POST", a + "/grants", ``, 400, "missing"},
		{"POST", a + "/grants", `null`, 400, ""},
		{"POST", a + "/grants", `[]`, 400, "type"},
		{"POST", a + "/grants", `{"credits":"1"`, 400, "cannot be read"},
		{"POST", a + "/grants", "{\"credits\":\"1\",\"reason\":\"\xff\"}", 400, ""},
		{"POST", a + "/grants", nested, 400, ""},
		{"POST", a + "/adjustments", `{"credits":"0","reason":"r"}`, 422, "changes nothing"},
		{"POST", a + "/adjustments", `{"credits":"1"}`, 400, "required"},
		{"POST", a + "/adjustments", `{"credits":"1","reason":" "}`, 422, "needs a reason"},
		{"POST", a + "/adjustments", `{"credits":"-100000001","reason":"r"}`, 422, "is more than"},
		{"PUT", a + "/limits", `{"zone":"Mars/Olympus"}`, 422, "IANA"},
		{"PUT", a + "/limits", `{"zone":"Local"}`, 422, "IANA"},
		{"PUT", a + "/limits", `{"zone":"../../etc/passwd"}`, 400, "pattern"},
		{"PUT", a + "/limits", `{"daily_cap_credits":"0"}`, 422, "is none"},
		{"PUT", a + "/limits", `{"daily_cap_credits":"1","daily_cap_quanta":"1"}`, 422, "give one of them"},
		{"PUT", a + "/limits", `{"daily_cap_quanta":7}`, 400, "type"},
		{"PUT", a + "/limits", `{"daily_cap_quanta":"9223372036854775808"}`, 400, "in its range"},
		{"PUT", a + "/limits", `{"max_session_seconds":-1}`, 422, "want 1 to"},
		{"PUT", a + "/limits", `{"control_plane_loss_grace_seconds":0}`, 422, "want 1 to"},
		{"PUT", a + "/limits", `{"control_plane_loss_grace_seconds":604801}`, 422, "want 1 to 604800"},
		{"PUT", a + "/limits", `{"max_session_seconds":9223372036854775807}`, 422, "want 1 to"},
		{"PUT", a + "/limits?instance=", `{}`, 400, "instance"},
		{"POST", a + "/tokens", `{"name":""}`, 400, "minLength"},
		{"GET", a + "/forecast?instance_type=m5.metal", "", 422, `instance type "m5.metal" has no price`},
		{"GET", a + "/forecast?instance_type=t3.micro&model=gpt-5", "", 422, `model "gpt-5" has no price`},
		{"GET", a + "/forecast?model=anthropic/claude-haiku-4-5", "", 422, "has no price"},
		{"GET", a + "/balance?at=yesterday", "", 400, "at, in the request's query"},
		{"GET", a + "/balance?at=1969-12-31T23:59:59Z", "", 422, "before 1970"},
		{"GET", a + "/balance?at=2026-01-01T00:00:00.0001Z", "", 400, "no finer than a millisecond"},
		{"GET", a + "/balance?when=2026-01-01T00:00:00Z", "", 400, "known are"},
		{"GET", a + "/balance?at=2026-01-01T00:00:00Z&at=2027-01-01T00:00:00Z", "", 400, "more than once"},
		{"GET", a + "/balance?at=%zz", "", 400, "cannot be read"},
		{"GET", a + "/statement?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "", 422, "would end before it begins"},
		{"GET", "/v1/accounts?limit=0", "", 400, "minimum"},
		{"GET", "/v1/accounts?limit=1001", "", 400, "maximum"},
		{"GET", "/v1/accounts?limit=99999999999999999999", "", 400, ""},
		{"GET", "/v1/accounts/a%2Fb/balance", "", 400, "no slash"},
		{"GET", "/v1/accounts/a%0Ab/balance", "", 400, "no slash"},
		{"GET", "/v1/accounts/" + strings.Repeat("a", 129) + "/balance", "", 400, "128"},
		{"GET", "/v1/accounts/%ff/balance", "", 400, "UTF-8"},
		{"GET", "/v1/accounts//balance", "", 404, "no such path"},
		{"GET", "/v1/accounts/../accounts", "", 404, "no such path"},
		{"PATCH", a + "/limits", `{}`, 404, "no such path"},
		{"GET", a + "/ballance", "", 404, "no such path"},
		{"GET", "/v1/accounts/b/balance", "", 404, `no account "b"`},
		{"GET", "/v1/accounts/b/tokens", "", 404, `no account "b"`},
	} {
		status, answer, _ := s.call(c.method, c.path, c.body)
		said := strings.ReplaceAll(answer, `\"`, `"`)
		if status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("%s %s %.80s: %d %s want %d %q", c.method, c.path, c.body, status, answer, c.status, c.want)
		}
	}
	s.has("a", 10)
	if facts, err := s.store.Facts(t.Context(), "a"); err != nil || len(facts) != 1 {
		t.Error(facts, err)
	}
}

// A write says which one it is, in what form its body comes, and has no more than 64 KiB.
func TestWriteHeaders(t *testing.T) {
	t.Parallel()
	s := begin(t, generous)
	const grants, body = "/v1/accounts/a/grants", `{"credits":"1"}`
	for _, key := range []string{"", "two words", "ü", strings.Repeat("k", 201)} {
		for _, c := range calls("a")[4:8] {
			if c[0] == "GET" {
				continue
			}
			if status, answer, _ := s.call(c[0], c[1], c[2], "Idempotency-Key", key); status != 400 || !strings.Contains(answer, "Idempotency-Key") {
				t.Errorf("%s %s, key %q: %d %s", c[0], c[1], key, status, answer)
			}
		}
	}
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded"} {
		if status, answer, _ := s.call("POST", grants, body, "Content-Type", kind); status != 400 {
			t.Errorf("%q: %d %s", kind, status, answer)
		}
	}
	fits := `{"credits":"1"` + strings.Repeat(" ", 64<<10-15) + "}"
	if status, answer, _ := s.call("POST", grants, fits+" "); status != 413 || !strings.Contains(answer, "too_large") {
		t.Error(status, answer)
	}
	for _, path := range []string{"/v1/webhooks/stripe", "/healthz"} {
		if status, answer, _ := s.call("POST", path, fits+" ", "Stripe-Signature", "t=1,v1=00"); status != 413 && status != 404 {
			t.Error(path, status, answer)
		}
	}
	if names, err := s.store.Accounts(t.Context(), "", 5); err != nil || len(names) != 0 {
		t.Error("something was written:", names, err)
	}
	if status, answer, _ := s.call("POST", grants, fits); status != 201 {
		t.Error(status, answer)
	}
}

// An id that is sent is answered, unless it is none.
func TestRequestIDs(t *testing.T) {
	t.Parallel()
	s := begin(t)
	for sent, kept := range map[string]bool{"": false, "abc-1.2": true, "abc_1": false, strings.Repeat("a", 65): false, "a b": false, adminToken: false, "a\"b": false} {
		_, _, header := s.call("GET", "/healthz", "", "X-Request-Id", sent)
		if got := header.Get("X-Request-Id"); got == "" || (got == sent) != kept {
			t.Errorf("%q was answered %q", sent, got)
		}
	}
}
