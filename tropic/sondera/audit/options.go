package audit

import (
	"fmt"
	"slices"
	"time"
)

// SyncPolicy says when a record is on the disk and no longer only with the operating system.
type SyncPolicy int

const (
	// SyncNever leaves that to the operating system, and to Log.Sync: records survive the death of the process, but
	// the last seconds may be lost with the machine's power.
	SyncNever SyncPolicy = iota
	// SyncAlways calls fsync before Append returns; callers that wait at the same time share one call.
	SyncAlways
)

// Defaults of Options.
const (
	DefaultMaxBytes  = 64 << 20
	DefaultMaxAge    = 30 * 24 * time.Hour
	DefaultKeep      = 16
	DefaultMaxParams = 8 << 10
)

// Bounds of Options.
const (
	MinKey       = 32        // bytes
	MaxMaxParams = 256 << 10 // bytes
)

// Options of a log. The zero value is ready for use.
type Options struct {
	// Key authenticates every line and the head (HMAC-SHA-256); at least MinKey random bytes, of this log alone, out of
	// reach of whoever might change the files. Without a key there is no authentication. A log keeps the key, or the
	// absence of one, that it began with.
	Key []byte
	// MaxBytes is the size at which a file is rotated; a file holds at least one record whatever its size.
	// 0 is DefaultMaxBytes.
	MaxBytes int64
	// MaxAge is the time after its first line at which a file is rotated. 0 is DefaultMaxAge, less than 0 is never.
	MaxAge time.Duration
	// Keep is how many rotated files are kept beside the one that is written. 0 is DefaultKeep, less than 0 is all.
	Keep int
	// MaxParams is how many bytes of a record's parameters are kept. 0 is DefaultMaxParams, MaxMaxParams is the most.
	MaxParams int
	Sync      SyncPolicy
	// Group, if not nil, is the id of a group that may read: files get the mode 0640 and this group instead of 0600.
	Group *int
	// Now tells the time; nil is time.Now.
	Now func() time.Time
}

func (o Options) complete() (Options, error) {
	if len(o.Key) > 0 && len(o.Key) < MinKey {
		return o, fmt.Errorf("audit: the key has %d bytes, at least %d are needed", len(o.Key), MinKey)
	}
	if o.MaxParams < 0 || o.MaxParams > MaxMaxParams {
		return o, fmt.Errorf("audit: MaxParams is %d, it must be from 0 to %d", o.MaxParams, MaxMaxParams)
	}
	if o.MaxBytes < 0 {
		return o, fmt.Errorf("audit: MaxBytes is %d, it must not be negative", o.MaxBytes)
	}
	if o.Sync != SyncNever && o.Sync != SyncAlways {
		return o, fmt.Errorf("audit: unknown sync policy %d", o.Sync)
	}
	if o.Group != nil && *o.Group < 0 {
		return o, fmt.Errorf("audit: %d is no id of a group", *o.Group)
	}
	o.Key = slices.Clone(o.Key)
	orDefault(&o.MaxBytes, DefaultMaxBytes)
	orDefault(&o.MaxAge, DefaultMaxAge)
	orDefault(&o.Keep, DefaultKeep)
	orDefault(&o.MaxParams, DefaultMaxParams)
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

func orDefault[T comparable](value *T, byDefault T) {
	var zero T
	if *value == zero {
		*value = byDefault
	}
}
