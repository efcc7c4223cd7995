package wire

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
)

// Namespaces of the XML answers, from the public service models.
const (
	ec2Namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"
	iamNamespace = "https://iam.amazonaws.com/doc/2010-05-08/"
	stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"
)

// WriteResult answers req with its operation's output: a struct with xml tags for ec2, iam and sts, with json tags for
// ssm.
func WriteResult(w http.ResponseWriter, req Request, output any) error {
	switch req.Service {
	case "ssm":
		return writeJSON(w, req.ID, http.StatusOK, output)
	case "ec2":
		return writeXML(w, http.StatusOK, element{
			name: req.Operation + "Response", namespace: ec2Namespace,
			children: []any{text{"requestId", req.ID}, inline{output}},
		})
	}
	return writeXML(w, http.StatusOK, element{
		name: req.Operation + "Response", namespace: queryNamespace(req.Service),
		children: []any{
			element{name: req.Operation + "Result", children: []any{inline{output}}},
			element{name: "ResponseMetadata", children: []any{text{"RequestId", req.ID}}},
		},
	})
}

// WriteError answers with err in the service's dialect; an err that is no *Error is an InternalError, without its text.
func WriteError(w http.ResponseWriter, service, requestID string, err error) error {
	var refusal *Error
	if !errors.As(err, &refusal) {
		refusal = &Error{Code: "InternalError", Message: "An internal error has occurred", Status: http.StatusInternalServerError}
	}
	switch service {
	case "ssm":
		return writeJSON(w, requestID, refusal.HTTPStatus(), map[string]string{"__type": refusal.Code, "message": refusal.Message})
	case "ec2":
		return writeXML(w, refusal.HTTPStatus(), element{name: "Response", children: []any{
			element{name: "Errors", children: []any{
				element{name: "Error", children: []any{text{"Code", refusal.Code}, text{"Message", refusal.Message}}},
			}},
			text{"RequestID", requestID},
		}})
	}
	return writeXML(w, refusal.HTTPStatus(), element{
		name: "ErrorResponse", namespace: queryNamespace(service),
		children: []any{
			element{name: "Error", children: []any{
				text{"Type", "Sender"}, text{"Code", refusal.Code}, text{"Message", refusal.Message},
			}},
			text{"RequestId", requestID},
		},
	})
}

func queryNamespace(service string) string {
	if service == "iam" {
		return iamNamespace
	}
	return stsNamespace
}

func writeJSON(w http.ResponseWriter, requestID string, status int, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	_, err = w.Write(raw)
	return err
}

func writeXML(w http.ResponseWriter, status int, root element) error {
	raw, err := xml.Marshal(root)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	w.WriteHeader(status)
	_, err = w.Write(append([]byte(xml.Header), raw...))
	return err
}

// element, text and inline build the envelopes around outputs: an element with children, one with text, and the
// members of a struct without an element of their own.
type (
	element struct {
		name, namespace string
		children        []any
	}
	text   struct{ name, value string }
	inline struct{ value any }
)

func (e element) MarshalXML(enc *xml.Encoder, _ xml.StartElement) error {
	start := xml.StartElement{Name: xml.Name{Local: e.name}}
	if e.namespace != "" {
		start.Attr = []xml.Attr{{Name: xml.Name{Local: "xmlns"}, Value: e.namespace}}
	}
	if err := enc.EncodeToken(start); err != nil {
		return err
	}
	for _, child := range e.children {
		if err := encodeChild(enc, child); err != nil {
			return err
		}
	}
	return enc.EncodeToken(start.End())
}

func encodeChild(enc *xml.Encoder, child any) error {
	switch c := child.(type) {
	case element:
		return c.MarshalXML(enc, xml.StartElement{})
	case text:
		return enc.EncodeElement(c.value, xml.StartElement{Name: xml.Name{Local: c.name}})
	case inline:
		return encodeInline(enc, c.value)
	}
	return enc.Encode(child)
}
