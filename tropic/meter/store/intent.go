package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// Action is what an intent is about.
type Action string

// The actions.
const (
	StopMachine  Action = "stop"
	StartMachine Action = "start"
	Warn         Action = "warn"
)

// State is how far an intent is.
type State string

// The states. Only an open intent is acted on. One that was cancelled may be opened again; one that is done never is.
const (
	StateOpen      State = "open"
	StateDone      State = "done"
	StateCancelled State = "cancelled"
)

// Intent is something to be done in the world outside. It is written in the transaction of what it follows from, and acted
// on once at least.
type Intent struct {
	Key      string         `json:"-"` // which intent: the same follows from the same facts, whoever works it out
	Account  string         `json:"-"`
	Instance string         `json:"-"`
	Action   Action         `json:"-"`
	Deadline meter.Deadline `json:"deadline"`         // it is about
	Before   time.Duration  `json:"before,omitempty"` // of a warning: how long before the deadline
	State    State          `json:"-"`
	Due      meter.Instant  `json:"-"` // when it is to be tried next
	Attempts int            `json:"-"`
	Outcome  string         `json:"-"` // for people
}

// Change is what became of an open intent: it is postponed, when its state stays open, or settled.
type Change struct {
	Key      string
	State    State
	Due      meter.Instant
	Attempts int
	Outcome  string
}

// insert adds the intent, or opens it again when it was cancelled, and tells how it stands then.
func (i *Intent) insert(ctx context.Context, tx *sql.Tx, shard int64) error {
	body, err := json.Marshal(i)
	if err != nil {
		return err
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO intent (key, shard, account, instance, action, body, state, due, attempts, outcome)
		VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, 0, '')
		ON CONFLICT (key) DO UPDATE SET state = 'open', body = excluded.body, due = excluded.due, attempts = 0, outcome = ''
		WHERE intent.state = 'cancelled' RETURNING state`,
		i.Key, shard, i.Account, i.Instance, string(i.Action), string(body), int64(i.Due)).Scan(&i.State)
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.QueryRowContext(ctx, `SELECT state FROM intent WHERE key = $1`, i.Key).Scan(&i.State)
	}
	if err != nil {
		return fmt.Errorf("intent %q: %w", i.Key, err)
	}
	return nil
}

func (c *Change) write(ctx context.Context, tx *sql.Tx, shard int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE intent SET state = $3, due = $4, attempts = $5, outcome = $6 WHERE key = $1 AND shard = $2 AND state = 'open'`,
		c.Key, shard, string(c.State), int64(c.Due), c.Attempts, c.Outcome)
	if err != nil {
		return fmt.Errorf("intent %q: %w", c.Key, err)
	}
	return nil
}

const intentColumns = `SELECT key, account, instance, action, body, state, due, attempts, outcome FROM intent `

// OpenIntents are those of a shard that are to be acted on, the earliest first.
func (s *Store) OpenIntents(ctx context.Context, shard uint32) ([]Intent, error) {
	out, err := collect(ctx, s.db, scanIntent, intentColumns+`WHERE shard = $1 AND state = 'open' ORDER BY due, key`, int64(shard))
	if err != nil {
		return nil, fmt.Errorf("read the open intents of shard %d: %w", shard, err)
	}
	return out, nil
}

// Intents are all of an account, whatever became of them, by key.
func (s *Store) Intents(ctx context.Context, account string) ([]Intent, error) {
	out, err := collect(ctx, s.db, scanIntent, intentColumns+`WHERE account = $1 ORDER BY key`, account)
	if err != nil {
		return nil, fmt.Errorf("read the intents of account %q: %w", account, err)
	}
	return out, nil
}

func scanIntent(scan func(...any) error) (Intent, error) {
	var i Intent
	var body string
	if err := scan(&i.Key, &i.Account, &i.Instance, &i.Action, &body, &i.State, &i.Due, &i.Attempts, &i.Outcome); err != nil {
		return i, err
	}
	if err := json.Unmarshal([]byte(body), &i); err != nil {
		return i, fmt.Errorf("%w: intent %q: %w", ErrDamaged, i.Key, err)
	}
	return i, nil
}
