package reconcile_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/guest/reconcile"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

const (
	instanceID   = "i-0123456789abcdef0"
	gatewayToken = "0123456789abcdef0123456789abcdef0123456789abcdef"
	vmToken      = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	apiKey       = "sk-ant-planted-secret"
	publicKey    = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8v0Yz8H9Yk3l1l9aXb1yq8l2y2m0bq0Xq3v3v3v3v3 tropic"
	workspace    = "/home/ubuntu/.openclaw/workspace/"
)

// ubuntuID is user ubuntu's uid and gid: a user of its own where this test may make one, else the test's own.
func ubuntuID() int {
	if os.Getuid() == 0 {
		return 1000
	}
	return os.Getuid()
}

// machine is a tree that looks like a fresh Tropic image, and the store it is reconciled to.
type machine struct {
	t     testing.TB
	root  string
	store *memoryStore
}

func newMachine(t testing.TB) *machine {
	t.Helper()
	m := &machine{t: t, root: t.TempDir(), store: newStore()}
	m.equip()
	m.putSettings(manifest.Settings{
		Name: "vm", Account: "acme", Model: manifest.DefaultModel, APIKey: manifest.APIKeyOwn,
		AllowedOrigins: []string{"https://tropic.bot"},
	})
	m.store.values[manifest.StatusPath(instanceID)] = "{}" // made by the control plane, with the tag that lets the machine write it
	m.store.values[manifest.GatewayTokenPath(instanceID)] = gatewayToken
	m.store.values[manifest.VMAPITokenPath(instanceID)] = vmToken
	m.store.values[manifest.CredentialPath(instanceID, "anthropic")] = apiKey
	m.put(manifest.AuthorizedKeysPath(instanceID), manifest.AuthorizedKeys{Keys: []string{publicKey}})
	return m
}

// equip lays out the parts of an image that the guest relies on.
func (m *machine) equip() {
	m.t.Helper()
	for _, dir := range []string{"etc", "run", "var", "home", "home/ubuntu"} {
		m.check(os.MkdirAll(filepath.Join(m.root, dir), 0o755))
	}
	m.check(os.Chown(m.path("/home/ubuntu"), ubuntuID(), gid()))
	m.write("/etc/passwd", fmt.Sprintf("root:x:%d:%d:root:/root:/bin/bash\nubuntu:x:%d:%d::/home/ubuntu:/bin/bash\n",
		os.Getuid(), os.Getgid(), ubuntuID(), gid()))
}

func gid() int {
	if os.Getuid() == 0 {
		return 1000
	}
	return os.Getgid()
}

func (m *machine) path(name string) string { return filepath.Join(m.root, name) }

func (m *machine) check(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) write(name, content string) {
	m.t.Helper()
	m.check(os.WriteFile(m.path(name), []byte(content), 0o644))
}

func (m *machine) read(name string) string {
	m.t.Helper()
	raw, err := os.ReadFile(m.path(name))
	m.check(err)
	return string(raw)
}

func (m *machine) exists(name string) bool {
	_, err := os.Lstat(m.path(name))
	return err == nil
}

func (m *machine) put(name string, document any) string {
	m.t.Helper()
	header, _, err := manifest.Write(m.t.Context(), m.store, name, document, manifest.PutOptions{})
	m.check(err)
	return header.Digest
}

func (m *machine) putSettings(s manifest.Settings) { m.put(manifest.SettingsPath(instanceID), s) }

func (m *machine) putAgent(slug string, files map[string]string) string {
	m.t.Helper()
	return m.put(manifest.AgentPath(instanceID, slug), manifest.Agent{Slug: slug, Name: "Agent " + slug, Files: files})
}

func (m *machine) removeAgent(slug string) {
	m.t.Helper()
	m.check(manifest.Remove(m.t.Context(), m.store, manifest.AgentPath(instanceID, slug)))
}

func (m *machine) options() reconcile.Options {
	return reconcile.Options{Store: guestView{m.store}, InstanceID: instanceID, Root: m.root, Version: "test"}
}

func (m *machine) run(change ...func(*reconcile.Options)) (manifest.Report, error) {
	o := m.options()
	for _, c := range change {
		c(&o)
	}
	return reconcile.Run(m.t.Context(), o)
}

// converge reconciles and wants it to go well.
func (m *machine) converge() manifest.Report {
	m.t.Helper()
	report, err := m.run()
	m.check(err)
	if !report.OK() {
		m.t.Fatalf("problems: %q", report.Status.Problems)
	}
	return report
}

// settled wants a second reconcile to find nothing to do and to touch nothing.
func (m *machine) settled() {
	m.t.Helper()
	before, writes := m.snapshot(), m.store.writes
	report, err := m.run(func(o *reconcile.Options) { o.Now = func() time.Time { return time.Now().Add(time.Hour) } })
	m.check(err)
	if n := len(report.Changed) + len(report.Removed) + len(report.Restarted); n != 0 {
		m.t.Errorf("second reconcile changed %q, removed %q, restarted %q", report.Changed, report.Removed, report.Restarted)
	}
	if after := m.snapshot(); !slices.Equal(before, after) {
		m.t.Errorf("second reconcile touched the disk:\n%s", difference(before, after))
	}
	if m.store.writes != writes {
		m.t.Errorf("second reconcile wrote %d parameters", m.store.writes-writes)
	}
}

// snapshot describes every path: kind, mode, owner, inode, change time and content.
func (m *machine) snapshot() []string { return m.describe(true) }

// picture is a snapshot without what differs between two machines that are equal.
func (m *machine) picture() []string { return m.describe(false) }

func (m *machine) describe(exact bool) []string {
	m.t.Helper()
	var out []string
	m.check(filepath.WalkDir(m.root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(p, m.root)
		if name == "" || !exact && (strings.HasPrefix(name, "/var/lib/tropic/guest") || strings.HasPrefix(name, "/run")) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		st := info.Sys().(*syscall.Stat_t)
		line := fmt.Sprintf("%s %s %d:%d", name, info.Mode(), st.Uid, st.Gid)
		if exact {
			line += fmt.Sprintf(" ino=%d mtime=%d", st.Ino, info.ModTime().UnixNano())
		}
		if info.Mode().IsRegular() {
			raw, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %x", sha256.Sum256(raw))
		}
		out = append(out, line)
		return nil
	}))
	return out
}

func difference(a, b []string) string {
	var out []string
	for _, line := range a {
		if !slices.Contains(b, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			out = append(out, "+ "+line)
		}
	}
	return strings.Join(out, "\n")
}

// temporaries lists what a killed write may leave.
func (m *machine) temporaries() []string {
	m.t.Helper()
	var out []string
	m.check(filepath.WalkDir(m.root, func(p string, _ fs.DirEntry, err error) error {
		if strings.HasPrefix(filepath.Base(p), ".tropic-") {
			out = append(out, p)
		}
		return err
	}))
	return out
}

// mode returns permission bits and owner of a path, as "0644 1000:1000".
func (m *machine) mode(name string) string {
	m.t.Helper()
	info, err := os.Lstat(m.path(name))
	m.check(err)
	st := info.Sys().(*syscall.Stat_t)
	return fmt.Sprintf("%04o %d:%d", st.Mode&0o7777, st.Uid, st.Gid)
}
