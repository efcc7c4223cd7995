//go:build linux

package lite

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
)

// etc writes the machine's own configuration; nothing of the host's /etc is copied.
func (b builder) etc(m driver.Machine) error {
	ubuntu := ubuntuID
	if !manyIDs() {
		ubuntu = 0 // there is one id, so that a file given to ubuntu can be given at all
	}
	files := map[string]string{
		"passwd": fmt.Sprintf("root:x:0:0:root:/root:/bin/bash\nubuntu:x:%d:%d:Ubuntu:/home/ubuntu:/bin/bash\n"+
			"nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", ubuntu, ubuntu),
		"group":         fmt.Sprintf("root:x:0:\nubuntu:x:%d:\ntty:x:5:\nnogroup:x:65534:\n", ubuntu),
		"hostname":      m.Hostname + "\n",
		"hosts":         "127.0.0.1 localhost\n127.0.1.1 " + m.Hostname + "\n169.254.169.254 instance-data\n",
		"resolv.conf":   "# no name server: machines of driver lite have no way out\n",
		"nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
		"os-release":    "PRETTY_NAME=\"Tropic lite machine\"\nNAME=\"Tropic lite\"\nID=tropic-lite\nID_LIKE=ubuntu\n",
		"profile":       "export PATH=" + machinePath + "\n",
	}
	for name, content := range files {
		if err := b.write(filepath.Join(b.root, "etc", name), []byte(content), 0o644, 0); err != nil {
			return err
		}
	}
	return b.write(filepath.Join(b.root, "etc/shadow"), []byte("root:*:20000::::::\nubuntu:*:20000::::::\n"), 0o600, 0)
}

// power provides the commands that end or reboot a machine: PID 1 takes SIGTERM and SIGINT for it. They come before the
// host's own in PATH, which ask a systemd that is not there.
func (b builder) power() error {
	const off = "#!/bin/sh\n# Powers this machine off.\nexec kill -TERM 1\n"
	const reboot = "#!/bin/sh\n# Reboots this machine.\nexec kill -INT 1\n"
	const shutdown = `#!/bin/sh
# Powers this machine off, or reboots it with -r, at once; driver lite knows no other times.
signal=TERM when=
for word; do
  case $word in
    -h | -P | -H | --halt | --poweroff) signal=TERM ;;
    -r | --reboot) signal=INT ;;
    --no-wall) ;;
    now | +0) when=now; break ;; # what follows is a message to users
    *) when=$word; break ;;
  esac
done
if [ "$when" != now ]; then
  echo "shutdown: driver lite powers off or reboots at once only: say 'shutdown -h now' or 'shutdown -r now'" >&2
  exit 1
fi
exec kill -"$signal" 1
`
	var errs []error
	for name, script := range map[string]string{"poweroff": off, "halt": off, "reboot": reboot, "shutdown": shutdown} {
		errs = append(errs, b.write(filepath.Join(b.local, "sbin", name), []byte(script), 0o755, 0))
	}
	return errors.Join(errs...)
}
