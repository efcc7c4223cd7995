package openclaw

// Where OpenClaw's files lie on a machine (contract 4.3).
const (
	// StateDir belongs to user ubuntu, whom the agents run as: the gateway keeps its databases there.
	StateDir = "/home/ubuntu/.openclaw"
	// WorkspaceRoot is the directory of all agents' workspaces.
	WorkspaceRoot = StateDir + "/workspace"
	// EnvironmentPath holds the API keys.
	EnvironmentPath = StateDir + "/.env"
	// ConfigPath is the openclaw.json that the gateway runs on. It lies where every directory on the way belongs to root:
	// in StateDir no owner or mode of the file would protect it, as ubuntu may rename StateDir itself.
	ConfigPath = "/etc/tropic/openclaw.json"
	// ConfigCopyPath is where people and the openclaw command line look for openclaw.json. It is a copy and not a link,
	// because OpenClaw wants a regular file. The gateway does not read it.
	ConfigCopyPath = StateDir + "/openclaw.json"
)

// Workspace is the directory of one agent's files.
func Workspace(slug string) string { return WorkspaceRoot + "/" + slug }

// UnitEnvironment is what the gateway's unit has to set: without it the gateway would run on a file that its own user
// may replace, or rewrite it. A process variable wins over every .env file (OpenClaw documentation, "Environment
// variables"). OPENCLAW_STATE_DIR is named because it otherwise follows OPENCLAW_CONFIG_PATH.
func UnitEnvironment() []string {
	return []string{
		"OPENCLAW_CONFIG_PATH=" + ConfigPath, "OPENCLAW_CONFIG_READONLY=1", "OPENCLAW_STATE_DIR=" + StateDir,
	}
}
