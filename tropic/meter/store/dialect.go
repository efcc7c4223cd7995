package store

import (
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// dialect is what differs between the engines.
type dialect struct {
	migrations goose.Dialect
	now        string // the database's clock, in milliseconds since 1970
	size       string // of all tables in bytes; "" where a file says it
	directory  string
}

// locker keeps replicas that start together from migrating at once: by a lease in a table, which every engine has. A SQLite
// file is locked while it is opened.
func (d dialect) locker() ([]goose.ProviderOption, error) {
	if d.migrations != goose.DialectPostgres {
		return nil, nil
	}
	locker, err := lock.NewPostgresTableLocker()
	if err != nil {
		return nil, err
	}
	return []goose.ProviderOption{goose.WithLocker(locker)}, nil
}

var sqliteDialect = dialect{
	migrations: goose.DialectSQLite3,
	directory:  "migrations/sqlite",
	now:        `SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
}

var postgresDialect = dialect{
	migrations: goose.DialectPostgres,
	directory:  "migrations/postgres",
	now:        `SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`,
	size:       `SELECT CAST(COALESCE(SUM(pg_total_relation_size(c.oid)), 0) AS BIGINT) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'`,
}
