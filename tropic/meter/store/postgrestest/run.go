package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
)

// Run starts a server for a test, and ends it with the test. On a machine without PostgreSQL the test is skipped, and says so
// on stderr; under CI=true it fails.
func Run(t testing.TB) *Server {
	t.Helper()
	s, err := Start(t.Context())
	if errors.Is(err, ErrMissing) {
		fmt.Fprintf(os.Stderr, "SKIPPED %s: %v\n", t.Name(), err)
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return s
}
