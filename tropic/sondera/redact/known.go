package redact

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

const (
	knownLeast   = 8         // bytes of a known value at least
	knownMost    = 16 * 1024 // and at most: a stream holds as much back
	knownEntropy = 2.0       // bits per byte at least; "aaaabbbb" has 1
)

// ErrTrivial is wrapped by the error of New for a known value whose replacement would tear up ordinary text.
var ErrTrivial = errors.New("too short or too plain to be a secret")

// pattern is one spelling of a known value.
type pattern struct {
	text    []byte
	encoded bool // a part of a base64 run, which is replaced as a whole
}

// knownPatterns returns the spellings of all values, longest first.
func knownPatterns(values []string) ([]pattern, error) {
	spellings := map[string]bool{} // to whether it is base64
	for i, v := range values {
		v = strings.TrimSpace(v)
		if err := checkKnown(v); err != nil {
			return nil, fmt.Errorf("redact: known value %d of %d: %w", i+1, len(values), err)
		}
		for _, t := range base64Parts(v) {
			spellings[t] = true
		}
		for _, t := range plainSpellings(v) {
			spellings[t] = false
		}
	}
	var patterns []pattern
	for t, encoded := range spellings {
		patterns = append(patterns, pattern{[]byte(t), encoded})
	}
	slices.SortFunc(patterns, func(a, b pattern) int {
		return cmp.Or(cmp.Compare(len(b.text), len(a.text)), bytes.Compare(a.text, b.text))
	})
	return patterns, nil
}

func checkKnown(v string) error {
	switch {
	case len(v) < knownLeast:
		return fmt.Errorf("%w: it needs %d bytes or more; leave it out or make it longer", ErrTrivial, knownLeast)
	case len(v) > knownMost:
		return fmt.Errorf("it is longer than %d bytes; leave it out", knownMost)
	case entropy(v) < knownEntropy, isCommonWord([]byte(v)), strings.Contains(Marker, v):
		return fmt.Errorf("%w: it repeats few characters or is a word of its own; leave it out or make it random", ErrTrivial)
	}
	return nil
}

// plainSpellings are the value itself and its escapes in JSON and URLs.
func plainSpellings(v string) []string {
	return append(jsonSpellings(v), v, url.QueryEscape(v), url.PathEscape(v), strings.ReplaceAll(url.QueryEscape(v), "+", "%20"))
}

// jsonSpellings are the value as Go, JavaScript, PHP and Python write it inside a JSON string.
func jsonSpellings(v string) []string {
	escaped, err := json.Marshal(v)
	if err != nil {
		return nil // strings always marshal
	}
	html := string(escaped[1 : len(escaped)-1])
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return []string{html}
	}
	text := strings.TrimSuffix(plain.String(), "\n")
	text = text[1 : len(text)-1]
	return []string{html, text, strings.ReplaceAll(text, "/", `\/`), asciiJSON(text)}
}

func asciiJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < 128:
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// base64Parts are the characters that stand for the value in base64 wherever in a group of three it begins, without
// those at either end that its neighbours share.
func base64Parts(v string) []string {
	var parts []string
	for shift := range 3 {
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			bits := 8 * (shift + len(v))
			whole := enc.EncodeToString(append(make([]byte, shift), v...))
			parts = append(parts, whole[(8*shift+5)/6:bits/6])
		}
	}
	return parts
}

// matchKnown finds the longest known value at i.
func matchKnown(s *scan, i, hi int) (hit, bool) {
	p, ok := s.r.table.knownPattern(s.buf[:hi], i)
	if !ok {
		return hit{}, false
	}
	h := hit{start: i, end: i + len(p.text), class: classKnown}
	if !p.encoded {
		return h, true
	}
	for h.start > s.floor(i) && base64Set[s.buf[h.start-1]] {
		h.start--
	}
	return s.token(h, base64Set, hi), true
}
