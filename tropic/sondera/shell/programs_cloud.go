package shell

import "strings"

// containerPrograms run other systems on this machine.
func containerPrograms() {
	registerLeading("docker podman nerdctl finch", "H:host= c:context= l: D :config= :tls", docker)
	register("docker-compose podman-compose", "f:file= p:project-name= d:detach v:volumes :env-file= :profile= :build", func(c *call) {
		c.does(OpExecute)
		if c.operand(0).text == "exec" || c.operand(0).text == "run" {
			c.elsewhere(func() { c.runs(c.rest(2)) })
		}
	})
	registerLeading("kubectl oc k microk8s", `n:namespace= f:filename= o:output= c:container= :context= :kubeconfig= A:all-namespaces l:selector= w:watch :all :force :grace-period= R:recursive :dry-run? i:stdin t:tty :image= s: :server= :token= :as= :restart=`, kubectl)
	registerLeading("lxc lxd incus multipass vagrant virsh VBoxManage qemu-system-x86_64 limactl colima machinectl systemd-nspawn runc crun ctr crictl", "D= M= b :bind= c: t", func(c *call) {
		c.does(OpExecute)
		if c.command.Program == "machinectl" && (c.operand(0).text == "shell" || c.operand(0).text == "login") {
			c.mark(Privilege)
			c.does(OpElevate)
		}
		switch c.operand(0).text {
		case "exec", "ssh", "shell":
			argv := c.rest(2)
			for len(argv) > 0 && (argv[0].text == "--" || argv[0].text == "-c") {
				argv = argv[1:]
			}
			if len(argv) > 0 {
				c.elsewhere(func() { c.runs(argv) })
			}
		case "destroy", "delete", "undefine", "unregistervm":
			c.mark(CloudDestroy)
		}
		if c.has("--bind", "-b") && strings.Contains(join(c.args).text, "=/:") {
			c.mark(SandboxEscape)
		}
	})
	registerLeading("helm kustomize skaffold argocd flux istioctl k9s kind minikube k3d", "n:namespace= f:values= :set= :version= :repo=", func(c *call) {
		c.does(OpExecute)
		switch c.operand(0).text {
		case "uninstall", "delete", "del", "un":
			if c.command.Program == "helm" {
				c.mark(CloudDestroy)
			}
		case "repo":
			if c.operand(1).text == "add" {
				c.mark(UntrustedRepository)
				c.contacts(c.operand(3), 443)
			}
		}
		if (c.operand(0).text == "app" || c.operand(0).text == "apps") && c.operand(1).text == "delete" {
			c.mark(CloudDestroy)
		}
	})
}

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
	if len(argv) > 0 {
		c.elsewhere(func() { c.runs(argv) })
	}
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
				c.elsewhere(func() { c.runs(argv[1:]) })
			}
			return
		}
	}
	c.does(OpExecute)
}

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
			} else {
				c.reads(f)
			}
		}
	case "exec", "debug":
		for i, a := range c.args {
			if a.text == "--" {
				c.elsewhere(func() { c.runs(c.args[i+1:]) })
				return
			}
		}
		if len(sub.operands) > 1 {
			c.elsewhere(func() { c.runs(sub.operands[1:]) })
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

// cloudPrograms manage remote resources.
func cloudPrograms() {
	register("aws", ":profile= :region= :output= :query= :recursive :force :endpoint-url= :secret-id= :name= :names= :with-decryption :body= :cli-input-json= :delete :exclude= :include= :dryrun :acl= :key= :bucket= :skip-final-snapshot :instance-ids= :with= :payload=", awsCLI)
	registerLeading("gcloud gsutil bq az doctl linode-cli hcloud ibmcloud oci heroku fly flyctl railway scw vultr-cli eksctl cdk sam serverless sls amplify copilot kops pulumi", "q:quiet y:yes f r R g: n: m :project= :force", func(c *call) {
		c.does(OpFetch)
		text := " " + join(c.args).text + " "
		for _, verb := range []string{" delete ", " destroy ", " rm ", " rb ", " purge ", " terminate ", " apps:destroy ", " remove ", " down "} {
			if strings.Contains(text, verb) && !strings.Contains(text, " --dry-run") {
				c.mark(CloudDestroy)
			}
		}
		for _, secret := range []string{" print-access-token", " get-access-token", " versions access ", " keyvault secret show", " print-identity-token", " secrets get"} {
			if strings.Contains(text, secret) {
				c.out = unknown(sensitive)
			}
		}
		if c.command.Program == "gsutil" && (strings.Contains(text, " cp ") || strings.Contains(text, " rsync ") || strings.Contains(text, " mv ")) {
			c.bucketCopy(c.operands[min(1, len(c.operands)):], "gs://")
		}
		if strings.Contains(text, " compute ssh ") || strings.Contains(text, " ssh ") {
			c.does(OpConnect)
		}
		if c.out.text == "" {
			c.out = unknown(0)
		}
	})
	registerSingle("terraform tofu terragrunt packer", "var= var-file= target= auto-approve chdir= out= destroy input= lock= backend-config= replace= state= no-color json force", func(c *call) {
		c.does(OpExecute)
		verb := c.operand(0).text
		all := join(c.args).text
		asks := !strings.Contains(all, "auto-approve") && !strings.Contains(all, "non-interactive") // the program asks the person itself
		switch {
		case verb == "destroy" && !asks, (verb == "apply" || verb == "run-all") && strings.Contains(all, "destroy") && !asks:
			c.mark(CloudDestroy)
		case verb == "state" && (c.operand(1).text == "rm" || c.operand(1).text == "push"), verb == "workspace" && c.operand(1).text == "delete", verb == "force-unlock", verb == "taint":
			c.mark(CloudDestroy)
		}
		c.out = unknown(0)
	})
	register("ansible ansible-playbook ansible-galaxy salt puppet chef-client fab nomad consul vault", "i: m: a: b become e: u: k K", func(c *call) {
		c.does(OpExecute | OpConnect)
		if c.has("-b") {
			c.does(OpElevate)
		}
		if m, ok := c.value("-m"); ok && (m.text == "shell" || m.text == "command" || m.text == "raw") {
			if a, ok := c.value("-a"); ok {
				c.elsewhere(func() { c.runsText(a, nil) })
			}
		}
		if c.command.Program == "vault" && (c.operand(0).text == "read" || c.operand(0).text == "kv" && c.operand(1).text == "get") {
			c.out = unknown(sensitive)
			return
		}
		c.out = unknown(0)
	})
}

// awsCLI reads service and operation.
func awsCLI(c *call) {
	service, op := c.operand(0).text, c.operand(1).text
	c.does(OpFetch)
	if e, ok := c.value("--endpoint-url"); ok {
		c.contacts(e, 443)
	}
	switch {
	case service == "s3" && (op == "cp" || op == "sync" || op == "mv"):
		c.bucketCopy(c.rest(2), "s3://")
		if op == "sync" && c.has("--delete") {
			c.mark(CloudDestroy)
		}
	case service == "s3" && (op == "rb" || op == "rm" && c.has("--recursive")), strings.HasPrefix(op, "delete-"), strings.HasPrefix(op, "terminate-"), strings.HasPrefix(op, "deregister-"), strings.HasPrefix(op, "purge-"):
		if !c.has("--dryrun") {
			c.mark(CloudDestroy)
		}
	case op == "get-secret-value", op == "get-parameter", op == "get-parameters", op == "get-session-token", op == "assume-role", op == "export-credentials", op == "get-login-password", op == "get-authorization-token":
		if strings.HasPrefix(op, "get-parameter") && !c.has("--with-decryption") {
			break
		}
		c.out = unknown(sensitive)
		return
	case strings.HasPrefix(op, "create-access-key"), strings.HasPrefix(op, "attach-user-policy"), strings.HasPrefix(op, "attach-role-policy"), strings.HasPrefix(op, "put-user-policy"), strings.HasPrefix(op, "create-user"), strings.HasPrefix(op, "create-login-profile"), strings.HasPrefix(op, "update-assume-role-policy"), strings.HasPrefix(op, "add-user-to-group"):
		c.mark(AccountChange)
	case op == "import-key-pair", op == "send-ssh-public-key":
		c.mark(KeyPlanting)
	case op == "stop-instances", op == "reboot-instances":
		c.mark(Shutdown)
	case op == "stop-logging", op == "update-trail", op == "delete-trail":
		c.mark(LogTampering)
	case service == "ssm" && op == "send-command":
		c.mark(Dynamic)
	case service == "configure" && (op == "get" || op == "export-credentials"):
		c.reads(literal("~/.aws/credentials"))
		c.out = unknown(sensitive)
		return
	case service == "s3api" && op == "put-object":
		if b, ok := c.value("--body"); ok {
			c.mark(Upload)
			c.does(OpUpload)
			c.sends(c.reads(b))
		}
	}
	c.out = unknown(0)
}

// bucketCopy copies between this machine and a bucket.
func (c *call) bucketCopy(words []data, scheme string) {
	if len(words) < 2 {
		return
	}
	dst := words[len(words)-1]
	content := data{}
	for _, src := range words[:len(words)-1] {
		if strings.HasPrefix(src.text, scheme) || strings.HasPrefix(src.text, "-") && src.text != "-" {
			content.taint |= fetched
			continue
		}
		content = content.plus(c.reads(src))
	}
	if strings.HasPrefix(dst.text, scheme) {
		c.does(OpUpload)
		if content.taint&(sensitive|environ) != 0 {
			c.mark(Exfiltration | Upload)
		}
		if content.taint&database != 0 {
			c.mark(DatabaseDump)
		}
		if acl, ok := c.value("--acl"); ok && strings.HasPrefix(acl.text, "public") {
			c.mark(Upload)
		}
		return
	}
	c.does(OpDownload)
	c.writes(dst, unknown(fetched))
}
