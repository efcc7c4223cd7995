package api

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
)

// record is what becomes known of a request while it is answered, for the log and the metrics.
type record struct {
	id        string
	route     string // "" while none is found
	principal *principal
	account   string // once the caller may know of it
}

type recordKey struct{}

// recordOf is the record of a request that went through identify.
func recordOf(r *http.Request) *record {
	known, _ := r.Context().Value(recordKey{}).(*record)
	if known == nil {
		known = &record{}
	}
	return known
}

// requestID is what an id looks like. It has no underscore, as tokens and Stripe's secrets do: one that was sent as an id by
// mistake is none, since ids go to the log.
var requestID = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`)

// identify gives each request an id: its own when it has a good one, else a new one.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if !requestID.MatchString(id) {
			id = rand.Text()
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), recordKey{}, &record{id: id})))
	})
}
