package shell

import "strings"

func kubectl(c *call) {
	c.does(OpExecute)
	sub := &call{in: c.in, command: c.command, args: c.rest(1), io: c.io, spec: &program{flags: &flagSet{short: c.spec.flags.short, long: c.spec.flags.long, names: c.spec.flags.names}}}
	sub.parse()
	for _, f := range sub.flags {
		c.command.Flags = append(c.command.Flags, f.name)
	}
	switch c.operand(0).text {
	case "delete", "drain", "replace":
		pod := (sub.operand(0).text == "pod" || sub.operand(0).text == "pods" || sub.operand(0).text == "po" || strings.HasPrefix(sub.operand(0).text, "pod/")) && !sub.has("--all", "--selector", "--all-namespaces") // its controller makes another
		if !pod && (c.operand(0).text != "replace" || sub.has("--force")) {
			if d, ok := sub.value("--dry-run"); !ok || d.text == "none" {
				c.mark(CloudDestroy)
			}
		}
		for _, f := range sub.values("--filename") {
			c.reads(f)
		}
	case "apply", "create", "patch":
		if n := sub.operand(0).text; n == "clusterrolebinding" || n == "rolebinding" || n == "serviceaccount" || n == "clusterrole" || n == "token" {
			c.mark(AccountChange)
		}
		for _, f := range sub.values("--filename") {
			if strings.Contains(f.text, "://") {
				c.contacts(f, 0)
				c.mark(RemoteCode)
			} else if privilegedPod(c.reads(f).text) {
				c.mark(SandboxEscape)
			}
		}
	case "run", "debug":
		if strings.HasPrefix(sub.operand(0).text, "node/") || privilegedPod(join(c.args).text) {
			c.mark(SandboxEscape)
		}
	case "exec":
		for i, a := range c.args {
			if a.text == "--" {
				c.contained(func() { c.runs(c.args[i+1:]) })
				return
			}
		}
		if len(sub.operands) > 1 {
			c.contained(func() { c.runs(sub.operands[1:]) })
		}
	case "get", "describe":
		if n := sub.operand(0).text; strings.HasPrefix(n, "secret") && sub.has("--output") {
			c.reads(literal("~/.kube/config"))
			c.out = unknown(sensitive)
			return
		}
		c.does(OpFetch)
	case "config":
		if sub.operand(0).text == "view" && strings.Contains(join(c.args).text, "--raw") {
			c.reads(literal("~/.kube/config"))
		}
	case "cp":
		for _, w := range sub.operands {
			c.readsIfSensitive(w)
		}
	}
	c.out = unknown(0)
}

// privilegedPod tells whether the description of a pod breaks out of it.
func privilegedPod(text string) bool {
	text = strings.NewReplacer(" ", "", `"`, "", "'", "").Replace(text)
	return strings.Contains(text, "privileged:true") || strings.Contains(text, "hostPID:true") || strings.Contains(text, "hostNetwork:true") || strings.Contains(text, "hostPath:")
}
