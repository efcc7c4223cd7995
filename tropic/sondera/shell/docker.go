package shell

import "strings"

var dockerRunFlags = newFlagSet(`v:volume= :mount= e:env= p:publish= w:workdir= u:user= :name= :network= :net= :pid= :ipc= :uts= :userns= :cap-add= :cap-drop= :security-opt= :device= :privileged :rm i:interactive t:tty d:detach :entrypoint= :env-file= h:hostname= m:memory= :cpus=
 :restart= l:label= :add-host= :platform= :shm-size= :gpus= :tmpfs= :volumes-from= :group-add= :log-driver= :link= P a: :cgroupns= :pull= :init :dns= :ulimit= :health-cmd= :read-only :ip=`)

// docker runs containers. One that shares the host's roots, devices or rights is no boundary.
func docker(c *call) {
	c.does(OpExecute)
	verb := c.operand(0).text
	words := c.rest(1)
	if verb == "container" || verb == "image" || verb == "system" || verb == "volume" || verb == "network" || verb == "compose" || verb == "builder" || verb == "buildx" {
		if len(words) == 0 {
			return
		}
		if verb == "compose" {
			c.composes(words)
			return
		}
		noun := verb
		verb, words = words[0].text, words[1:]
		if verb == "prune" || verb == "rm" && noun == "volume" {
			text := join(words).text
			if noun == "system" && strings.Contains(text, "-a") && strings.Contains(text, "volume") || noun == "volume" {
				c.mark(CloudDestroy)
			}
			return
		}
	}
	switch verb {
	case "stop", "kill", "rm", "restart", "pause":
		c.spareServices(words)
	case "run", "create", "exec":
		c.dockerRun(verb, words)
	case "cp":
		for _, w := range words {
			if !strings.Contains(w.text, ":") {
				c.readsIfSensitive(w)
			}
		}
	case "push", "login":
		c.does(OpUpload)
		if verb == "login" {
			c.does(OpAccess)
		}
	case "pull":
		c.does(OpFetch)
	}
}

func (c *call) dockerRun(verb string, words []data) {
	sub := &call{in: c.in, command: c.command, args: words, io: c.io, spec: &program{flags: &flagSet{short: dockerRunFlags.short, long: dockerRunFlags.long, names: dockerRunFlags.names, stop: true}}}
	sub.parse()
	for _, f := range sub.flags {
		c.command.Flags = append(c.command.Flags, f.name)
	}
	if sub.has("--privileged") {
		c.mark(SandboxEscape)
	}
	for _, f := range sub.values("--pid", "--network", "--net", "--ipc", "--userns", "--uts", "--cgroupns") {
		if f.text == "host" && !sub.has("--network", "--net") || f.text == "host" && sub.has("--pid") {
			c.mark(SandboxEscape)
		}
	}
	for _, f := range sub.values("--cap-add", "--security-opt", "--device") {
		switch strings.ToUpper(f.text) {
		case "ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "CAP_SYS_ADMIN", "SECCOMP=UNCONFINED", "APPARMOR=UNCONFINED", "SECCOMP:UNCONFINED", "APPARMOR:UNCONFINED":
			c.mark(SandboxEscape)
		}
		if device(f.text) {
			c.mark(SandboxEscape)
		}
	}
	for _, f := range append(sub.values("--volume"), mountSources(sub.values("--mount"))...) {
		c.dockerMount(f)
	}
	if verb != "exec" && sub.has("--detach") && sub.has("--restart") {
		c.does(OpPersist)
	}
	argv := sub.rest(1)
	if e, ok := sub.value("--entrypoint"); ok && e.text != "" {
		argv = append([]data{e}, argv...)
	}
	if len(argv) == 0 {
		return
	}
	run := func() { c.runs(argv) }
	if sub.has("--volume", "--mount", "--volumes-from", "--privileged") {
		c.elsewhere(run)
		return
	}
	c.contained(run)
}

func mountSources(mounts []data) []data {
	var out []data
	for _, m := range mounts {
		for _, field := range strings.Split(m.text, ",") {
			for _, lead := range []string{"source=", "src="} {
				if src, ok := strings.CutPrefix(field, lead); ok {
					out = append(out, m.part(src+":/"))
				}
			}
		}
	}
	return out
}

// dockerMount looks at the host's side of a volume.
func (c *call) dockerMount(v data) {
	host, _, ok := strings.Cut(v.text, ":")
	if !ok || !strings.ContainsAny(host, "/.~"+Unknown) {
		return
	}
	p := c.in.path(v.part(host))
	if whole(p) || strings.HasSuffix(p.Text, "docker.sock") || strings.HasPrefix(p.Text, "/proc") || strings.HasPrefix(p.Text, "/sys") || p.Text == "/etc" || strings.HasPrefix(p.Text, "/var/run/") || strings.HasPrefix(p.Text, "/run/") {
		c.mark(SandboxEscape)
	}
	c.readsIfSensitive(v.part(host))
}

func (c *call) composes(words []data) {
	for i, w := range words {
		if (w.text == "exec" || w.text == "run") && i+2 < len(words) {
			argv := words[i+1:]
			for len(argv) > 0 && strings.HasPrefix(argv[0].text, "-") {
				argv = argv[1:]
			}
			if len(argv) > 1 {
				c.contained(func() { c.runs(argv[1:]) })
			}
			return
		}
	}
	c.does(OpExecute)
}
