package api

import (
	"net/http"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/report"
)

func (s *Server) forecast(r *http.Request) (*answer, error) {
	a, err := s.account(r)
	if err != nil {
		return nil, err
	}
	now, err := s.config.Store.Now(r.Context())
	if err != nil {
		return nil, err
	}
	f, err := report.Forecast(a, now)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	if query.Has("instance_type") || query.Has("model") {
		plan := client.MachinePlan{InstanceType: query.Get("instance_type"), Model: query.Get("model")}
		if f.Planned, err = report.Planned(a, s.config.Book, now, plan); err != nil {
			return nil, err
		}
	}
	return sent(http.StatusOK, f)
}
