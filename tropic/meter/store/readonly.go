package store

import (
	"context"
	"fmt"
	"net/url"
	"os"
)

// ReadOnly opens a store that is there already and changes nothing in it, not even tables that an older version made: for
// whoever checks a store that may be damaged.
func ReadOnly() Option { return func(s *Store) { s.readOnly = true } }

// openSQLiteReadOnly opens a file as it is.
func (s *Store) openSQLiteReadOnly(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("open the meter's store: %w", err)
	}
	query := url.Values{"_pragma": {"busy_timeout(10000)", "query_only(1)"}, "mode": {"ro"}}
	s.dialect = sqliteDialect
	return s.open(ctx, "sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}).String(), 0)
}

// readOnlyAddress has a PostgreSQL server refuse writes.
func readOnlyAddress(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%w: %s", ErrAddress, redacted(address))
	}
	query := u.Query()
	query.Set("default_transaction_read_only", "on")
	u.RawQuery = query.Encode()
	return u.String(), nil
}
