package manifest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ErrNotFound is wrapped by Read and Store.Get when a parameter is absent.
var ErrNotFound = errors.New("not found")

// Store is where documents lie: a flat map of names to short values, written one at a time. Parameter Store is the
// default; its quotas bound a fleet to about 600 full machines per account and region, which is why the interface is
// small enough for another backend. Implementations are safe for concurrent use.
type Store interface {
	// Get returns the values of names that exist; an absent name is absent from the map, not an error.
	Get(ctx context.Context, names ...string) (map[string]string, error)
	// List returns the names below prefix, at any depth, sorted. It may lag behind a Put by seconds.
	List(ctx context.Context, prefix string) ([]string, error)
	// Put creates or replaces one value.
	Put(ctx context.Context, name, value string, opts PutOptions) error
	// Delete removes names; an absent one is not an error.
	Delete(ctx context.Context, names ...string) error
}

// PutOptions say how a value is kept.
type PutOptions struct {
	// Secret stores the value encrypted (SecureString).
	Secret bool
	// Tags are set when the value is created, and left alone when it is replaced.
	Tags map[string]string
}

// Read reads the document stored under name into document (a pointer). It reads again, a bounded number of times, when
// a writer replaced the document meanwhile. An absent document is ErrNotFound.
func Read(ctx context.Context, s Store, name string, document any) (Header, error) {
	var err error
	for range 5 {
		var header Header
		if header, err = readOnce(ctx, s, name, document); !errors.Is(err, ErrIncomplete) {
			return header, err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return Header{}, err
}

func readOnce(ctx context.Context, s Store, name string, document any) (Header, error) {
	heads, err := s.Get(ctx, name)
	if err != nil {
		return Header{}, err
	}
	value, found := heads[name]
	if !found {
		return Header{}, fmt.Errorf("%s: %w", name, ErrNotFound)
	}
	header, err := ParseHeader(name, value)
	if err != nil {
		return Header{}, err
	}
	var parts map[string]string
	if len(header.Parts) > 0 {
		if parts, err = s.Get(ctx, header.Parts...); err != nil {
			return Header{}, err
		}
	}
	return Decode(name, value, parts, document)
}

// Write stores document under name unless that very document is there already and whole. It returns the document's
// header and whether anything was written. There must be one writer per name. A document that does not fit is ErrTooLarge
// before anything is written.
//
// A document that is or once was in parts has every part removed that is not of it, also one that a writer which died
// left behind. Most documents never are, and cost no listing: what a writer that died before its head leaves below one
// of those is read by nobody, and goes with the next write in parts, or with the document.
func Write(ctx context.Context, s Store, name string, document any, opts PutOptions) (Header, bool, error) {
	digest, err := Digest(document)
	if err != nil {
		return Header{}, false, err
	}
	previous, err := stored(ctx, s, name)
	if err != nil {
		return Header{}, false, err
	}
	whole, err := previous.holds(ctx, s, digest)
	if err != nil {
		return Header{}, false, err
	}
	if whole {
		return previous.header, false, removeStaleParts(ctx, s, previous, previous.header)
	}
	encoded, err := encode(name, previous.header.Generation+1, previous.mayHaveParts(), document)
	if err != nil {
		return Header{}, false, err
	}
	for _, part := range slices.Sorted(maps.Keys(encoded.Parts)) {
		if err := s.Put(ctx, part, encoded.Parts[part], opts); err != nil {
			return Header{}, false, err
		}
	}
	if err := s.Put(ctx, name, encoded.Head, opts); err != nil {
		return Header{}, false, err
	}
	header, err := ParseHeader(name, encoded.Head)
	if err != nil {
		return Header{}, false, err
	}
	return header, true, removeStaleParts(ctx, s, previous, header)
}

// Remove deletes the document stored under name, head first, so that no reader meets a head without its parts.
func Remove(ctx context.Context, s Store, name string) error {
	previous, err := stored(ctx, s, name)
	if err != nil {
		return err
	}
	if err := s.Delete(ctx, name); err != nil {
		return err
	}
	return removeParts(ctx, s, previous, Header{})
}

// version is what a store holds under a name.
type version struct {
	name, value string
	header      Header // zero for an absent or corrupt document: both are replaced by a write
}

func stored(ctx context.Context, s Store, name string) (version, error) {
	heads, err := s.Get(ctx, name)
	if err != nil {
		return version{}, err
	}
	out := version{name: name, value: heads[name]}
	if header, err := ParseHeader(name, out.value); err == nil {
		out.header = header
	}
	return out, nil
}

// holds reports whether the document of that digest can be read back: a part that somebody deleted or changed makes the
// next write heal it.
func (v version) holds(ctx context.Context, s Store, digest string) (bool, error) {
	if v.header.Digest != digest {
		return false, nil
	}
	var parts map[string]string
	if len(v.header.Parts) > 0 {
		var err error
		if parts, err = s.Get(ctx, v.header.Parts...); err != nil {
			return false, err
		}
	}
	var document json.RawMessage
	_, err := Decode(v.name, v.value, parts, &document)
	return err == nil, nil // whatever keeps it from being read, the write heals
}

// mayHaveParts reports whether parts may lie below the name, but for those of a writer that died before its head.
func (v version) mayHaveParts() bool {
	corrupt := v.value != "" && v.header.Digest == ""
	return corrupt || v.header.Split
}

// removeStaleParts removes the parts that are not keep's, when there may be any.
func removeStaleParts(ctx context.Context, s Store, previous version, keep Header) error {
	if !previous.mayHaveParts() && len(keep.Parts) == 0 {
		return nil
	}
	return removeParts(ctx, s, previous, keep)
}

// removeParts removes the parts of previous, which List may not know yet, and all that it knows, but for keep's.
func removeParts(ctx context.Context, s Store, previous version, keep Header) error {
	below := previous.name + "/parts"
	names, err := s.List(ctx, below)
	if err != nil {
		return err
	}
	names = slices.Concat(names, previous.header.Parts)
	slices.Sort(names)
	stale := slices.DeleteFunc(slices.Compact(names), func(n string) bool {
		return slices.Contains(keep.Parts, n) || !strings.HasPrefix(n, below+"/")
	})
	if len(stale) == 0 {
		return nil
	}
	return s.Delete(ctx, stale...)
}
