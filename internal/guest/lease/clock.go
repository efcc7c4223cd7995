package lease

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ReadClock returns this moment on this machine. With an error the uptime is zero or, where only the start of PID 1 is not
// known, that of the kernel.
func ReadClock() (Clock, error) {
	c := Clock{Now: time.Now()}
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return c, fmt.Errorf("time since boot: %w", err)
	}
	if c.Uptime, err = kernelUptime(text); err != nil {
		return c, err
	}
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

// kernelUptime reads /proc/uptime, whose first word is seconds since boot, to the hundredth (proc_uptime(5)).
func kernelUptime(text []byte) (time.Duration, error) {
	first, _, _ := strings.Cut(string(text), " ")
	uptime, err := time.ParseDuration(first + "s")
	if err != nil || uptime < 0 {
		return 0, fmt.Errorf("time since boot: /proc/uptime says %.*q", maxQuoted, text)
	}
	return uptime, nil
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
