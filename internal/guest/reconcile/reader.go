package reconcile

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// reader reads documents in as few calls as there can be: all heads at once, then all their parts.
type reader struct {
	ctx    context.Context //nolint:containedctx // lives as long as one load
	store  manifest.Store
	prefix string // below which the machine's own parameters lie
	values map[string]string
	err    error // of the store; documents that are merely wrong leave it alone
}

// fetch gets values, and the parts of those that are documents in parts.
func (r *reader) fetch(names ...string) error {
	if len(names) == 0 {
		return nil
	}
	values, err := r.get(names)
	if err != nil {
		return err
	}
	maps.Copy(r.values, values)
	var parts []string
	for name, value := range values {
		if header, err := manifest.ParseHeader(name, value); err == nil {
			parts = append(parts, header.Parts...)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	slices.Sort(parts)
	if values, err = r.get(parts); err != nil {
		return err
	}
	maps.Copy(r.values, values)
	return nil
}

// get reads values as the machine's role can: the role is limited to parameters that carry the machine's tag, and one
// that is absent carries none, so it is refused instead of missed, and the whole call with it. A refused name that the
// store does not list is absent; a refused name that it lists is a refusal.
func (r *reader) get(names []string) (map[string]string, error) {
	values, err := r.store.Get(r.ctx, names...)
	if !isDenied(err) {
		return values, err
	}
	listed, err := r.store.List(r.ctx, r.prefix)
	if err != nil {
		return nil, err
	}
	values = make(map[string]string, len(names))
	for _, name := range names {
		one, err := r.store.Get(r.ctx, name)
		switch {
		case isDenied(err) && strings.HasPrefix(name, r.prefix+"/") && !slices.Contains(listed, name):
			continue
		case err != nil:
			return nil, err
		}
		maps.Copy(values, one)
	}
	return values, nil
}

// isDenied recognises a refusal by its AWS code (Systems Manager API Reference, Common Errors).
func isDenied(err error) bool {
	var coded interface{ ErrorCode() string }
	return errors.As(err, &coded) && coded.ErrorCode() == "AccessDeniedException"
}

// fetchListed gets names of which some may not exist. Those that are listed are asked for by themselves: a name that
// does not exist makes the call it is in be refused, and get then asks for each name alone.
func (r *reader) fetchListed(listed, names []string) error {
	var certain, doubtful []string
	for _, name := range names {
		if _, found := slices.BinarySearch(listed, name); found {
			certain = append(certain, name)
		} else {
			doubtful = append(doubtful, name)
		}
	}
	if err := r.fetch(certain...); err != nil {
		return err
	}
	return r.fetch(doubtful...)
}

func (r *reader) has(name string) bool {
	_, found := r.values[name]
	return found
}

// document decodes a fetched document. One that was replaced between the head and its parts is read again.
func (r *reader) document(name string, into any) (manifest.Header, error) {
	value, found := r.values[name]
	if !found {
		return manifest.Header{}, fmt.Errorf("%s: %w", name, manifest.ErrNotFound)
	}
	header, err := manifest.Decode(name, value, r.values, into)
	if !errors.Is(err, manifest.ErrIncomplete) {
		return header, err
	}
	header, err = manifest.Read(r.ctx, r.store, name, into)
	if err != nil && !ofDocument(err) {
		r.err = err
	}
	return header, err
}

// digest returns what the head of a document says, as far as it can be told.
func (r *reader) digest(name string) string {
	header, err := manifest.ParseHeader(name, r.values[name])
	if err != nil {
		return ""
	}
	return header.Digest
}

// failed reports whether err is the store's and not a document's.
func (r *reader) failed(err error) bool { return err != nil && r.err != nil && errors.Is(err, r.err) }

func ofDocument(err error) bool {
	return errors.Is(err, manifest.ErrIncomplete) || errors.Is(err, manifest.ErrCorrupt) ||
		errors.Is(err, manifest.ErrTooLarge) || errors.Is(err, manifest.ErrNotFound)
}
