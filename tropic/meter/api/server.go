package api

import (
	"net/http"
	"path"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// Server answers the API's requests. It is safe for concurrent use.
type Server struct {
	config  Config
	schema  *schema
	limits  *limiters
	metrics *metrics
	mux     *http.ServeMux
	handler http.Handler
}

// New makes a server. Metrics are registered in the registry of the config, so that one serves one API.
func New(config Config) (*Server, error) {
	if err := config.complete(); err != nil {
		return nil, err
	}
	s := &Server{config: config, mux: http.NewServeMux()}
	var err error
	if s.schema, err = loadSchema(); err != nil {
		return nil, err
	}
	if s.limits, err = newLimiters(config.Rates, config.Clock); err != nil {
		return nil, err
	}
	if s.metrics, err = newMetrics(config.Registry); err != nil {
		return nil, err
	}
	for _, r := range s.routes() {
		h, err := s.serve(r)
		if err != nil {
			return nil, err
		}
		s.mux.Handle(r.method+" "+r.path, h)
	}
	s.handler = chain(http.HandlerFunc(s.dispatch), s.identify, s.measure, s.logAccess, s.recoverPanics)
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// dispatch finds the route. What has none is answered in the API's own form, which http.ServeMux would not.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.mux.Handler(r); pattern == "" || path.Clean(r.URL.Path) != r.URL.Path {
		s.fail(w, r, &failure{http.StatusNotFound, client.NotFound, "there is no such path, or not by this method; /openapi.yaml lists what there is"})
		return
	}
	s.mux.ServeHTTP(w, r)
}

// middleware does something around a handler.
type middleware func(http.Handler) http.Handler

// chain puts middlewares around a handler, the first one outermost.
func chain(h http.Handler, around ...middleware) http.Handler {
	for i := len(around) - 1; i >= 0; i-- {
		h = around[i](h)
	}
	return h
}
