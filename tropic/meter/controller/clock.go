package controller

import (
	"context"
	"errors"
	"fmt"
)

// ErrClock is wrapped by the error about a database whose clock cannot be right. While it lasts nothing is charged, stopped
// or renewed: the leases that are out bound what machines may spend.
var ErrClock = errors.New("the database's clock cannot be right")

// look asks for the time. A clock that was set back counts as standing still.
func (c *Controller) look(ctx context.Context) error {
	now, err := c.Store.Now(ctx)
	if err != nil {
		return err
	}
	apart := now.Time().Sub(c.Clock()).Abs()
	if apart > c.Tolerance {
		return fmt.Errorf("%w: it says %s, this machine's says %s; set them right (NTP), whichever is wrong", ErrClock, now, c.Clock().UTC().Format("2006-01-02T15:04:05Z"))
	}
	c.now = max(c.now, now)
	return nil
}
