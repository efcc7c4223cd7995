package facts

import "strings"

// Call is a tool call as OpenClaw's hooks describe it, or the result of one.
type Call struct {
	Agent     string // slug
	Session   string
	Tool      string // id, such as exec
	Workspace string // absolute directory of the agent; relative paths are relative to it
	Home      string // home of the user that the agent runs as; derived from Workspace when empty
	Channel   string // that the request came by; a message without a channel of its own goes there
	Params    Value  // an object, or nothing
	Result    bool   // the call has run, and Output is what it gave
	Output    string
	// Resolve follows the symbolic links of an absolute path, if links are to count; nil: they do not. What it returns is
	// taken for one more path of the call. It makes facts depend on the file system.
	Resolve func(path string) (string, bool)
}

const (
	defaultHome      = "/home/ubuntu"
	defaultWorkspace = defaultHome + "/.openclaw/workspace"
)

// home is the home directory that a workspace lies in.
func home(workspace string) string {
	if i := strings.Index(workspace, "/.openclaw/"); i > 0 {
		return workspace[:i]
	}
	return defaultHome
}
