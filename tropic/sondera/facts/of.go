package facts

// Of sorts a call into facts. It returns for every call, in bounded time, and never panics.
func Of(c Call) Facts {
	f := Facts{Agent: c.Agent, Session: c.Session, Tool: c.Tool, Workspace: c.Workspace, Result: c.Result, Output: c.Output}
	f.Resource, f.MCPServer, f.MCPTool = resource(c.Tool)
	return f
}
