package simulate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// rows writes a row for each charge and keeps each account's balance, in tables of its own: what the meter does not do,
// to compare. Statements are about many machines at once, which is as fast as rows get.
type rows struct {
	*simulation

	db     *sql.DB
	option rowOption
}

// rowOption is how an engine is told to keep rows well.
type rowOption struct{ charges, accounts string }

var rowOptions = map[string]rowOption{
	"sqlite":   {charges: " WITHOUT ROWID"},
	"memory":   {charges: " WITHOUT ROWID"},
	"postgres": {accounts: " WITH (fillfactor = 50)"}, // room for new versions of rows in the same page
}

// chunk is how many machines a transaction is about.
const chunk = 25_000

func (r *rows) setup(ctx context.Context) error {
	r.option = rowOptions[r.report.Store]
	r.db = r.store.Unguarded()
	for _, statement := range []string{
		`CREATE TABLE simulate_account (machine BIGINT NOT NULL PRIMARY KEY, rate BIGINT NOT NULL, charged BIGINT NOT NULL, balance BIGINT NOT NULL)` + r.option.accounts,
		`CREATE TABLE simulate_charge (tick BIGINT NOT NULL, machine BIGINT NOT NULL, amount BIGINT NOT NULL, PRIMARY KEY (tick, machine))` + r.option.charges,
	} {
		if _, err := r.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("make the tables of charges: %w", err)
		}
	}
	return r.chunks(ctx, r.insert)
}

// chunks does something in a transaction for each chunk of machines.
func (r *rows) chunks(ctx context.Context, do func(ctx context.Context, tx *sql.Tx, from, to int) error) error {
	for from := 0; from < r.Instances; from += chunk {
		tx, err := r.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := do(ctx, tx, from, min(from+chunk, r.Instances)); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// insert makes the accounts of machines.
func (r *rows) insert(ctx context.Context, tx *sql.Tx, from, to int) error {
	const most = 1000 // in one statement
	for ; from < to; from += most {
		var values strings.Builder
		for n := from; n < min(from+most, to); n++ {
			start := r.fleet.start(n)
			fmt.Fprintf(&values, ",(%d,%d,%d,0)", n, r.fleet.rate(&start), start.Effective)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO simulate_account (machine, rate, charged, balance) VALUES `+values.String()[1:]); err != nil { //nolint:gosec // numbers only
			return fmt.Errorf("insert accounts: %w", err)
		}
	}
	return nil
}

func (r *rows) tick(ctx context.Context, at meter.Instant) (charges int, err error) {
	err = r.chunks(ctx, func(ctx context.Context, tx *sql.Tx, from, to int) error {
		result, err := tx.ExecContext(ctx, `INSERT INTO simulate_charge (tick, machine, amount)
			SELECT $1, machine, rate * ($1 - charged) FROM simulate_account WHERE machine >= $2 AND machine < $3 AND charged < $1`, int64(at), from, to)
		if err != nil {
			return fmt.Errorf("insert charges: %w", err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		charges += int(n)
		_, err = tx.ExecContext(ctx, `UPDATE simulate_account SET balance = balance - rate * ($1 - charged), charged = $1
			WHERE machine >= $2 AND machine < $3 AND charged < $1`, int64(at), from, to)
		return err
	})
	return charges, err
}

func (r *rows) bodies() int64 { return 0 }

// audit adds the rows up.
func (r *rows) audit(ctx context.Context, until meter.Instant) (c Conservation, err error) {
	var t sums
	found, err := r.db.QueryContext(ctx, `SELECT a.machine, CAST(-a.balance AS BIGINT), CAST(SUM(c.amount) AS BIGINT) FROM simulate_account a
		JOIN simulate_charge c ON c.machine = a.machine GROUP BY a.machine, a.balance ORDER BY a.machine`)
	if err != nil {
		return c, fmt.Errorf("add the charges up: %w", err)
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	seen := 0
	for found.Next() {
		var n int
		var debited, charged int64
		if err := found.Scan(&n, &debited, &charged); err != nil {
			return c, err
		}
		t.debited.Add(&t.debited, big.NewInt(debited))
		t.credited.Add(&t.credited, big.NewInt(charged))
		t.machine(r.fleet, n, until, big.NewInt(charged))
		seen++
	}
	if seen != r.Instances {
		t.faulty("%d machines were charged instead of %d", seen, r.Instances)
	}
	return t.conservation(), found.Err()
}
