package wire

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestQueryReadsBothDialects(t *testing.T) {
	t.Parallel()
	q := NewQuery(url.Values{
		"InstanceId.2": {"i-b"}, "InstanceId.1": {"i-a"}, "InstanceId.10": {"i-c"}, "InstanceIdOther.1": {"x"},
		"Filter.1.Name": {"tag:a.b"}, "Filter.1.Value.1": {"v"},
		"Tags.member.1.Key": {"k"}, "DryRun": {"true"}, "MaxResults": {"x"},
	})
	if diff := cmp.Diff([]string{"i-a", "i-b", "i-c"}, q.Strings("InstanceId")); diff != "" {
		t.Error(diff)
	}
	filters := q.List("Filter")
	if len(filters) != 1 || filters[0].String("Name") != "tag:a.b" || !cmp.Equal(filters[0].Strings("Value"), []string{"v"}) {
		t.Errorf("filters: %+v", filters)
	}
	if tags := q.List("Tags.member"); len(tags) != 1 || tags[0].String("Key") != "k" {
		t.Errorf("tags: %+v", tags)
	}
	if !q.Bool("DryRun") || q.Bool("Other") || !q.Has("Filter") || q.Has("Filte") {
		t.Error("Bool or Has is wrong")
	}
	if _, err := q.Int("MaxResults", 5); err == nil {
		t.Error("a number that is none was accepted")
	}
	if n, err := q.Int("Absent", 5); n != 5 || err != nil {
		t.Errorf("absent number: %d, %v", n, err)
	}
}

// A list comes back as it was sent, whatever its length and values.
func TestQueryListRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.SliceOfN(rapid.String(), 1, 120).Draw(rt, "values")
		sent := url.Values{}
		for n, v := range want {
			sent.Set(fmt.Sprintf("L.%d", n+1), v)
		}
		parsed, err := url.ParseQuery(sent.Encode())
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, NewQuery(parsed).Strings("L")); diff != "" {
			rt.Error(diff)
		}
	})
}

func FuzzQuery(f *testing.F) {
	f.Add("A.1=x&A.01=y&A.-1=z&A.99999999999999999999=w&A.1.B.2.C=1&A..=2")
	f.Fuzz(func(t *testing.T, form string) {
		values, err := url.ParseQuery(form)
		if err != nil {
			return
		}
		q := NewQuery(values)
		if list, plain := q.List("A"), q.Strings("A"); len(list) != len(plain) || len(list) > len(values) || len(list) > MaxListLength {
			t.Errorf("%d members, %d strings of %d values", len(list), len(plain), len(values))
		}
		for _, member := range q.List("A") {
			member.Strings("B")
			member.Has("B")
		}
	})
}
