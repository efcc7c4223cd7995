package facts

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
}
