package lease

import (
	"os"
	"testing"
	"time"
)

func TestStartTime(t *testing.T) {
	t.Parallel()
	const rest = "S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 "
	for stat, want := range map[string]time.Duration{
		"1 (systemd) " + rest + "7 170000 3000":          70 * time.Millisecond,
		"1 (a ) b (c)) " + rest + "123456 170000 3000":   1234560 * time.Millisecond, // a program may have any name
		"1 (systemd) " + rest + "soon 1":                 -1,
		"1 (systemd) S 0 1":                              -1,
		"":                                               -1,
		"1 systemd " + rest + "7 170000 3000":            -1,
		"1 (systemd) " + rest + "9223372036854775807 1 ": -1,
		"1 (systemd) " + rest + "-5 1 ":                  -1,
	} {
		got, err := startTime([]byte(stat))
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: %s, %v; want %s", stat, got, err, want)
		}
	}
}

// Two looks are apart by the same time on both clocks, and this process is no older than what it runs on.
func TestReadClock(t *testing.T) {
	t.Parallel()
	first, err := ReadClock()
	if err != nil {
		t.Fatal(err)
	}
	second, err := ReadClock()
	if err != nil || second.Uptime < first.Uptime || first.Uptime < 0 || time.Since(first.Now) < 0 {
		t.Errorf("%+v, then %+v, %v", first, second, err)
	}
	if os.Getpid() != 1 && second.Uptime == 0 {
		t.Error("no time has passed since PID 1 started")
	}
}

func TestKernelUptime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"70.25 123.45\n": 70250 * time.Millisecond, "0.00 0.00\n": 0, "": -1, "\n": -1, "-1.00 2": -1, "soon 2": -1, "1e9 2": -1,
	} {
		if got, err := kernelUptime([]byte(text)); (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
}
