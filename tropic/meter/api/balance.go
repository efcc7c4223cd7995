package api

import (
	"net/http"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
)

func (s *Server) balance(r *http.Request) (*answer, error) {
	a, err := s.account(r)
	if err != nil {
		return nil, err
	}
	now, err := s.config.Store.Now(r.Context())
	if err != nil {
		return nil, err
	}
	at, err := instant(r, "at", now)
	if err != nil {
		return nil, err
	}
	b, err := report.Balance(a, at)
	if err != nil {
		return nil, err
	}
	return sent(http.StatusOK, b)
}
