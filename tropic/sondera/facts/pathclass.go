package facts

import "math/bits"

// PathClasses is a set of kinds that a path belongs to.
type PathClasses uint64

// The kinds of path. Their names are those of the policy vocabulary, as "class:<name>".
const (
	SSHKey              PathClasses = 1 << iota // private keys of SSH
	SSHConfig                                   // the rest of a .ssh directory, authorized_keys included
	Credentials                                 // files that hold passwords, keys or tokens, by name
	CloudCredentials                            // of AWS, Google Cloud, Azure, Kubernetes …
	DockerCredentials                           // registry logins
	PackageToken                                // .npmrc, .pypirc, pip.conf …
	EnvFile                                     // .env and its kin, not examples of them
	ShellHistory                                // of shells, interpreters and clients
	GPGKey                                      // a GnuPG home
	BrowserData                                 // cookies, logins and profiles of browsers
	PasswordStore                               // keyrings and password managers
	SystemAccounts                              // passwd, shadow, group, sudoers
	System                                      // what the operating system owns: /etc, /usr, /bin …
	Boot                                        // /boot, EFI
	Device                                      // block devices and memory; not /dev/null and the like
	Proc                                        // /proc and /sys
	GitInternals                                // inside a .git directory
	GitHooks                                    // what git runs by itself
	GitConfig                                   // .gitconfig, .git/config
	OpenClawConfig                              // openclaw.json
	OpenClawCredentials                         // OAuth and channel credentials of OpenClaw
	OpenClawAuth                                // auth-profiles.json of agents
	OpenClawSessions                            // transcripts and the session registry
	OpenClawState                               // anything else in .openclaw, workspaces apart
	Gate                                        // the gate: its plugin, policies, socket, log, and the guest
	PluginManifest                              // openclaw.plugin.json and its like
	Skill                                       // SKILL.md
	Identity                                    // SOUL.md, IDENTITY.md, USER.md
	Instructions                                // AGENTS.md, TOOLS.md, BOOTSTRAP.md, BOOT.md, HEARTBEAT.md
	Memory                                      // MEMORY.md and memory directories of agents
	VectorDB                                    // stores of embeddings
	Database                                    // SQLite and other database files
	MCPConfig                                   // configuration of MCP servers
	AgentCard                                   // A2A agent cards
	IDEConfig                                   // settings of editors that run code
	IDEExtensions                               // extensions of editors
	ClaudeSettings                              // .claude settings and hooks
	ClaudeData                                  // data of Claude Desktop
	AnthropicData                               // ~/.anthropic and ~/.config/anthropic
	HuggingFaceData                             // tokens of Hugging Face
	Cron                                        // crontabs
	Systemd                                     // units and timers
	Launchd                                     // macOS agents and daemons
	Startup                                     // .bashrc, .profile, autostart: run again by themselves
	PackageConfig                               // where package managers fetch from
	SecretsBaseline                             // configuration of secret scanners and pre-commit
	Log                                         // logs of the system and of audits
	RootOrHome                                  // a root, a home, a system directory or the workspace as a whole
	Tmp                                         // temporary directories
	InWorkspace                                 // the workspace of the agent and below
	OutsideWorkspace                            // elsewhere, temporary directories and /dev/null apart
	Uncertain                                   // only the run can tell which file it is
	NullDevice                                  // /dev/null and its harmless like
)

// Secret are the classes whose content must not leave the machine.
const Secret = SSHKey | Credentials | CloudCredentials | DockerCredentials | PackageToken | EnvFile | ShellHistory | GPGKey |
	BrowserData | PasswordStore | OpenClawCredentials | OpenClawAuth | AnthropicData | HuggingFaceData

var pathClassNames = [...]string{
	"ssh-key", "ssh-config", "credentials", "cloud-credentials", "docker-credentials", "package-token", "env-file",
	"shell-history", "gpg-key", "browser-data", "password-store", "system-accounts", "system", "boot", "device", "proc",
	"git-internals", "git-hooks", "git-config", "openclaw-config", "openclaw-credentials", "openclaw-auth",
	"openclaw-sessions", "openclaw-state", "gate", "plugin-manifest", "skill", "identity", "instructions", "memory",
	"vector-db", "database", "mcp-config", "agent-card", "ide-config", "ide-extensions", "claude-settings", "claude-data",
	"anthropic-data", "huggingface-data", "cron", "systemd", "launchd", "startup", "package-config", "secrets-baseline",
	"log", "root-or-home", "tmp", "workspace", "outside-workspace", "uncertain", "null-device",
}

// Names lists the classes in a fixed order, without "class:".
func (c PathClasses) Names() []string {
	names := make([]string, 0, bits.OnesCount64(uint64(c)))
	for rest := c; rest != 0; rest &= rest - 1 {
		names = append(names, pathClassNames[bits.TrailingZeros64(uint64(rest))])
	}
	return names
}

// AllPathClasses lists every class in the order of its bit.
func AllPathClasses() []string { return pathClassNames[:] }
