package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Store holds facts. It is safe for concurrent use, by several processes at once.
type Store struct {
	db       *sql.DB
	book     *pricebook.Book
	dialect  dialect
	clock    func() time.Time // instead of the database's, if not nil
	readOnly bool
}

// Option changes how a store is opened.
type Option func(*Store)

// WithClock has another clock than the database's decide: for simulations, and for tests that want the same bytes from
// every engine.
func WithClock(now func() time.Time) Option { return func(s *Store) { s.clock = now } }

//go:embed migrations
var migrations embed.FS

// ErrAddress is wrapped by the error about an address of no known form.
var ErrAddress = errors.New("not the address of a store")

// Open opens the store at an address, "sqlite:PATH", "postgres://…" or "memory" (SQLite without a file, which ends with the
// process), and brings its tables up to date. Facts must be about what the book has prices for. Close it.
func Open(ctx context.Context, address string, book *pricebook.Book, options ...Option) (*Store, error) {
	s := &Store{book: book}
	for _, o := range options {
		o(s)
	}
	if err := s.openAt(ctx, address); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Store) openAt(ctx context.Context, address string) error {
	switch scheme, path, _ := strings.Cut(address, ":"); scheme {
	case "sqlite":
		return s.openSQLite(ctx, path)
	case "memory":
		s.dialect = sqliteDialect
		return s.open(ctx, "sqlite", ":memory:", 1) // each connection would have a store of its own
	case "postgres", "postgresql":
		s.dialect = postgresDialect
		if s.readOnly {
			var err error
			if address, err = readOnlyAddress(address); err != nil {
				return err
			}
		}
		return s.open(ctx, "pgx", address, 0)
	default:
		return fmt.Errorf("%w: %q has the scheme %q; want sqlite:PATH, postgres://USER@HOST/DATABASE or memory", ErrAddress, redacted(address), scheme)
	}
}

// openSQLite opens a file that only its owner may read. One connection writes at a time; the others wait for it.
func (s *Store) openSQLite(ctx context.Context, path string) (err error) {
	if path == "" {
		return fmt.Errorf("%w: sqlite: names no file", ErrAddress)
	}
	if s.readOnly {
		return s.openSQLiteReadOnly(ctx, path)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the meter's store: %w", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("open the meter's store: %w", err)
	}
	// SQLite does not wait when two processes make a file a WAL at once, nor does goose when they migrate it.
	lock := flock.New(path + ".lock")
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return fmt.Errorf("wait for others that open the meter's store: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	// FULL: what was committed survives a loss of power. IMMEDIATE: writers queue instead of failing halfway.
	query := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)"}, "_txlock": {"immediate"}}
	s.dialect = sqliteDialect
	return s.open(ctx, "sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}).String(), 0)
}

// open connects, by no more connections than that when there is a limit, and migrates.
func (s *Store) open(ctx context.Context, driver, source string, connections int) (err error) {
	if s.db, err = sql.Open(driver, source); err != nil {
		return fmt.Errorf("open the meter's store: %w", err)
	}
	s.db.SetMaxOpenConns(connections)
	if s.readOnly {
		return nil
	}
	if err := s.migrate(ctx); err != nil {
		return errors.Join(fmt.Errorf("bring the meter's tables up to date: %w", err), s.db.Close())
	}
	return nil
}

func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, s.dialect.directory)
	if err != nil {
		return err
	}
	options, err := s.dialect.locker()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(s.dialect.migrations, s.db, files, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// Close ends the connections.
func (s *Store) Close() error { return s.db.Close() }

// Now is the database's clock, by which facts are recorded.
func (s *Store) Now(ctx context.Context) (meter.Instant, error) {
	if s.clock != nil {
		return meter.At(s.clock()), nil
	}
	var now int64
	if err := s.db.QueryRowContext(ctx, s.dialect.now).Scan(&now); err != nil {
		return 0, fmt.Errorf("ask the database for the time: %w", err)
	}
	return meter.Instant(now), nil
}

// redacted is an address without a password.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "…"
	}
	return u.Redacted()
}
