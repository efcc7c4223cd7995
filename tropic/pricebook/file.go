package pricebook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
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
// from is RFC 3339. Members that are not known, prices that are left out, and what New refuses are errors.
func Read(r io.Reader) (*Book, error) {
	d := json.NewDecoder(io.LimitReader(r, maxFile))
	d.DisallowUnknownFields()
	var f file
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("read a price book: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read a price book: more follows after it")
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
			return nil, fmt.Errorf("read a price book: %q has no milli_credits_per_hour", p.Name)
		case p.From.IsZero():
			return nil, fmt.Errorf("read a price book: %q has no from", p.Name)
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

// Version names the book by what is in it: the first 16 hexadecimal digits of the SHA-256 of its JSON.
func (b *Book) Version() (string, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}
