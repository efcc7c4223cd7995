package facts

import (
	"slices"
	"strings"
	"testing"
)

// places are paths as tools and shells give them, and the classes that each must have; a class with - must be absent.
var places = []struct{ path, classes string }{
	{"/home/ubuntu/.ssh/id_rsa", "ssh-key ssh-config outside-workspace"},
	{"/home/u/.SSH/ID_RSA", "ssh-key"},
	{"/home/ubuntu/.ssh", "ssh-key"},
	{"/home/ubuntu/.ssh/id_rsa.pub", "ssh-config -ssh-key"},
	{"/home/ubuntu/.ssh/authorized_keys", "ssh-config -ssh-key"},
	{"/home/ubuntu/.ssh/work_key", "ssh-key"},
	{"/home/ubuntu/.ssh/*", "ssh-key"},
	{"/home/ubuntu/.s*/id_*", "ssh-key"},
	{"/etc/ssh/ssh_host_rsa_key", "ssh-key system"},
	{"/etc/ssh/sshd_config", "ssh-config system"},
	{"/home/ubuntu/**/**.pem", "credentials"},
	{"/srv/x.pem", "credentials"},
	{"/srv/fullchain.pem", "-credentials"},
	{"/srv/ca-cert.pem", "-credentials"},
	{"/srv/server.key", "credentials"},
	{"W/src/credentials.py", "-credentials"},
	{"W/docs/secrets.md", "-credentials"},
	{"W/src/credentials", "-credentials"},
	{"W/tests/fixtures/passwd.txt", "-credentials"},
	{"W/credentials.json", "credentials workspace"},
	{"W/config/secrets.yml", "credentials"},
	{"W/secrets.example.yml", "-credentials"},
	{"W/.env", "env-file workspace"},
	{"W/.env.production", "env-file"},
	{"W/.env.example", "-env-file"},
	{"W/.env.sample", "-env-file"},
	{"W/prod.env", "env-file"},
	{"W/.e*v", "env-file"},
	{"W/.en?", "env-file"},
	{"W/environment.ts", "-env-file"},
	{"W/*.json", "-credentials"},
	{"/home/ubuntu/.aws/credentials", "cloud-credentials"},
	{"/home/ubuntu/.kube/config", "cloud-credentials"},
	{"/home/ubuntu/.config/gcloud/application_default_credentials.json", "cloud-credentials"},
	{"W/src/aws/credentials.go", "-cloud-credentials"},
	{"/home/ubuntu/.docker/config.json", "docker-credentials"},
	{"/run/user/1000/containers/auth.json", "docker-credentials"},
	{"/home/ubuntu/.npmrc", "package-token package-config"},
	{"/home/ubuntu/.cargo/credentials.toml", "package-token"},
	{"/home/ubuntu/.bash_history", "shell-history"},
	{"/home/ubuntu/.gnupg/secring.gpg", "gpg-key"},
	{"/home/ubuntu/.config/google-chrome/Default/Login Data", "browser-data"},
	{"/home/ubuntu/x.kdbx", "password-store"},
	{"/etc/passwd", "system system-accounts"},
	{"/etc/shado?", "system-accounts"},
	{"/etc/sudoers.d/x", "system-accounts"},
	{"/etc/hosts", "system -system-accounts"},
	{"/boot/grub/grub.cfg", "boot"},
	{"/dev/sda", "device"},
	{"/dev/nvme0n1p1", "device"},
	{"/dev/null", "null-device -system -outside-workspace"},
	{"/proc/self/environ", "proc credentials"},
	{"/usr/bin/x", "system"},
	{"/var/log/syslog", "log"},
	{"/opt/app/x", "-system outside-workspace"},
	{"/var/www/html/index.html", "-system"},
	{"W/.git/config", "git-internals git-config"},
	{"W/.git/hooks/pre-commit", "git-hooks"},
	{"W/.gitignore", "-git-internals"},
	{"W/.husky/pre-commit", "git-hooks"},
	{"/home/ubuntu/.gitconfig", "git-config"},
	{"/home/ubuntu/.openclaw/openclaw.json", "openclaw-config"},
	{"/home/ubuntu/.openclaw/credentials/oauth.json", "openclaw-credentials"},
	{"/home/ubuntu/.openclaw/agents/a/agent/auth-profiles.json", "openclaw-auth"},
	{"/home/ubuntu/.openclaw/agents/a/sessions/x.jsonl", "openclaw-sessions"},
	{"/home/ubuntu/.openclaw/.sondera/audit.log", "gate"},
	{"/home/ubuntu/.openclaw/extensions/sondera", "gate"},
	{"/etc/tropic/policies/x.rules", "gate"},
	{"W/src/extensions/sondera.ts", "-gate"},
	{"W/data.jsonl", "-openclaw-sessions"},
	{"W/SOUL.md", "identity"},
	{"/home/ubuntu/.openclaw/workspace/b/SOUL.md", "identity"},
	{"W/USER.md", "identity"},
	{"W/docs/USER.md", "-identity"},
	{"W/AGENTS.md", "instructions"},
	{"W/repo/AGENTS.md", "-instructions"},
	{"W/HEARTBEAT.md", "instructions"},
	{"W/skills/x/SKILL.md", "skill"},
	{"W/MEMORY.md", "memory"},
	{"W/memory/2026-11-25.md", "memory"},
	{"W/app.sqlite", "database -memory"},
	{"W/chroma_db/chroma.sqlite3", "vector-db"},
	{"W/.mcp.json", "mcp-config"},
	{"W/.well-known/agent.json", "agent-card"},
	{"W/agent.json", "-agent-card"},
	{"W/.vscode/settings.json", "ide-config"},
	{"/home/ubuntu/.vscode/extensions/x/y", "ide-extensions"},
	{"/home/ubuntu/.claude/settings.json", "claude-settings"},
	{"/home/ubuntu/.config/Claude/config.json", "claude-data"},
	{"/home/ubuntu/.anthropic/x", "anthropic-data"},
	{"/home/ubuntu/.cache/huggingface/token", "huggingface-data"},
	{"/home/ubuntu/.cache/huggingface/hub/models", "-huggingface-data"},
	{"/etc/cron.d/x", "cron"},
	{"/var/spool/cron/root", "cron"},
	{"/etc/systemd/system/x.service", "systemd"},
	{"/home/ubuntu/.config/systemd/user/x.service", "systemd"},
	{"W/deploy/x.service", "-systemd"},
	{"/Library/LaunchAgents/x.plist", "launchd"},
	{"/home/ubuntu/.bashrc", "startup"},
	{"/etc/profile.d/x.sh", "startup"},
	{"/etc/apt/sources.list.d/x", "package-config"},
	{"W/.secrets.baseline", "secrets-baseline"},
	{"/", "root-or-home"},
	{"/home/ubuntu", "root-or-home"},
	{"/home/ubuntu/*", "root-or-home"},
	{"/**", "root-or-home uncertain"},
	{"/etc", "root-or-home"},
	{"W", "root-or-home workspace"},
	{"W/*", "root-or-home"},
	{"W/build", "-root-or-home workspace"},
	{"W/build/*", "-root-or-home"},
	{"/home/ubuntu/projects", "-root-or-home outside-workspace"},
	{"/tmp/x", "tmp -outside-workspace"},
	{"/home/ubuntu/.openclaw/workspace/ab/x", "-workspace outside-workspace"},
	{"**/x", "uncertain"},
}

func TestClassify(t *testing.T) {
	t.Parallel()
	const workspace = "/home/ubuntu/.openclaw/workspace/a"
	pl := newPlace(workspace, "/home/ubuntu")
	for _, c := range places {
		path := c.path
		if rest, ok := strings.CutPrefix(path, "W"); ok {
			path = workspace + rest
		}
		got := pl.classify(path, strings.ContainsAny(path, "*?[")).Names()
		for _, want := range strings.Fields(c.classes) {
			absent := strings.HasPrefix(want, "-")
			if slices.Contains(got, strings.TrimPrefix(want, "-")) == absent {
				t.Errorf("%s: %v, want %s", c.path, got, want)
			}
		}
	}
	t.Logf("%d paths sorted into %d classes", len(places), len(AllPathClasses()))
}
