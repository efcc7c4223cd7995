package wire

import (
	"encoding/xml"
	"reflect"
	"strings"
)

// encodeInline writes the fields of a struct, or of a pointer to one, each by its xml tag. A nil output has none.
func encodeInline(enc *xml.Encoder, output any) error {
	v := reflect.Indirect(reflect.ValueOf(output))
	if !v.IsValid() {
		return nil
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("xml"), ",")
		if strings.Contains(options, "omitempty") && v.Field(i).IsZero() {
			continue
		}
		if err := encodeField(enc, name, v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

// encodeField writes a field; a tag such as "groupSet>item" wraps each element of a list, also of an empty one.
func encodeField(enc *xml.Encoder, name string, v reflect.Value) error {
	outer, inner, nested := strings.Cut(name, ">")
	if !nested {
		return enc.EncodeElement(v.Interface(), xml.StartElement{Name: xml.Name{Local: name}})
	}
	wrapper := xml.StartElement{Name: xml.Name{Local: outer}}
	if err := enc.EncodeToken(wrapper); err != nil {
		return err
	}
	for i := range v.Len() {
		if err := enc.EncodeElement(v.Index(i).Interface(), xml.StartElement{Name: xml.Name{Local: inner}}); err != nil {
			return err
		}
	}
	return enc.EncodeToken(wrapper.End())
}
