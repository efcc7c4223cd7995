package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Size is how many bytes the store takes: of a SQLite file with its write-ahead log, in PostgreSQL of all tables of the
// schema with their indexes. It is for measurements: not every PostgreSQL-compatible engine can tell.
func (s *Store) Size(ctx context.Context) (bytes int64, err error) {
	if s.dialect.size == "" {
		return s.fileSize(ctx)
	}
	if err := s.db.QueryRowContext(ctx, s.dialect.size).Scan(&bytes); err != nil {
		return 0, fmt.Errorf("ask for the size of the store: %w", err)
	}
	return bytes, nil
}

// fileSize is that of a SQLite file; one in memory is counted by its pages.
func (s *Store) fileSize(ctx context.Context) (bytes int64, err error) {
	var path string
	var pages, size int64
	err = s.db.QueryRowContext(ctx, `SELECT file, page_count, page_size FROM pragma_database_list, pragma_page_count, pragma_page_size WHERE pragma_database_list.name = 'main'`).
		Scan(&path, &pages, &size)
	if err != nil {
		return 0, fmt.Errorf("ask for the size of the store: %w", err)
	}
	if path == "" {
		return pages * size, nil
	}
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("ask for the size of the store: %w", err)
		}
		bytes += info.Size()
	}
	return bytes, nil
}

// Unguarded is the database itself, for measurements that compare. What is the meter's is not to be written by it.
func (s *Store) Unguarded() *sql.DB { return s.db }
