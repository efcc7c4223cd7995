package pricebook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	strict "github.com/go-json-experiment/json"
)

// file is a book as JSON.
type file struct {
	InstanceTypes []price `json:"instance_types"`
	Models        []price `json:"models"`
}

// price is an entry as JSON.
type price struct {
	Name string    `json:"name"`
	From time.Time `json:"from"`
	Rate *Rate     `json:"milli_credits_per_hour"`
}

// maxFile is how many bytes a book may have: far more than any list of prices.
const maxFile = 1 << 20

// Read reads a book from JSON: {"instance_types": [{"name", "from", "milli_credits_per_hour"}], "models": [the same]}, where
// from is RFC 3339. Members that are not known, in other letters or there twice, prices that are left out, what follows the
// book, and what New refuses are errors.
func Read(r io.Reader) (*Book, error) {
	b, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("read a price book: %w", err)
	}
	return b, nil
}

func read(r io.Reader) (*Book, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("it has more than %d bytes", maxFile)
	}
	var f *file
	if err := strict.Unmarshal(text, &f, strict.RejectUnknownMembers(true)); err != nil {
		return nil, err
	}
	if f == nil {
		return nil, errors.New("null is no book")
	}
	types, err := entries(f.InstanceTypes)
	if err != nil {
		return nil, err
	}
	models, err := entries(f.Models)
	if err != nil {
		return nil, err
	}
	return New(types, models)
}

func entries(prices []price) ([]Entry, error) {
	out := make([]Entry, len(prices))
	for i, p := range prices {
		switch {
		case p.Rate == nil:
			return nil, fmt.Errorf("%q has no milli_credits_per_hour", p.Name)
		case p.From.IsZero():
			return nil, fmt.Errorf("%q has no from", p.Name)
		}
		out[i] = Entry{p.Name, p.From, *p.Rate}
	}
	return out, nil
}

// MarshalJSON writes the book as Read reads it.
func (b *Book) MarshalJSON() ([]byte, error) {
	return json.Marshal(file{prices(b.instanceTypes), prices(b.models)})
}

func prices(entries []Entry) []price {
	out := make([]price, len(entries))
	for i, e := range entries {
		out[i] = price{e.Name, e.From.UTC(), &e.Rate}
	}
	return out
}

// Version names the book by its prices, whatever their order: the first 16 hexadecimal digits of the SHA-256 of the JSON of
// all entries, by name and instant. Books of one version charge the same for the same facts. The error is about an instant
// that JSON cannot say, after the year 9999.
func (b *Book) Version() (string, error) {
	text, err := json.Marshal(file{prices(ordered(b.instanceTypes)), prices(ordered(b.models))})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}

func ordered(entries []Entry) []Entry {
	return slices.SortedFunc(slices.Values(entries), func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Name, b.Name), a.From.Compare(b.From)) })
}
