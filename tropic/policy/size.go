package policy

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

var (
	overWords = []string{
		"larger than", "bigger than", "greater than", "more than", "over", "above", "exceeding", "in excess of", "of more than", "of over", "at least", "that exceed", "beyond", "heavier than",
		"that are larger than", "that are bigger than", "which are larger than", "whose size exceeds", "with a size over", "with more than", ">", ">=", "≥", "no smaller than", "not smaller than", "upwards of",
	}
	underWords = []string{
		"smaller than", "less than", "under", "below", "up to", "at most", "of less than", "of up to", "not larger than", "no larger than", "no bigger than", "that are smaller than", "of at most", "<", "<=", "≤", "not exceeding",
		"no more than", "not bigger than",
	}
	units = map[string]int64{
		"b": 1, "byte": 1, "bytes": 1, "k": 1000, "kb": 1000, "kilobyte": 1000, "kilobytes": 1000, "kib": 1 << 10, "m": 1e6, "mb": 1e6, "megabyte": 1e6, "megabytes": 1e6, "mib": 1 << 20,
		"g": 1e9, "gb": 1e9, "gigabyte": 1e9, "gigabytes": 1e9, "gib": 1 << 30, "t": 1e12, "tb": 1e12, "terabyte": 1e12, "terabytes": 1e12, "tib": 1 << 40, "meg": 1e6, "megs": 1e6, "gigs": 1e9, "gig": 1e9,
	}
)

// size reads a bound on the size of files.
func (p *parser) size() (*Size, bool) {
	over := p.longest(overWords)
	under := p.longest(underWords)
	if over == 0 && under == 0 {
		if t := p.peek(); t.kind == tokenWord && len(t.word) > 1 && (t.word[0] == '>' || t.word[0] == '<') {
			if bytes, ok := parseBytes(strings.TrimLeft(t.word, "<>=")); ok {
				p.at++
				return &Size{Over: t.word[0] == '>', Bytes: bytes}, true
			}
		}
		return nil, false
	}
	start := p.at
	p.at += max(over, under)
	t := p.peek()
	bytes, ok := parseBytes(t.word)
	if !ok {
		bytes, ok = parseBytes(t.word + p.ahead(1).word)
		p.at++
	}
	if !ok {
		p.at = start
		return nil, false
	}
	p.at++
	if n := p.longest([]string{"in size", "each", "big", "large"}); n > 0 {
		p.at += n
	}
	return &Size{Over: over >= under, Bytes: bytes}, true
}

// parseBytes reads 10MB, 1.5gb, 100 bytes. Units are decimal, those with an i binary.
func parseBytes(word string) (int64, bool) {
	digits := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz-")
	unit := strings.TrimPrefix(word[len(digits):], "-")
	factor, ok := units[unit]
	n, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || n <= 0 || n*float64(factor) > math.MaxInt64/2 || strings.Trim(digits, "0123456789.") != "" {
		return 0, false
	}
	return int64(n * float64(factor)), true
}

// String is the bound as the language reads it.
func (s Size) String() string {
	than := "smaller than "
	if s.Over {
		than = "larger than "
	}
	for _, u := range []struct {
		name   string
		factor int64
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}} {
		if s.Bytes%u.factor == 0 {
			return fmt.Sprintf("%s%d%s", than, s.Bytes/u.factor, u.name)
		}
	}
	return fmt.Sprintf("%s%d bytes", than, s.Bytes)
}
