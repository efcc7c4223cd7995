package lease

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// ReadClock returns this moment on this machine. An error leaves the uptime that of the kernel.
func ReadClock() (Clock, error) {
	var boot unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &boot); err != nil {
		return Clock{Now: time.Now()}, fmt.Errorf("time since boot: %w", err)
	}
	c := Clock{Now: time.Now(), Uptime: time.Duration(boot.Nano())}
	stat, err := os.ReadFile("/proc/1/stat")
	if err != nil {
		return c, fmt.Errorf("time since boot: %w", err)
	}
	start, err := startTime(stat)
	if err != nil {
		return c, err
	}
	c.Uptime = max(0, c.Uptime-start)
	return c, nil
}

// ticksPerSecond is the kernel's USER_HZ, 100 on all that Tropic runs on (proc_pid_stat(5), time(7)).
const ticksPerSecond = 100

// startTime returns when a process started, since the kernel's boot, from its /proc/PID/stat. That of PID 1 is when this
// machine booted, also where a machine shares its kernel with others, as those of the embedded cloud do.
func startTime(stat []byte) (time.Duration, error) {
	const field = 22 - 3 // starttime, counted from the first field after the program's name
	end := bytes.LastIndexByte(stat, ')')
	fields := bytes.Fields(stat[end+1:])
	if end < 0 || len(fields) <= field {
		return 0, errors.New("time since boot: /proc/1/stat is too short")
	}
	ticks, err := strconv.ParseUint(string(fields[field]), 10, 32) // 497 days, which cannot overflow
	if err != nil {
		return 0, fmt.Errorf("time since boot: /proc/1/stat: %w", err)
	}
	return time.Duration(ticks) * (time.Second / ticksPerSecond), nil
}
