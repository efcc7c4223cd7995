package service

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// PowerOff shuts the machine down in an orderly way and returns when that is under way. EC2 then shows the instance
// stopped, as its shutdown behaviour is "stop". Nobody who is logged in can delay it.
func (s Set) PowerOff(ctx context.Context) error {
	if s.Systemctl != "" {
		_, err := s.systemctl(ctx, "--check-inhibitors=no", "poweroff")
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if output, err := exec.CommandContext(ctx, "poweroff").CombinedOutput(); err != nil {
		return fmt.Errorf("poweroff: %w: %s", err, strings.TrimSpace(string(output)))
	}
	return nil
}
