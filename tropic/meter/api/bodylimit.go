package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
)

// maxBody bounds the body of a request.
const maxBody = 64 << 10

type bodyKey struct{}

// limitBody reads the body, once and whole, so that those who check it and those who use it see the same.
func (s *Server) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			s.fail(w, r, err)
			return
		case err != nil:
			s.fail(w, r, malformed("the body did not come whole"))
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), bodyKey{}, body))
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// bodyOf is the body of a request that went through limitBody.
func bodyOf(r *http.Request) []byte {
	body, _ := r.Context().Value(bodyKey{}).([]byte)
	return body
}
