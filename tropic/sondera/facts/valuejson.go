package facts

import (
	"encoding/json"
	"strconv"
)

// MarshalJSON writes the value as JSON, with the members of objects in the order in which they stood.
func (v Value) MarshalJSON() ([]byte, error) { return v.appendJSON(nil) }

func (v Value) appendJSON(b []byte) ([]byte, error) {
	switch v.Kind {
	case String:
		return appendText(b, v.Text)
	case Number:
		if _, err := strconv.ParseFloat(v.Text, 64); err != nil && !json.Valid([]byte(v.Text)) {
			return nil, err
		}
		return append(b, v.Text...), nil
	case Bool:
		return strconv.AppendBool(b, v.Text == "true"), nil
	case Array:
		b = append(b, '[')
		for i, e := range v.Values {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = e.appendJSON(b); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case Object:
		b = append(b, '{')
		for i, name := range v.Names {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendText(b, name); err != nil {
				return nil, err
			}
			b = append(b, ':')
			if b, err = v.Values[i].appendJSON(b); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	default:
		return append(b, "null"...), nil
	}
}

func appendText(b []byte, text string) ([]byte, error) {
	quoted, err := json.Marshal(text)
	return append(b, quoted...), err
}
