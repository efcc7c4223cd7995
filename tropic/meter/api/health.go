package api

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/prometheus/common/expfmt"
)

// readyWithin is how soon a store must answer that is well.
const readyWithin = 3 * time.Second

func (s *Server) health(*http.Request) (*answer, error) {
	return sent(http.StatusOK, map[string]string{"status": "ok"})
}

func (s *Server) ready(r *http.Request) (*answer, error) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if _, err := s.config.Store.Now(ctx); err != nil {
		return nil, err
	}
	return sent(http.StatusOK, map[string]string{"status": "ready"})
}

func (s *Server) describe(*http.Request) (*answer, error) {
	return &answer{http.StatusOK, "application/yaml", Description}, nil
}

// scrape answers with metrics.
func (s *Server) scrape(*http.Request) (*answer, error) {
	families, err := s.metrics.registry.Gather()
	if err != nil {
		return nil, err
	}
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	var out bytes.Buffer
	encoder := expfmt.NewEncoder(&out, format)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return nil, err
		}
	}
	return &answer{http.StatusOK, string(format), out.Bytes()}, nil
}
