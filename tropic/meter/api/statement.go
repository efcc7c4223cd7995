package api

import (
	"bytes"
	"cmp"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
)

func (s *Server) statement(r *http.Request) (*answer, error) {
	a, err := s.account(r)
	if err != nil {
		return nil, err
	}
	from, to, err := s.span(r, a)
	if err != nil {
		return nil, err
	}
	core, err := a.Statement(from, to)
	if err != nil {
		return nil, err
	}
	statement := report.Statement(&core)
	var out bytes.Buffer
	switch kind := accepted(r.Header.Get("Accept")); kind {
	case client.CSV:
		err = report.WriteCSV(&out, statement)
		return &answer{http.StatusOK, kind, out.Bytes()}, err
	case client.Text:
		err = report.WriteText(&out, statement)
		return &answer{http.StatusOK, kind, out.Bytes()}, err
	default:
		return sent(http.StatusOK, statement)
	}
}

// span is the stretch of time that a statement is of: by default from the first fact until now.
func (s *Server) span(r *http.Request, a *meter.Account) (from, to meter.Instant, err error) {
	now, err := s.config.Store.Now(r.Context())
	if err != nil {
		return 0, 0, err
	}
	first := now
	if facts := a.Facts(); len(facts) > 0 {
		first = min(now, facts[0].Effective)
	}
	if to, err = instant(r, "to", now); err != nil {
		return 0, 0, err
	}
	if from, err = instant(r, "from", min(first, to)); err != nil {
		return 0, 0, err
	}
	if to < from {
		return 0, 0, senseless("the statement would end before it begins; from must not be after to")
	}
	return from, to, nil
}

// accepted is the form that a client likes best of those there are; JSON when it likes none or does not say.
func accepted(header string) string {
	type wish struct {
		kind    string
		quality float64
	}
	var wishes []wish
	for part := range strings.SplitSeq(header, ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		quality := 1.0
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
			quality = q
		}
		wishes = append(wishes, wish{kind, quality})
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.quality, a.quality) })
	for _, w := range wishes {
		switch {
		case w.quality <= 0:
		case w.kind == client.CSV || w.kind == client.Text || w.kind == client.JSON:
			return w.kind
		case w.kind == "text/*":
			return client.Text
		}
	}
	return client.JSON
}
