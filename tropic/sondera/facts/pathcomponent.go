package facts

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// directories are what the name of a directory anywhere in a path says of everything below it.
var directories = map[string]PathClasses{
	".gnupg": GPGKey, ".aws": CloudCredentials, ".azure": CloudCredentials, ".kube": CloudCredentials, ".gcloud": CloudCredentials, "gcloud": CloudCredentials,
	".oci": CloudCredentials, "doctl": CloudCredentials, ".terraform.d": CloudCredentials, "rclone": CloudCredentials, ".fly": CloudCredentials, ".linode": CloudCredentials, ".scaleway": CloudCredentials,
	".docker": DockerCredentials, ".password-store": PasswordStore, "keyrings": PasswordStore, ".keychain": PasswordStore, "keychains": PasswordStore, ".bitwarden": PasswordStore, ".1password": PasswordStore,
	".anthropic": AnthropicData, ".huggingface": HuggingFaceData, ".vault-token": Credentials,
	"launchagents": Launchd, "launchdaemons": Launchd, ".githooks": GitHooks, ".git-templates": GitHooks, ".git-template": GitHooks, ".husky": GitHooks,
	"chroma": VectorDB, ".chroma": VectorDB, "chroma_db": VectorDB, "chromadb": VectorDB, "faiss_index": VectorDB, "lancedb": VectorDB, ".lancedb": VectorDB, "qdrant_storage": VectorDB, "qdrant": VectorDB,
	"vectorstore": VectorDB, "vector_store": VectorDB, "vectorstores": VectorDB, "vector_db": VectorDB, "vectordb": VectorDB, "vector-db": VectorDB, "weaviate": VectorDB, "milvus": VectorDB, "pinecone": VectorDB,
	"vector-store": VectorDB, "embeddings": VectorDB, ".idea": IDEConfig, "sondera": Gate, ".sondera": Gate, "secureclaw": Gate, ".secureclaw": Gate, "tropic-gate": Gate, ".tropic": Gate,
	".claude-plugin": PluginManifest,
}

// namesOfNote are all names of directories and files that mean something, sorted: what a glob may stand for.
var namesOfNote = sync.OnceValue(func() []string {
	names := []string{
		".ssh", ".git", ".openclaw", ".config", ".claude", ".vscode", ".mozilla", "google-chrome", "credentials", "credentials.json", "secrets.json", "secrets.yml", "secrets.yaml", "secret.json", "tokens.json",
		"passwd", "shadow", "gshadow", "sudoers", "sudoers.d", "crontab", "cron.d", "cron.daily", "cron.hourly", "systemd", "apt", "agents.md", "tools.md", "user.md", "memory.md", "agent.json", "auth.json", "settings.json",
		"hooks", "extensions", "config", "history.jsonl", "sessions.json", "service-account.json", "id_rsa.pem", "private.key", "server.key", "token", "stored_tokens", "cookies", "chroma.sqlite3", "index.faiss", "authorized_keys", "known_hosts",
	}
	names = append(names, slices.Collect(maps.Keys(directories))...)
	names = append(names, slices.Collect(maps.Keys(files))...)
	slices.Sort(names)
	return slices.Compact(names)
})

