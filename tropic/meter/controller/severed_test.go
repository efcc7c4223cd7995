package controller_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// severed is a store that a replica is cut off from when it is killed: what it does afterwards does not happen.
type severed struct {
	controller.Store

	cut atomic.Bool
}

var errCut = errors.New("the replica was killed")

func (s *severed) sever() { s.cut.Store(true) }

func (s *severed) err() error {
	if s.cut.Load() {
		return errCut
	}
	return nil
}

func (s *severed) Now(ctx context.Context) (meter.Instant, error) {
	if err := s.err(); err != nil {
		return 0, err
	}
	return s.Store.Now(ctx)
}

func (s *severed) Append(ctx context.Context, facts ...meter.Fact) (int, error) {
	if err := s.err(); err != nil {
		return 0, err
	}
	return s.Store.Append(ctx, facts...)
}

func (s *severed) Heartbeat(ctx context.Context, owner string, ttl time.Duration) ([]store.Lease, int, error) {
	if err := s.err(); err != nil {
		return nil, 0, err
	}
	return s.Store.Heartbeat(ctx, owner, ttl)
}

func (s *severed) Commit(ctx context.Context, owner string, turns ...store.Turn) error {
	if err := s.err(); err != nil {
		return err
	}
	return s.Store.Commit(ctx, owner, turns...)
}

// Leave is not called by what was killed.
func (s *severed) Leave(ctx context.Context, owner string) error {
	if s.cut.Load() {
		return nil
	}
	return s.Store.Leave(ctx, owner)
}
