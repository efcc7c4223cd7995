//go:build unix

package gatebench

import (
	"syscall"
	"time"
)

// cpuTime is what this process has used of processors so far, garbage collection included. Unlike the clock, it does not
// count what other processes take.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
