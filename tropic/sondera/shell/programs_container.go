package shell

import "strings"

// containerPrograms run other systems on this machine.
func containerPrograms() {
	registerLeading("docker podman nerdctl finch", "H:host= c:context= l: D :config= :tls", docker)
	register("docker-compose podman-compose", "f:file= p:project-name= d:detach v:volumes :env-file= :profile= :build", func(c *call) {
		c.does(OpExecute)
		if c.operand(0).text == "exec" || c.operand(0).text == "run" {
			c.contained(func() { c.runs(c.rest(2)) })
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
				host := c.contacts(c.operand(len(c.operands)-1), 443)
				if !strings.HasPrefix(c.operand(len(c.operands)-1).text, "https://") || strings.Trim(host, "0123456789.:") == "" {
					c.mark(UntrustedRepository)
				}
			}
		}
		if (c.operand(0).text == "app" || c.operand(0).text == "apps") && c.operand(1).text == "delete" {
			c.mark(CloudDestroy)
		}
	})
}
