//go:build linux

package lite

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// refused is the error of something the kernel did not let the driver do, with what to do about it. Failures of other
// processes arrive as text.
func refused(doing string, err error) error {
	said := doing + ": " + err.Error()
	if hint := remedy(said, err, readSetting); hint != "" {
		return fmt.Errorf("%s: %w; %s", doing, err, hint)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// remedy names what a person can change, from the settings of this computer that are known to forbid user namespaces.
func remedy(said string, err error, setting func(path string) string) string {
	limit := errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EUSERS) || strings.Contains(said, unix.ENOSPC.Error())
	denied := errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) ||
		strings.Contains(said, unix.EPERM.Error()) || strings.Contains(said, unix.EACCES.Error())
	switch {
	case !limit && !denied:
		return ""
	case setting("user/max_user_namespaces") == "0":
		return "this computer allows no user namespaces: sudo sysctl -w user.max_user_namespaces=10000"
	case limit:
		return "the limit of namespaces is reached (sysctl user.max_user_namespaces and its neighbours), or the disk is full"
	case setting("kernel/unprivileged_userns_clone") == "0":
		return "this computer allows user namespaces to root alone: sudo sysctl -w kernel.unprivileged_userns_clone=1"
	case setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
		return "AppArmor restricts user namespaces here (Ubuntu 23.10 and later): " +
			"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or give this program a profile with `userns,`"
	}
	return "user namespaces and mounts in them must be allowed; in a container, its seccomp profile must allow unshare, clone and " +
		"mount, and /proc must not be masked"
}

func readSetting(path string) string {
	raw, err := os.ReadFile("/proc/sys/" + path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(raw))
}
