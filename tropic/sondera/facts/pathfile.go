package facts

import (
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// files are what the name of a file says of it, wherever it lies.
var files = map[string]PathClasses{
	"id_rsa": SSHKey, "id_dsa": SSHKey, "id_ecdsa": SSHKey, "id_ed25519": SSHKey, "id_ecdsa_sk": SSHKey, "id_ed25519_sk": SSHKey, "id_xmss": SSHKey, "ssh_host_rsa_key": SSHKey, "ssh_host_ed25519_key": SSHKey,
	"authorized_keys": SSHConfig, "authorized_keys2": SSHConfig,
	".netrc": Credentials, "_netrc": Credentials, ".pgpass": Credentials, ".my.cnf": Credentials, ".mylogin.cnf": Credentials, ".git-credentials": Credentials, ".htpasswd": Credentials, ".vault-token": Credentials,
	".smbcredentials": Credentials, ".s3cfg": CloudCredentials, ".boto": CloudCredentials, "application_default_credentials.json": CloudCredentials, "accesstokens.json": CloudCredentials, "kubeconfig": CloudCredentials,
	"credentials.tfrc.json": CloudCredentials, ".terraformrc": CloudCredentials, "adc.json": CloudCredentials, "credentials.db": CloudCredentials, "access_tokens.db": CloudCredentials,
	".dockercfg": DockerCredentials, ".dockerconfigjson": DockerCredentials,
	".npmrc": PackageToken | PackageConfig, ".pypirc": PackageToken | PackageConfig, "pip.conf": PackageToken | PackageConfig, "pip.ini": PackageToken | PackageConfig, ".yarnrc": PackageToken | PackageConfig,
	".yarnrc.yml": PackageToken | PackageConfig, ".gemrc": PackageConfig, ".condarc": PackageConfig, "nuget.config": PackageToken | PackageConfig, ".bunfig.toml": PackageConfig, "bunfig.toml": PackageConfig, "sources.list": PackageConfig,
	".env": EnvFile, ".envrc": EnvFile, "env.local": EnvFile,
	".bash_history": ShellHistory, ".zsh_history": ShellHistory, ".history": ShellHistory, ".sh_history": ShellHistory, ".ash_history": ShellHistory, ".ksh_history": ShellHistory, "fish_history": ShellHistory, ".python_history": ShellHistory,
	".node_repl_history": ShellHistory, ".psql_history": ShellHistory, ".mysql_history": ShellHistory, ".sqlite_history": ShellHistory, ".rediscli_history": ShellHistory, ".lesshst": ShellHistory, ".viminfo": ShellHistory, ".irb_history": ShellHistory, ".mongorc.js": ShellHistory, ".dbshell": ShellHistory,
	"login data": BrowserData, "cookies": BrowserData, "cookies.sqlite": BrowserData, "logins.json": BrowserData, "key4.db": BrowserData, "key3.db": BrowserData, "web data": BrowserData, "local state": BrowserData, "login data for account": BrowserData,
	"openclaw.json": OpenClawConfig, "auth-profiles.json": OpenClawAuth, "openclaw.plugin.json": PluginManifest, "clawdbot.plugin.json": PluginManifest, "skill.md": Skill,
	"soul.md": Identity, "identity.md": Identity, "heartbeat.md": Instructions, "bootstrap.md": Instructions, "boot.md": Instructions,
	"mcp.json": MCPConfig, ".mcp.json": MCPConfig, "mcp_config.json": MCPConfig, "mcp-config.json": MCPConfig, "mcp_servers.json": MCPConfig, "mcp-servers.json": MCPConfig, "mcp_settings.json": MCPConfig, "mcp.yaml": MCPConfig, "mcp.toml": MCPConfig, "cline_mcp_settings.json": MCPConfig,
	"claude_desktop_config.json": MCPConfig | ClaudeData, "agent-card.json": AgentCard, "agent_card.json": AgentCard, ".claude.json": ClaudeSettings,
	".bashrc": Startup, ".bash_profile": Startup, ".bash_login": Startup, ".bash_logout": Startup, ".bash_aliases": Startup, ".profile": Startup, ".zshrc": Startup, ".zprofile": Startup, ".zshenv": Startup, ".zlogin": Startup, ".cshrc": Startup, ".kshrc": Startup,
	".emacs": Startup, "init.el": Startup, ".xinitrc": Startup, ".xprofile": Startup, ".xsession": Startup, ".pam_environment": Startup, ".vimrc": Startup, ".inputrc": Startup, ".pythonstartup": Startup, "sitecustomize.py": Startup, "usercustomize.py": Startup, ".tmux.conf": Startup, "ld.so.preload": Startup,
	".gitconfig": GitConfig, ".gitmodules": 0, ".secrets.baseline": SecretsBaseline, ".pre-commit-config.yaml": SecretsBaseline, ".gitleaks.toml": SecretsBaseline, ".gitleaksignore": SecretsBaseline, ".trufflehog.yml": SecretsBaseline, ".detect-secrets.yaml": SecretsBaseline, ".detect-secrets.cfg": SecretsBaseline, "detect-secrets.cfg": SecretsBaseline, "detect-secrets.yaml": SecretsBaseline, ".pre-commit-hooks.yaml": SecretsBaseline,
	"crontab": Cron, ".crontab": Cron, "docker.sock": System,
}

// fileClasses is what the name of a file says.
func fileClasses(name string, dirs []string, pattern bool) PathClasses {
	if pattern && strings.ContainsAny(name, "*?[") {
		var c PathClasses
		if strings.HasPrefix(name, "*") { // *.pem
			plain := "x" + strings.TrimLeft(name, "*")
			if !strings.ContainsAny(plain, "*?[") {
				c |= fileClasses(plain, dirs, false)
			}
			if strings.TrimLeft(name, "*") == ".env" {
				c |= EnvFile
			}
		}
		return c
	}
	if c, ok := files[name]; ok {
		if c == BrowserData && (name == "cookies" || name == "local state") && !browserDirectory(dirs) {
			return 0
		}
		return c
	}
	return namedLikeSecret(name, dirs)
}

func browserDirectory(dirs []string) bool {
	for _, d := range dirs {
		if strings.Contains(d, "chrom") || strings.Contains(d, "firefox") || strings.Contains(d, "edge") || strings.Contains(d, "brave") || strings.HasPrefix(d, "profile") || d == "default" || strings.Contains(d, "opera") {
			return true
		}
	}
	return false
}

// namedLikeSecret judges names that are no fixed ones. Source code and documents about secrets are none.
func namedLikeSecret(name string, dirs []string) PathClasses {
	e := ext(name)
	stem := strings.TrimSuffix(name, "."+e)
	switch {
	case strings.HasPrefix(name, ".env."):
		switch strings.TrimPrefix(name, ".env.") {
		case "example", "sample", "template", "dist", "defaults", "schema", "tpl", "tmpl", "md", "d.ts", "ts", "js", "example.local", "sample.local", "vault":
			return 0
		}
		return EnvFile
	case e == "env" && stem != "" && !isExample(stem):
		return EnvFile
	case strings.HasSuffix(name, ".env.bak"), strings.HasSuffix(name, ".env.old"), name == ".env~", name == "env.production", name == "env.prod":
		return EnvFile
	}
	switch e {
	case "pem":
		for _, public := range []string{"cert", "chain", "ca", "pub", "bundle", "root", "crt", "dhparam"} {
			if strings.HasPrefix(stem, public) || strings.HasSuffix(stem, public) {
				return 0
			}
		}
		return Credentials
	case "key":
		if isExample(stem) || strings.Contains(stem, "public") || strings.Contains(stem, "keynote") {
			return 0
		}
		return Credentials
	case "pth":
		if containsAny(dirs, "site-packages", "dist-packages") {
			return Startup
		}
		return 0
	case "p12", "pfx", "jks", "keystore", "ppk", "keytab", "p8", "asc" + "x", "kdb", "agekey":
		return Credentials
	case "kdbx", "kdbx4", "opvault", "agilekeychain", "1pux", "keychain", "keychain-db":
		return PasswordStore
	case "faiss", "hnsw", "annoy", "lance":
		return VectorDB
	case "sqlite", "sqlite3", "db", "db3", "sqlite-wal", "mdb", "ldb":
		return Database | vectorOrMemory(stem)
	case "pub":
		return 0
	}
	source := e == "" && containsAny(dirs, "src", "lib", "internal", "pkg", "components", "modules", "docs", "app", "cmd")
	if data(e) && secretStem(stem) && !source && !containsAny(dirs, "testdata", "fixtures", "__fixtures__", "examples") {
		return Credentials
	}
	if name == "token" && containsPart(dirs, "serviceaccount") {
		return Credentials
	}
	return 0
}

func containsAny(parts []string, names ...string) bool {
	for _, n := range names {
		if containsPart(parts, n) {
			return true
		}
	}
	return false
}

func vectorOrMemory(stem string) PathClasses {
	var c PathClasses
	if strings.Contains(stem, "memory") || strings.Contains(stem, "memories") {
		c |= Memory
	}
	if strings.Contains(stem, "chroma") || strings.Contains(stem, "vector") || strings.Contains(stem, "embedding") || strings.Contains(stem, "faiss") {
		c |= VectorDB
	}
	return c
}

// data tells whether an extension is that of a file of data, as opposed to code and documents.
func data(e string) bool {
	switch e {
	case "", "json", "json5", "jsonc", "yml", "yaml", "toml", "ini", "cfg", "conf", "config", "properties", "xml", "csv", "tsv", "txt", "enc", "plist", "bak", "old", "gpg", "age", "kdl", "tfvars", "local", "prod":
		return true
	}
	return false
}

// secretStem tells whether a name without its extension is that of credentials.
func secretStem(stem string) bool {
	if isExample(stem) {
		return false
	}
	stem = strings.TrimLeft(stem, "._-")
	for _, tail := range []string{".prod", ".production", ".dev", ".staging", ".local", "-prod", "-production", "_prod", ".json", ".yml", ".yaml", "-dev", "_dev"} {
		stem = strings.TrimSuffix(stem, tail)
	}
	switch stem {
	case "credentials", "credential", "creds", "secrets", "secret", "passwords", "password", "passwd", "token", "tokens", "apikey", "apikeys", "api_key", "api_keys", "api-key", "api-keys", "auth_token", "access_token", "accesskeys", "access_keys",
		"serviceaccount", "service_account", "service-account", "serviceaccountkey", "client_secret", "client_secrets", "client-secret", "private_key", "privatekey", "private-key", "master.key", "keyfile", "vault_pass", "vault-password", ".vault_pass", "aws_credentials", "gcp-key", "gcp_key", "firebase-adminsdk", "wallet", "seed", "mnemonic", "secring":
		return true
	}
	for _, lead := range []string{"client_secret", "service-account", "service_account", "credentials-", "credentials_", "secrets-", "secrets_", "gcp-credentials", "google-credentials", "aws-credentials", "db-credentials", "passwords-"} {
		if strings.HasPrefix(stem, lead) {
			return true
		}
	}
	for _, tail := range []string{"-credentials", "_credentials", ".credentials", "-secrets", "_secrets", ".secrets", "-service-account", "_service_account", "-sa-key", "-private-key", "_private_key", "_passwords", "-passwords"} {
		if strings.HasSuffix(stem, tail) {
			return true
		}
	}
	return false
}

func isExample(stem string) bool {
	for _, w := range []string{"example", "sample", "template", "dummy", "fixture", "test", "mock", "schema"} {
		if strings.Contains(stem, w) {
			return true
		}
	}
	return false
}

// ext is the extension of a name, without its dot.
func ext(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 {
		return ""
	}
	return name[i+1:]
}

// agentFiles are the files of an agent in the root of its workspace, and those like them under OpenClaw's own. Projects
// have files of the same names elsewhere.
func (pl place) agentFiles(p, name string) PathClasses {
	dir := strings.TrimSuffix(p, "/"+name)
	var c PathClasses
	if (strings.HasSuffix(dir, "/.local/bin") || dir == pl.home+"/bin") && shell.Known(name) {
		return Startup // it runs instead of the program of that name
	}
	switch name {
	case "user.md":
		c = Identity
	case "agents.md", "tools.md", "instructions.md", "claude.md":
		c = Instructions
	case "memory.md", "memories.md":
		c = Memory
	case "agent.json":
		if strings.HasSuffix(dir, "/.well-known") {
			return AgentCard
		}
		return 0
	case "agents.json":
		if strings.HasSuffix(dir, "/.well-known") {
			return AgentCard
		}
		return 0
	default:
		if dir == pl.workspace+"/memory" || strings.HasSuffix(dir, "/memory") && strings.Contains(dir, "/.openclaw/") {
			return Memory
		}
		return 0
	}
	if name == "claude.md" {
		return 0
	}
	if dir == pl.workspace || strings.Contains(dir, "/.openclaw") && agentRoot(dir) || pl.workspace == "" {
		return c
	}
	return 0
}

// agentRoot tells whether a directory is an agent's workspace, and not a project in one.
func agentRoot(dir string) bool {
	_, rest, _ := strings.Cut(dir, "/.openclaw")
	return strings.Count(rest, "/") <= 2
}
