package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// collect reads all rows of a query.
func collect[T any](ctx context.Context, q querier, read func(scan func(...any) error) (T, error), query string, args ...any) (out []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// tuples writes n times ($1, $2, …), each with some more parameters, from one on. A format of a parameter may give it a type.
func tuples(from, n, width int, parameter string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		for j := range width {
			b.WriteByte("(,"[min(j, 1)])
			fmt.Fprintf(&b, parameter, from+i*width+j)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// Formats of parameters. Among values that are only compared, PostgreSQL takes one without a type for a text.
const (
	plain  = "$%d"
	bigint = "CAST($%d AS BIGINT)"
)

// chunk is how many rows one statement writes at most: SQLite takes 32,766 parameters, and large statements gain nothing.
const chunk = 256
