package pricebook_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

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
		`{"instance_types":[{"name":"a",` + from + `,"milli_credits_per_hour":1}]} x`: "after top-level value",
		`{"instance_types":[{"name":"a",` + from + `}]}`:                              "no milli_credits_per_hour",
		`{"models":[{"name":"a","milli_credits_per_hour":1}]}`:                        "no from",
		`{"models":[{"name":"a",` + from + `,"milli_credits_per_hour":1.5}]}`:         "1.5",
		`{"models":[{"name":"a",` + from + `,"milli_credits_per_hour":-1}]}`:          "negative",
		`{"models":[{"name":"",` + from + `,"milli_credits_per_hour":1}]}`:            "no name",
		`{"modules":[]}`:                  "unknown object member",
		`{"Models":[]}`:                   "unknown object member",
		`{"models":[],"models":[]}`:       "duplicate object member",
		`null`:                            "null is no book",
		`[]`:                              "read a price book",
		strings.Repeat(" ", 1<<20) + `{}`: "more than 1048576 bytes",
		`{"models":[{"name":"a",` + from + `,"milli_credits_per_hour":1,"milli_credits_per_hour":2}]}`:                           "duplicate object member",
		`{"models":[{"name":"a",` + from + `,"milli_credits_per_hour":9223372036854775808}]}`:                                    "9223372036854775808",
		`{"models":[{"name":"a",` + from + `,"milli_credits_per_hour":1},{"name":"a",` + from + `,"milli_credits_per_hour":2}]}`: "two prices",
	} {
		if _, err := pricebook.Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Every book is read as it was written, to the nanosecond; its version is that of its prices in any order, and of no others.
func TestBooksGoRoundAndHaveTheirVersion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		types, models := entries().Draw(t, "instance types"), entries().Draw(t, "models")
		b := book(t, types, models)
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		read, err := pricebook.Read(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, read, cmp.AllowUnexported(pricebook.Book{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		shuffled := book(t, rapid.Permutation(types).Draw(t, "types, shuffled"), rapid.Permutation(models).Draw(t, "models, shuffled"))
		if version(t, shuffled) != version(t, b) || version(t, read) != version(t, b) {
			t.Fatalf("%s, in another order %s, read %s", version(t, b), version(t, shuffled), version(t, read))
		}
		if len(types) > 0 {
			types[0].Rate++
			if other := book(t, types, models); version(t, other) == version(t, b) {
				t.Fatalf("another price, and the version is %s still", version(t, b))
			}
		}
	})
}

// entries have a name each for a few instants, each once.
func entries() *rapid.Generator[[]pricebook.Entry] {
	one := rapid.Custom(func(t *rapid.T) pricebook.Entry {
		return pricebook.Entry{
			Name: rapid.SampledFrom([]string{"a", "b/c", "é \"<>&"}).Draw(t, "name"),
			From: noon.Add(time.Duration(rapid.Int64().Draw(t, "from"))),
			Rate: pricebook.Rate(rapid.Int64Range(0, 1<<50).Draw(t, "rate")),
		}
	})
	type key struct {
		name string
		at   int64
	}
	return rapid.SliceOfNDistinct(one, 0, 6, func(e pricebook.Entry) key { return key{e.Name, e.From.UnixNano()} })
}

func book(t *rapid.T, types, models []pricebook.Entry) *pricebook.Book {
	b, err := pricebook.New(types, models)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func version(t *rapid.T, b *pricebook.Book) string {
	v, err := b.Version()
	if err != nil {
		t.Fatal(err)
	}
	return v
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
