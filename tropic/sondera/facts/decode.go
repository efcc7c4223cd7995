package facts

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// Limits of a call. What exceeds them is malformed: a gate must bound its work before it knows what it decides on.
const (
	MaxLine  = 16 << 20 // bytes of a call
	maxDepth = 64       // values within values

	maxMembers = 16 // names of an object that are compared one by one
)

// SyntaxError says why a line is no call.
type SyntaxError struct {
	Offset int64 // bytes from the beginning of the line
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("not a tool call: at byte %d: %s", e.Offset, e.Reason)
}

// Decode reads a call from one JSON object:
//
//	{"tool":"exec","params":{"command":"ls"},"agent":"a","session":"main","workspace":"/home/ubuntu/.openclaw/workspace/a"}
//
// "tool" is required. "home" and "channel" may be given; "result" or "output", a string, makes it the result of the call.
// It is strict where JSON is vague: a name that stands twice, bytes that are no UTF-8, and what follows the object are
// errors, since two readers could understand them differently. Members that are not known are skipped.
func Decode(line []byte) (Call, error) {
	if len(line) > MaxLine {
		return Call{}, &SyntaxError{MaxLine, fmt.Sprintf("the line has %d bytes; want at most %d", len(line), MaxLine)}
	}
	d := decoders.Get().(*decoder)
	defer d.release()
	d.line.Reset(line)
	d.Reset(&d.line, jsontext.AllowDuplicateNames(true)) // which are looked for here, at a lower price
	call, err := d.call()
	if err != nil {
		return Call{}, err
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return Call{}, d.fault("something follows the object")
	}
	return call, nil
}

// decoder is kept for the next line.
type decoder struct {
	jsontext.Decoder
	line bytes.Reader
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

func (d *decoder) release() {
	d.line.Reset(nil)
	decoders.Put(d)
}

func (d *decoder) call() (Call, error) {
	var c Call
	var seen [8]string
	names := seen[:0]
	if d.PeekKind() != '{' {
		return c, d.unexpected("a JSON object")
	}
	if _, err := d.ReadToken(); err != nil {
		return c, d.wrap(err)
	}
	for d.PeekKind() != '}' {
		token, err := d.ReadToken()
		if err != nil {
			return c, d.wrap(err)
		}
		var target *string
		name := token.String()
		if slices.Contains(names, name) {
			return c, d.duplicate()
		}
		if len(names) < maxMembers {
			names = append(names, name)
		}
		switch name {
		case "tool":
			target = &c.Tool
		case "agent":
			target = &c.Agent
		case "session":
			target = &c.Session
		case "workspace":
			target = &c.Workspace
		case "home":
			target = &c.Home
		case "channel":
			target = &c.Channel
		case "output", "result":
			target, c.Result = &c.Output, true
		case "params":
			if c.Params, err = d.value(0); err != nil {
				return c, err
			}
			if c.Params.Kind != Object && c.Params.Kind != Null {
				return c, d.fault(`"params" is no object`)
			}
			continue
		default:
			if err := d.SkipValue(); err != nil {
				return c, d.wrap(err)
			}
			continue
		}
		if *target, err = d.text(name); err != nil {
			return c, err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return c, d.wrap(err)
	}
	if c.Tool == "" {
		return c, d.fault(`there is no "tool"`)
	}
	return c, nil
}

// text reads a string or null.
func (d *decoder) text(name string) (string, error) {
	token, err := d.ReadToken()
	if err != nil {
		return "", d.wrap(err)
	}
	switch token.Kind() {
	case '"':
		return token.String(), nil
	case 'n':
		return "", nil
	default:
	}
	return "", d.fault(fmt.Sprintf("%q is no string", name))
}

// value reads any value.
func (d *decoder) value(depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, d.fault(fmt.Sprintf("values within values, more than %d deep", maxDepth))
	}
	token, err := d.ReadToken()
	if err != nil {
		return Value{}, d.wrap(err)
	}
	switch token.Kind() {
	case '"':
		return Value{Kind: String, Text: token.String()}, nil
	case '0':
		return Value{Kind: Number, Text: token.String()}, nil
	case 't', 'f':
		return Value{Kind: Bool, Text: token.String()}, nil
	case '{':
		return d.object(depth)
	case '[':
		v := Value{Kind: Array}
		for d.PeekKind() != ']' {
			e, err := d.value(depth + 1)
			if err != nil {
				return Value{}, err
			}
			v.Values = append(v.Values, e)
		}
		_, err := d.ReadToken()
		return v, d.wrap(err)
	default: // null
		return Value{}, nil
	}
}

func (d *decoder) object(depth int) (Value, error) {
	v := Value{Kind: Object}
	var seen map[string]bool // once there are too many to look through
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return Value{}, d.wrap(err)
		}
		text := name.String()
		switch {
		case len(v.Names) < maxMembers:
			if slices.Contains(v.Names, text) {
				return Value{}, d.duplicate()
			}
		case seen == nil:
			seen = make(map[string]bool, len(v.Names)*2)
			for _, n := range v.Names {
				seen[n] = true
			}
			fallthrough
		default:
			if seen[text] {
				return Value{}, d.duplicate()
			}
			seen[text] = true
		}
		e, err := d.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		v.Names = append(v.Names, text)
		v.Values = append(v.Values, e)
	}
	_, err := d.ReadToken()
	return v, d.wrap(err)
}

func (d *decoder) unexpected(want string) error {
	if d.PeekKind() == 0 {
		if _, err := d.ReadToken(); err != nil {
			return d.wrap(err)
		}
	}
	return d.fault("want " + want)
}

func (d *decoder) duplicate() error { return d.fault("a name stands twice in an object: duplicate") }

func (d *decoder) fault(reason string) error { return &SyntaxError{d.InputOffset(), reason} }

// wrap gives the reason of the decoder without quoting the line, which may hold secrets.
func (d *decoder) wrap(err error) error {
	if err == nil {
		return nil
	}
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic):
		reason := "invalid JSON"
		if syntactic.Err != nil {
			reason, _, _ = strings.Cut(syntactic.Err.Error(), `"`)
			reason = strings.TrimSpace(reason)
		}
		return &SyntaxError{syntactic.ByteOffset, reason}
	case errors.Is(err, io.EOF):
		return &SyntaxError{d.InputOffset(), "the line is empty"}
	}
	return &SyntaxError{d.InputOffset(), "invalid JSON"}
}
