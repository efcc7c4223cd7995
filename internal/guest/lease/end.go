package lease

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// end asks for an orderly power-off, and forces it when the machine is still there ForceAfter after the end of the lease.
// That is counted from the end itself where it has only just been: a slow answer of metadata is then at the cost of the
// services, not of the meter's margin. Where it lies further back, as on a machine that was started without credits, the
// services have all of ForceAfter from now on.
//
// The end of ctx is the shutdown that has reached this process, so it needs no force. That is so where PID 1 kills what is
// left some seconds later, as that of the embedded cloud does; systemd's unit keeps the process until the very end.
func (w *watch) end(ctx context.Context, past time.Duration) {
	if w.PowerOff == nil {
		return
	}
	left := ForceAfter
	if past <= endTimeout {
		left -= past
	}
	asked := make(chan error, 1)
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		err := w.PowerOff(asking)
		if err != nil && asking.Err() == nil {
			w.Logger.Error(fmt.Sprintf("%v; power-off is forced in %s", err, left)) // now: this machine may not live to say it later
		}
		asked <- err
	}()
	if w.Wait(ctx, left) == nil {
		w.Logger.Error(fmt.Sprintf("still here %s after power-off was asked for; forcing it", left))
		w.note(w.Force())
		cancel()
	}
	w.trouble = errors.Join(w.trouble, <-asked)
}

// Sleep waits for d, or for the end of ctx, which is then the error. Its clock is not set with the wall clock.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
