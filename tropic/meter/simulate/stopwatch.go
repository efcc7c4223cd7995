package simulate

import "time"

// stopwatch measures ticks, and nothing between them.
type stopwatch struct {
	ticks []time.Duration
	cpu   time.Duration
}

func (w *stopwatch) time(tick func() error) error {
	before, err := cpu()
	if err != nil {
		return err
	}
	start := time.Now()
	if err := tick(); err != nil {
		return err
	}
	w.ticks = append(w.ticks, time.Since(start))
	after, err := cpu()
	w.cpu += after - before
	return err
}

func (w *stopwatch) total() (sum time.Duration) {
	for _, d := range w.ticks {
		sum += d
	}
	return sum
}
