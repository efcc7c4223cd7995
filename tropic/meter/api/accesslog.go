package api

import (
	"log/slog"
	"net"
	"net/http"
)

// logAccess logs each request by its route, never by its path, query, headers or body: secrets are put in all of them.
func (s *Server) logAccess(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.config.Clock()
		seen := &observed{ResponseWriter: w}
		defer func() {
			record := recordOf(r)
			level := slog.LevelInfo
			if seen.status() >= http.StatusInternalServerError {
				level = slog.LevelError
			}
			s.config.Logger.LogAttrs(r.Context(), level, "request",
				slog.String("request_id", record.id), slog.String("method", method(r)), slog.String("route", routeLabel(record)),
				slog.Int("status", seen.status()), slog.Int64("bytes", seen.bytes), slog.Duration("took", s.config.Clock().Sub(began)),
				slog.String("remote", address(r)), slog.String("principal", record.principal.String()), slog.String("account", record.account))
		}()
		next.ServeHTTP(seen, r)
	})
}

// observed notes what is answered.
type observed struct {
	http.ResponseWriter
	code  int
	bytes int64
}

func (o *observed) WriteHeader(code int) {
	if o.code == 0 {
		o.code = code
	}
	o.ResponseWriter.WriteHeader(code)
}

func (o *observed) Write(p []byte) (int, error) {
	if o.code == 0 {
		o.code = http.StatusOK
	}
	n, err := o.ResponseWriter.Write(p)
	o.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find what is below.
func (o *observed) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// status is what was answered, 0 if nothing was.
func (o *observed) status() int { return o.code }

// address is the caller's, without the port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// method is one of the methods of HTTP: anything else may be anything.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	default:
		return "other"
	}
}

// routeLabel is the route, or one name for all that have none.
func routeLabel(r *record) string {
	if r.route == "" {
		return "none"
	}
	return r.route
}