// component is what a directory or file of this name means, with what stands below it in the path.
func (pl place) component(name string, below []string, pattern bool) PathClasses {
	if c, ok := directories[name]; ok {
		return c &^ docsOf(name, below)
	}
	switch name {
	case ".ssh":
		return sshClasses(below)
	case ".git":
		return gitClasses(below)
	case ".openclaw", ".clawdbot", ".moltbot":
		return pl.openclawClasses(below, pattern)
	case ".config", "application support", "appdata", "library":
		return configClasses(below)
	case ".mozilla", ".thunderbird":
		return BrowserData
	case "google-chrome", "chromium", "bravesoftware", "microsoft-edge":
		if len(below) > 1 || len(below) == 1 && (below[0] == "default" || strings.HasPrefix(below[0], "profile")) {
			return BrowserData
		}
	case ".cursor", ".windsurf", ".vscode", ".vscode-server", ".vscode-insiders", ".vscodium":
		if name == ".cursor" && (len(below) == 0 || below[0] != "extensions") {
			return IDEConfig
		}
		if len(below) > 0 && below[0] == "extensions" {
			return IDEExtensions
		}
		if len(below) > 0 && (below[0] == "settings.json" || below[0] == "tasks.json" || below[0] == "launch.json") {
			return IDEConfig
		}
	case ".codex":
		if len(below) > 0 && (below[0] == "sessions" || strings.HasPrefix(below[0], "history")) {
			return OpenClawSessions
		}
		if len(below) > 0 && (below[0] == "auth.json" || below[0] == "config.toml") {
			return ClaudeSettings | Credentials
		}
	case "containers":
		if len(below) == 1 && below[0] == "auth.json" {
			return DockerCredentials
		}
	case ".claude":
		if len(below) > 0 && (below[0] == "projects" || strings.HasPrefix(below[0], "history")) {
			return OpenClawSessions
		}
		if len(below) > 0 && (below[0] == "claude.md" || below[0] == "agents" || below[0] == "commands") {
			return ClaudeSettings | Instructions
		}
		if len(below) == 0 || strings.HasPrefix(below[0], "settings") || below[0] == "hooks" || below[0] == "plugins" {
			return ClaudeSettings
		}
		if strings.HasPrefix(below[0], ".credentials") {
			return ClaudeSettings | Credentials
		}
	case ".cargo", ".gem", ".composer", ".m2", ".gradle", ".nuget", ".pip":
		return packageDirectory(name, below)
	case "huggingface":
		if len(below) > 0 && (strings.HasPrefix(below[0], "token") || below[0] == "stored_tokens" || strings.ContainsAny(below[0], "*")) {
			return HuggingFaceData
		}
	case "systemd":
		if len(below) > 0 && (below[0] == "user" || below[0] == "system") {
			return Systemd
		}
	case "extensions", "plugins":
		if len(below) > 0 && (below[0] == "sondera" || strings.HasPrefix(below[0], "sondera-")) {
			return Gate
		}
	case "sessions":
		if len(below) > 0 && below[0] == "sessions.json" {
			return OpenClawSessions
		}
	case "autostart", "environment.d":
		return Startup
	}
	return 0
}

// docsOf takes away what a directory of source code or documents of the same name would wrongly get.
func docsOf(name string, below []string) PathClasses {
	if len(below) == 0 {
		switch name {
		case "gcloud", "rclone", "doctl", "pinecone", "weaviate", "milvus", "embeddings", "qdrant":
			return CloudCredentials | VectorDB
		}
		return 0
	}
	switch ext(below[len(below)-1]) {
	case "go", "py", "ts", "js", "md", "rs", "java", "rb", "tsx", "jsx", "c", "cpp", "h", "html", "css", "rst", "txt":
		if !strings.HasPrefix(name, ".") {
			return CloudCredentials | VectorDB
		}
	}
	switch name {
	case "gcloud", "rclone", "doctl":
		if b := below[len(below)-1]; b == "credentials.db" || strings.HasSuffix(b, ".json") || strings.HasSuffix(b, ".conf") || strings.HasSuffix(b, ".yaml") || strings.Contains(b, "token") || strings.ContainsAny(b, "*") {
			return 0
		}
		return CloudCredentials
	}
	return 0
}

func sshClasses(below []string) PathClasses {
	if len(below) == 0 {
		return SSHKey | SSHConfig
	}
	name := below[len(below)-1]
	switch {
	case strings.HasSuffix(name, ".pub"), name == "config", name == "config.d", strings.HasPrefix(name, "known_hosts"), strings.HasPrefix(name, "authorized_keys"), name == "environment", name == "rc", name == "sockets":
		return SSHConfig
	}
	return SSHKey | SSHConfig
}

func gitClasses(below []string) PathClasses {
	switch {
	case len(below) == 0:
		return GitInternals
	case below[0] == "hooks":
		return GitInternals | GitHooks
	case below[0] == "config":
		return GitInternals | GitConfig
	}
	return GitInternals
}

