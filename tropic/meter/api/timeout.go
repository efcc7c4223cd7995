package api

import (
	"context"
	"net/http"
	"time"
)

// answerWithin bounds how long the store may take for a request. It is less than the time in which an answer must be
// written, so that there is one.
const answerWithin = 20 * time.Second

func limitTime(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
