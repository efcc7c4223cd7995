package pricebook_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

func TestABookIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(pricebook.Published())
	if err != nil {
		t.Fatal(err)
	}
	b, err := pricebook.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want, err1 := pricebook.Published().Version()
	got, err2 := b.Version()
	if err1 != nil || err2 != nil || want != got || len(want) != 16 {
		t.Errorf("%s, %s, %v, %v", want, got, err1, err2)
	}
	dearer := strings.Replace(string(text), "5000", "5001", 1)
	if b, err = pricebook.Read(strings.NewReader(dearer)); err != nil {
		t.Fatal(err)
	}
	if other, err := b.Version(); err != nil || other == want {
		t.Errorf("another price, and the version is %s still, %v", other, err)
	}
}

func TestBadBooks(t *testing.T) {
	t.Parallel()
	const from = `"from":"2026-01-01T00:00:00Z"`
	for text, want := range map[string]string{
		``: "EOF",
		`{"instance_types":[{"name":"a",` + from + `,"milli_credits_per_hour":1}]} x`: "more follows",
		`{"instance_types":[{"name":"a",` + from + `}]}`:                              "no milli_credits_per_hour",
		`{"models":[{"name":"a","milli_credits_per_hour":1}]}`:                        "no from",
		`{"models":[{"name":"a",` + from + `,"milli_credits_per_hour":1.5}]}`:         "1.5",
		`{"models":[{"name":"a",` + from + `,"milli_credits_per_hour":-1}]}`:          "negative",
		`{"models":[{"name":"",` + from + `,"milli_credits_per_hour":1}]}`:            "no name",
		`{"modules":[]}`: "unknown field",
		`{"models":[{"name":"a",` + from + `,"milli_credits_per_hour":1},{"name":"a",` + from + `,"milli_credits_per_hour":2}]}`: "two prices",
	} {
		if _, err := pricebook.Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Whatever is read is written and read again as the same.
func FuzzRead(f *testing.F) {
	text, err := json.Marshal(pricebook.Published())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"models":[{"name":"a","from":"2026-01-01T00:00:00+05:00","milli_credits_per_hour":1}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := pricebook.Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		written, err := json.Marshal(b)
		if err != nil {
			t.Skip("an instant that JSON cannot say: ", err)
		}
		again, err := pricebook.Read(bytes.NewReader(written))
		if err != nil {
			t.Fatal(err)
		}
		if rewritten, err := json.Marshal(again); err != nil || !bytes.Equal(written, rewritten) {
			t.Errorf("%s\n%s\n%v", written, rewritten, err)
		}
	})
}
