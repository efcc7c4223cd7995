package service

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// PowerOff shuts the machine down in an orderly way and returns when that is under way, at the latest with ctx. EC2 then
// shows the instance stopped, as its shutdown behaviour is "stop". Nobody who is logged in can delay it; services that do
// not end can, by systemd's 90 s a unit.
func (s Set) PowerOff(ctx context.Context) error {
	if s.Systemctl != "" {
		_, err := s.systemctl(ctx, "--check-inhibitors=no", "poweroff")
		return err
	}
	command := exec.CommandContext(ctx, "poweroff")
	command.WaitDelay = time.Second // a child of its own may hold its output open
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("poweroff: %w: %s", err, strings.TrimSpace(string(output)))
	}
	return nil
}

// syncLimit is how long ForcePowerOff waits for the disk.
const syncLimit = time.Second

// ForcePowerOff has the kernel power the machine off at once, as systemctl poweroff --force --force does: no process is
// ended, nothing is unmounted (reboot(2)). What was written is on the disk if that takes no longer than a second. It
// returns only if it failed: root alone may do it.
func ForcePowerOff() error {
	synced := make(chan struct{})
	go func() {
		unix.Sync()
		close(synced)
	}()
	timer := time.NewTimer(syncLimit)
	defer timer.Stop()
	select {
	case <-synced:
	case <-timer.C:
	}
	if err := unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF); err != nil {
		return fmt.Errorf("reboot(2), to power off: %w", err)
	}
	return nil
}
