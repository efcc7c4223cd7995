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

// power provides the commands that end a machine: PID 1 takes SIGTERM for it.
func (b builder) power() error {
	const off = "#!/bin/sh\n# Ends this machine; init takes SIGTERM for it.\nexec kill -TERM 1\n"
	const shutdown = `#!/bin/sh
# Ends this machine at once; other times are not supported by driver lite.
for word; do
  case $word in
    -h | -P | now | +0) ;;
    *) echo "shutdown: driver lite supports 'shutdown -h now' only, not '$word'" >&2; exit 1 ;;
  esac
done
exec kill -TERM 1
`
	var errs []error
	for name, script := range map[string]string{"poweroff": off, "halt": off, "shutdown": shutdown} {
		errs = append(errs, b.write(filepath.Join(b.local, "sbin", name), []byte(script), 0o755, 0))
	}
	return errors.Join(errs...)
}
