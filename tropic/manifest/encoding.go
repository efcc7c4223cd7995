package manifest

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// MaxParameterValue is the largest value of a standard parameter, in bytes (AWS Systems Manager quotas).
const MaxParameterValue = 4096

// maxParts bounds how many parameters one document may take; 10,000 are all an account has in a region.
const maxParts = 64

// ErrTooLarge is returned for a document that does not fit in maxParts parameters, or is above MaxDocumentSize.
var ErrTooLarge = errors.New("document too large")

// ErrIncomplete is returned by Decode while a part that the head names is absent or does not match: the reader lost a
// race with a writer, and should read again from the head.
var ErrIncomplete = errors.New("document incomplete")

// ErrCorrupt is returned for a head that is no document of ours, or whose content does not match its digest.
var ErrCorrupt = errors.New("document corrupt")

// head is the value of a document's own parameter. A small document rides in it; a large one is in parts.
type head struct {
	Generation int64           `json:"generation"`
	Digest     string          `json:"digest"` // "sha256:" and 64 hexadecimal characters, of the canonical JSON
	Parts      int             `json:"parts,omitempty"`
	Split      bool            `json:"split,omitempty"` // it is or once was in parts: some may be left to remove
	Document   json.RawMessage `json:"document,omitempty"`
}

// Encoded is a document ready to be stored. A writer stores Parts first and Head last.
type Encoded struct {
	Name   string            // parameter name of the head
	Head   string            // its value
	Parts  map[string]string // parameter name to value; empty for a small document
	Digest string
}

// Digest returns the digest of a document's canonical JSON: keys in the order of the Go types, maps sorted, no HTML
// escaping, no insignificant white space.
func Digest(document any) (string, error) {
	_, digest, err := canonical(document)
	return digest, err
}

// Encode prepares document for storage under name. Generation must be above that of the version it replaces.
func Encode(name string, generation int64, document any) (Encoded, error) {
	return encode(name, generation, false, document)
}

func encode(name string, generation int64, split bool, document any) (Encoded, error) {
	raw, digest, err := canonical(document)
	if err != nil {
		return Encoded{}, err
	}
	if len(raw) > MaxDocumentSize {
		return Encoded{}, fmt.Errorf("%w: %s has %d bytes, the limit is %d", ErrTooLarge, name, len(raw), MaxDocumentSize)
	}
	whole, err := marshal(head{Generation: generation, Digest: digest, Split: split, Document: raw})
	if err != nil {
		return Encoded{}, err
	}
	if len(whole) <= MaxParameterValue {
		return Encoded{Name: name, Head: string(whole), Digest: digest}, nil
	}
	return encodeParts(name, generation, raw, digest)
}

func encodeParts(name string, generation int64, raw []byte, digest string) (Encoded, error) {
	var packed bytes.Buffer
	zw, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return Encoded{}, err
	}
	if _, err := zw.Write(raw); err != nil {
		return Encoded{}, err
	}
	if err := zw.Close(); err != nil {
		return Encoded{}, err
	}
	text := base64.StdEncoding.EncodeToString(packed.Bytes())
	count := (len(text) + MaxParameterValue - 1) / MaxParameterValue
	if count > maxParts {
		return Encoded{}, fmt.Errorf("%w: %s takes %d parameters of %d bytes when compressed, the limit is %d",
			ErrTooLarge, name, count, MaxParameterValue, maxParts)
	}
	parts := make(map[string]string, count)
	for i := range count {
		end := min(len(text), (i+1)*MaxParameterValue)
		parts[partName(name, digest, i)] = text[i*MaxParameterValue : end]
	}
	top, err := marshal(head{Generation: generation, Digest: digest, Split: true, Parts: count})
	if err != nil {
		return Encoded{}, err
	}
	return Encoded{Name: name, Head: string(top), Parts: parts, Digest: digest}, nil
}

// Header is what a head says without its parts.
type Header struct {
	Generation int64
	Digest     string
	Parts      []string // parameter names, in order; empty for a small document
	Split      bool     // it is or once was in parts
}

