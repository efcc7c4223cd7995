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

// Write stores document under name unless that very document is there already and whole, and removes every part that
// is not of it, also one that a writer which died left behind. It returns the document's header and whether anything
// was written. There must be one writer per name. A document that does not fit is ErrTooLarge before anything is
// written.
func Write(ctx context.Context, s Store, name string, document any, opts PutOptions) (Header, bool, error) {
	digest, err := Digest(document)
	if err != nil {
		return Header{}, false, err
	}
	previous, err := currentHeader(ctx, s, name)
	if err != nil {
		return Header{}, false, err
	}
	whole, err := intact(ctx, s, name, digest, previous)
	if err != nil {
		return Header{}, false, err
	}
	if whole {
		return previous, false, removeStaleParts(ctx, s, name, previous, previous)
	}
	encoded, err := Encode(name, previous.Generation+1, document)
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
	return header, true, removeStaleParts(ctx, s, name, previous, header)
}

// intact reports whether the document of that digest can be read back: a part that somebody deleted or changed makes
// the next write heal it.
func intact(ctx context.Context, s Store, name, digest string, current Header) (bool, error) {
	if current.Digest != digest {
		return false, nil
	}
	var document json.RawMessage
	_, err := readOnce(ctx, s, name, &document)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrIncomplete), errors.Is(err, ErrCorrupt), errors.Is(err, ErrTooLarge), errors.Is(err, ErrNotFound):
		return false, nil
	}
	return false, err
}

// Remove deletes the document stored under name, head first, so that no reader meets a head without its parts.
func Remove(ctx context.Context, s Store, name string) error {
	previous, err := currentHeader(ctx, s, name)
	if err != nil {
		return err
	}
	if err := s.Delete(ctx, name); err != nil {
		return err
	}
	return removeStaleParts(ctx, s, name, previous, Header{})
}

// currentHeader returns the zero Header for an absent or corrupt document: both are replaced by a write.
func currentHeader(ctx context.Context, s Store, name string) (Header, error) {
	heads, err := s.Get(ctx, name)
	if err != nil {
		return Header{}, err
	}
	header, err := ParseHeader(name, heads[name])
	if err != nil {
		return Header{}, nil //nolint:nilerr // see above
	}
	return header, nil
}

// removeStaleParts removes the parts of previous, which List may not know yet, and all that it knows, but for keep's.
func removeStaleParts(ctx context.Context, s Store, name string, previous, keep Header) error {
	names, err := s.List(ctx, name+"/parts")
	if err != nil {
		return err
	}
	names = slices.Concat(names, previous.Parts)
	slices.Sort(names)
	stale := slices.DeleteFunc(slices.Compact(names), func(n string) bool {
		return slices.Contains(keep.Parts, n) || !strings.HasPrefix(n, name+"/parts/")
	})
	if len(stale) == 0 {
		return nil
	}
	return s.Delete(ctx, stale...)
}
