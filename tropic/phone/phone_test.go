package phone_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/phone"
)

func TestParsePattern(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"+6591234567":       "+6591234567",
		" +65 9123-4567 ":   "+6591234567",
		"+1 (415) 555-0100": "+14155550100",
		"+1.415.555.0100":   "+14155550100",
		"+49 / 30 / 901820": "+4930901820",
		"+65*":              "+65*",
		"+1 (415) *":        "+1415*",
		"+*":                "+*",
		"+6834000":          "+6834000",
	} {
		p, err := phone.ParsePattern(text)
		if err != nil || p.String() != want {
			t.Errorf("ParsePattern(%q) = %v, %v; want %s", text, p, err, want)
		}
	}
}

func TestParseFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]phone.Fault{
		"":                     phone.Empty,
		"  ":                   phone.Empty,
		"91234567":             phone.NoPlus,
		"0065 91234567":        phone.NoPlus,
		"*":                    phone.NoPlus,
		"+065 1234567":         phone.BadCountry,
		"+":                    phone.TooShort,
		"+65":                  phone.TooShort,
		"+1234567890123456":    phone.TooLong,
		"+1234567890123456*":   phone.TooLong,
		"+65*4567":             phone.BadWildcard,
		"+65**":                phone.BadWildcard,
		"+65 9123 CALL":        phone.BadChar,
		"++6591234567":         phone.BadChar,
		"+65\n91234567":        phone.BadChar,
		"+٦٥٩١٢٣٤٥٦٧":          phone.BadChar,
		"+65912345" + "\u200b": phone.BadChar,
	} {
		_, err := phone.ParsePattern(text)
		var fault *phone.Error
		if !errors.As(err, &fault) || fault.Fault != want || fault.Input != text {
			t.Errorf("ParsePattern(%q): %v; want %s", text, err, want)
		}
	}
	var fault *phone.Error
	if _, err := phone.ParseNumber("+65*"); !errors.As(err, &fault) || fault.Fault != phone.NotAPattern {
		t.Errorf("a pattern is taken for a number: %v", err)
	}
}

func TestErrorSaysWhatToWrite(t *testing.T) {
	t.Parallel()
	_, err := phone.ParsePattern("9123 4567")
	const want = `"9123 4567" is no phone number: it has no + and country code; want E.164 such as +6591234567, with the country code`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	_, err = phone.ParsePattern(strings.Repeat("é", 500))
	if len(err.Error()) > 250 {
		t.Errorf("the message repeats %d bytes of input", len(err.Error()))
	}
}

func TestRestriction(t *testing.T) {
	t.Parallel()
	patterns := []string{"+6591234567", "+1415*"}
	for _, test := range []struct {
		mode                   phone.Mode
		listed, begins, others bool
	}{
		{phone.Unrestricted, true, true, true},
		{phone.Allowlist, true, true, false},
		{phone.Blocklist, false, false, true},
	} {
		r, err := phone.NewRestriction(test.mode, patterns)
		if err != nil {
			t.Fatal(err)
		}
		for number, want := range map[string]bool{"+6591234567": test.listed, "+14155550100": test.begins, "+447700900123": test.others} {
			n, err := phone.ParseNumber(number)
			if err != nil || r.Allows(n) != want {
				t.Errorf("%s: Allows(%s) = %v, %v", test.mode, number, !want, err)
			}
		}
		if r.Allows(phone.Number{}) {
			t.Errorf("%s allows an unknown number", test.mode)
		}
		if r.Mode() != test.mode || len(r.Patterns()) != 2 {
			t.Errorf("%s: got %s and %v back", test.mode, r.Mode(), r.Patterns())
		}
	}
	n, _ := phone.ParseNumber("+6591234567")
	if (phone.Restriction{}).Allows(n) {
		t.Error("the zero restriction allows someone")
	}
}

func TestRestrictionFaultsComeAtOnce(t *testing.T) {
	t.Parallel()
	_, err := phone.NewRestriction("whitelist", []string{"+65*", "911", "+65*1"})
	var mode *phone.UnknownModeError
	var fault *phone.Error
	if !errors.As(err, &mode) || !errors.As(err, &fault) || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("got %v", err)
	}
}

func pattern() *rapid.Generator[string] {
	return rapid.StringMatching(`\+[1-9][0-9]{0,14}\*|\+[1-9][0-9]{6,14}`)
}

func number() *rapid.Generator[string] { return rapid.StringMatching(`\+[1-9][0-9]{6,14}`) }

// TestCanonicalFormIsStable: what is printed reads as the same, however it was spaced.
func TestCanonicalFormIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := pattern().Draw(t, "pattern")
		p, err := phone.ParsePattern(text)
		if err != nil || p.String() != text {
			t.Fatalf("%q is read as %v, %v", text, p, err)
		}
		at := rapid.IntRange(1, len(text)).Draw(t, "at")
		spaced := text[:at] + rapid.SampledFrom([]string{" ", "-", ".", "(", ")", " - "}).Draw(t, "gap") + text[at:]
		if q, err := phone.ParsePattern(spaced); err != nil || q != p {
			t.Fatalf("%q is read as %v, %v", spaced, q, err)
		}
	})
}

// TestCoversAgreesWithMatch: a pattern that covers another matches all of its numbers, and a number is covered exactly
// by what matches it.
func TestCoversAgreesWithMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, _ := phone.ParsePattern(pattern().Draw(t, "p"))
		q, _ := phone.ParsePattern(pattern().Draw(t, "q"))
		text := number().Draw(t, "n")
		if rapid.Bool().Draw(t, "near") {
			text = strings.TrimSuffix(q.String(), "*")
			for len(text) < 1+phone.MinDigits {
				text += "5"
			}
		}
		n, err := phone.ParseNumber(text)
		if err != nil {
			t.Fatal(err)
		}
		if p.Covers(q) && q.Match(n) && !p.Match(n) {
			t.Fatalf("%v covers %v, and only the latter matches %v", p, q, n)
		}
		one, _ := phone.ParsePattern(text)
		if p.Covers(one) != p.Match(n) {
			t.Fatalf("%v and %v: covers %v, matches %v", p, n, p.Covers(one), p.Match(n))
		}
		allow, _ := phone.NewRestriction(phone.Allowlist, []string{p.String(), q.String()})
		block, _ := phone.NewRestriction(phone.Blocklist, []string{p.String(), q.String()})
		if allow.Allows(n) == block.Allows(n) || allow.Allows(n) != (p.Match(n) || q.Match(n)) {
			t.Fatalf("%v: allowlist %v, blocklist %v", n, allow.Allows(n), block.Allows(n))
		}
	})
}

func FuzzParsePattern(f *testing.F) {
	for _, seed := range []string{"+6591234567", "+65*", "+1 (415) 555-0100", "65", "+*", "+\xff", "+0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := phone.ParsePattern(text)
		var fault *phone.Error
		if err != nil {
			if !errors.As(err, &fault) || p != (phone.Pattern{}) {
				t.Fatalf("%q: %v, %v", text, p, err)
			}
			return
		}
		if again, err := phone.ParsePattern(p.String()); err != nil || again != p {
			t.Fatalf("%q: %v is read again as %v, %v", text, p, again, err)
		}
		if strings.Trim(p.String(), "+0123456789*") != "" {
			t.Fatalf("%q: %v", text, p)
		}
	})
}