// ParseHeader reads the head stored under name.
func ParseHeader(name, value string) (Header, error) {
	h, err := parseHead(name, value)
	if err != nil {
		return Header{}, err
	}
	out := Header{Generation: h.Generation, Digest: h.Digest, Split: h.Split || h.Parts > 0}
	for i := range h.Parts {
		out.Parts = append(out.Parts, partName(name, h.Digest, i))
	}
	return out, nil
}

// Decode reads the document stored under name into document (a pointer), given the head's value and the values of the
// parts it names. Errors wrap ErrIncomplete, ErrCorrupt or ErrTooLarge.
func Decode(name, value string, parts map[string]string, document any) (Header, error) {
	h, err := parseHead(name, value)
	if err != nil {
		return Header{}, err
	}
	header, err := ParseHeader(name, value)
	if err != nil {
		return Header{}, err
	}
	raw := []byte(h.Document)
	if h.Parts > 0 {
		if raw, err = joinParts(header, parts); err != nil {
			return Header{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	if sum := digestOf(raw); sum != h.Digest {
		return Header{}, fmt.Errorf("%w: %s has digest %s, its head says %s", ErrCorrupt, name, sum, h.Digest)
	}
	if err := json.Unmarshal(raw, document); err != nil {
		return Header{}, fmt.Errorf("%w: %s: %w", ErrCorrupt, name, err)
	}
	return header, nil
}

func joinParts(header Header, parts map[string]string) ([]byte, error) {
	var text strings.Builder
	for _, name := range header.Parts {
		part, found := parts[name]
		if !found {
			return nil, fmt.Errorf("%w: part %s is absent", ErrIncomplete, name)
		}
		text.WriteString(part)
	}
	packed, err := base64.StdEncoding.DecodeString(text.String())
	if err != nil {
		return nil, fmt.Errorf("%w: parts are not base64: %w", ErrCorrupt, err)
	}
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	raw, err := io.ReadAll(io.LimitReader(zr, MaxDocumentSize+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if len(raw) > MaxDocumentSize {
		return nil, fmt.Errorf("%w: it unpacks to more than %d bytes", ErrTooLarge, MaxDocumentSize)
	}
	return raw, nil
}

func parseHead(name, value string) (head, error) {
	var h head
	if err := json.Unmarshal([]byte(value), &h); err != nil {
		return head{}, fmt.Errorf("%w: head of %s: %w", ErrCorrupt, name, err)
	}
	sum, found := strings.CutPrefix(h.Digest, "sha256:")
	if _, err := hex.DecodeString(sum); !found || err != nil || len(sum) != sha256.Size*2 || strings.ToLower(sum) != sum {
		return head{}, fmt.Errorf("%w: head of %s has no digest", ErrCorrupt, name)
	}
	if h.Parts < 0 || h.Parts > maxParts || (h.Parts > 0) == (len(h.Document) > 0) {
		return head{}, fmt.Errorf("%w: head of %s names %d parts and %d bytes of document", ErrCorrupt, name, h.Parts, len(h.Document))
	}
	return h, nil
}

// partName puts a part under its head, by digest, so that parts of two versions never mix.
func partName(name, digest string, i int) string {
	return name + "/parts/" + strings.TrimPrefix(digest, "sha256:")[:16] + "/" + strconv.Itoa(i)
}

var partPattern = regexp.MustCompile(`^(.+)/parts/[0-9a-f]{16}/[0-9]{1,2}$`)

// IsPart reports whether a parameter name is a part of some document, and of which.
func IsPart(name string) (document string, ok bool) {
	match := partPattern.FindStringSubmatch(name)
	if match == nil {
		return "", false
	}
	return match[1], true
}

func canonical(document any) (raw []byte, digest string, err error) {
	if raw, err = marshal(document); err != nil {
		return nil, "", err
	}
	return raw, digestOf(raw), nil
}

func digestOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
