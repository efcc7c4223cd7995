package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// access says who may use a route.
type access int

const (
	anyone    access = iota
	scraper          // an admin, or anyone where the server was told so
	ownerOnly        // who has a token of the account, or an admin
	adminOnly
)

// route is one operation of the API.
type route struct {
	method, path string
	access       access
	handle       func(*http.Request) (*answer, error)
}

func (s *Server) routes() []route {
	const account = "/v1/accounts/{account}"
	return []route{
		{"GET", "/healthz", anyone, s.health},
		{"GET", "/readyz", anyone, s.ready},
		{"GET", "/openapi.yaml", anyone, s.describe},
		{"GET", "/metrics", scraper, s.scrape},
		{"GET", "/v1/accounts", adminOnly, s.accounts},
		{"GET", account + "/balance", ownerOnly, s.balance},
		{"GET", account + "/forecast", ownerOnly, s.forecast},
		{"GET", account + "/statement", ownerOnly, s.statement},
		{"GET", account + "/limits", ownerOnly, s.readLimits},
		{"PUT", account + "/limits", ownerOnly, s.setLimits},
		{"POST", account + "/grants", adminOnly, s.grant},
		{"POST", account + "/adjustments", adminOnly, s.adjust},
		{"POST", account + "/tokens", adminOnly, s.createToken},
		{"GET", account + "/tokens", adminOnly, s.tokens},
		{"DELETE", account + "/tokens/{id}", adminOnly, s.revokeToken},
		{"POST", "/v1/webhooks/stripe", anyone, s.stripe},
	}
}

// answer is what a request that succeeds is answered.
type answer struct {
	status    int
	mediaType string
	body      []byte
}

// serve is the handler of a route: who calls is found out before anything of the call is looked at.
func (s *Server) serve(r route) (http.Handler, error) {
	check, err := s.schema.checks(r.method, r.path)
	if err != nil {
		return nil, err
	}
	answer := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		a, err := r.handle(q)
		if err != nil {
			s.fail(w, q, err)
			return
		}
		send(w, a)
	})
	return chain(answer, named(r.path), limitTime, s.authenticate(r.access), s.limitBody, s.validate(check)), nil
}

// named notes the route in the record of the request.
func named(path string) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recordOf(r).route = path
			next.ServeHTTP(w, r)
		})
	}
}

// sent is an answer in JSON.
func sent(status int, body any) (*answer, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return &answer{status, client.JSON, append(text, '\n')}, nil
}

func send(w http.ResponseWriter, a *answer) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if a.mediaType != "" {
		kind := a.mediaType
		if strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "charset") {
			kind += "; charset=utf-8"
		}
		h.Set("Content-Type", kind)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // who does not listen any more is not told
}
