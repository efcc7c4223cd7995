package store

import "database/sql"

// DB lets tests try what the store itself never does.
func (s *Store) DB() *sql.DB { return s.db }