// openclawClasses sorts what lies in OpenClaw's state directory (OpenClaw 2026.9.6).
func (pl place) openclawClasses(below []string, pattern bool) PathClasses {
	if len(below) == 0 {
		return OpenClawState | OpenClawConfig | OpenClawCredentials | Gate
	}
	name := below[len(below)-1]
	var c PathClasses
	switch first := below[0]; {
	case strings.HasPrefix(first, "workspace"):
		return 0
	case strings.HasPrefix(first, "openclaw.json"), strings.HasPrefix(first, "clawdbot.json"), first == "config.json", first == "exec-approvals.json", pattern && strings.HasPrefix(first, "*") && (first == "*" || first == "**" || strings.HasSuffix(first, ".json")):
		c = OpenClawConfig
	case first == "credentials" || strings.HasPrefix(first, "oauth"), first == "identity", first == "devices":
		c = OpenClawCredentials
	case first == ".sondera" || first == ".secureclaw" || first == "policies":
		c = Gate
	case first == "extensions" || first == "plugins" || first == "hooks":
		c = PluginManifest
		if len(below) == 1 || strings.Contains(below[1], "sondera") || strings.Contains(below[1], "tropic") || strings.Contains(below[1], "secureclaw") || strings.ContainsAny(below[1], "*?") {
			c |= Gate
		}
	case first == "skills":
		if len(below) > 1 && (below[1] == "secureclaw" || below[1] == "sondera") {
			c = Gate
		}
	case first == "memory":
		c = Memory
	case first == "browser":
		c = BrowserData
	case first == "sessions":
		c = OpenClawSessions
	}
	if name == "auth-profiles.json" || name == "auth.json" || name == "auth-state.json" {
		c |= OpenClawAuth
	}
	if containsPart(below, "sessions") || name == "sessions.json" || strings.HasSuffix(name, ".jsonl") {
		c |= OpenClawSessions
	}
	if e := ext(name); e == "sqlite" || e == "db" || e == "sqlite3" {
		c |= Memory | Database
	}
	return c | OpenClawState
}

func containsPart(parts []string, name string) bool {
	for _, p := range parts {
		if p == name {
			return true
		}
	}
	return false
}

// configClasses sorts what lies below ~/.config and its counterparts on macOS and Windows.
func configClasses(below []string) PathClasses {
	if len(below) == 0 {
		return 0
	}
	switch below[0] {
	case "gcloud", "doctl", "rclone", "azure", "hcloud", "fly", "scw", "linode-cli":
		return CloudCredentials
	case "gh", "hub", "glab-cli":
		return Credentials
	case "anthropic":
		return AnthropicData
	case "claude":
		return ClaudeData
	case "containers":
		return DockerCredentials
	case "google-chrome", "chromium", "bravesoftware", "microsoft-edge", "google", "vivaldi", "opera", "firefox", "mozilla", "cookies":
		return BrowserData
	case "keepassxc", "bitwarden", "1password", "keychains", "bitwarden cli":
		return PasswordStore
	case "systemd":
		return Systemd
	case "autostart", "fish", "nvim":
		return Startup
	case "pip", "uv", "pypoetry":
		return PackageConfig
	case "git":
		return GitConfig
	case "code", "code - insiders", "cursor", "vscodium":
		return IDEConfig
	case "huggingface":
		return HuggingFaceData
	case "openclaw":
		return OpenClawConfig
	case "sops", "age", "op":
		return Credentials
	case "application support":
		return configClasses(below[1:])
	}
	return 0
}

func packageDirectory(name string, below []string) PathClasses {
	if len(below) == 0 {
		return 0
	}
	b := below[len(below)-1]
	switch {
	case strings.HasPrefix(b, "credentials"), name == ".composer" && b == "auth.json", name == ".m2" && strings.HasPrefix(b, "settings"), name == ".gradle" && b == "gradle.properties", name == ".nuget" && b == "nuget.config", name == ".pip" && b == "pip.conf":
		return PackageToken | PackageConfig
	case name == ".cargo" && strings.HasPrefix(b, "config"):
		return PackageConfig
	}
	return 0
}
