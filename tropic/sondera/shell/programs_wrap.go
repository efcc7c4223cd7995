package shell

import "strings"

// wrapperPrograms run another program that stands among their arguments.
func wrapperPrograms() {
	wrapper("nice", "n:adjustment=", 0)
	wrapper("ionice", "c:class= n:classdata= p= t:ignore", 0)
	wrapper("chrt", "a b f i o r v p m T= P= D=", 1)
	wrapper("taskset", "a c:cpu-list p", 1)
	wrapper("timeout gtimeout", "k:kill-after= s:signal= v:verbose :preserve-status :foreground", 1)
	wrapper("stdbuf unbuffer", "i:input= o:output= e:error= p", 0)
	wrapper("time", "p f:format= o:output= a v", 0)
	wrapper("caffeinate", "d i m s u t= w=", 0)
	wrapper("setarch linux32 linux64 i386 x86_64", "R B v", 0)
	wrapper("numactl", "m:membind= N:cpunodebind= C:physcpubind= i:interleave= l", 0)
	wrapper("prlimit softlimit chpst cpulimit", "u= m= n= l= i f= o= p= a= :nofile= :as=", 0)
	wrapper("strace ltrace", "f F e= o= p= s= c t T v q y k u= E= O= S= P= a= I= X=", 0)
	wrapper("valgrind", ":tool= :leak-check= :log-file= q v", 0)
	wrapper("perf", "e= F= g o= a p=", 1)
	wrapper("firejail bwrap proot fakeroot eatmydata catchsegv faketime libfaketime torsocks torify proxychains proxychains4 tsocks unshare nsenter chronic ts rlwrap dbus-run-session xvfb-run", `b= l= q f= s= e= a= n= m p i u U r t= :server-args= :bind= :ro-bind= :dev= :proc= :net= :mount :pid :user :fork :map-root-user :target= :wd= w= S= G=`, 0)
	wrapper("systemd-inhibit", ":what= :who= :why= :mode=", 0)
	wrapper("flock", "s x n:nonblock w:timeout= u E= o F", 1)
	wrapper("watch gwatch", "n:interval= d t b e g c x p q=", 0)
	wrapper("entr", "r c d p s n a z", 0)
	wrapper("hyperfine", "w:warmup= r:runs= m= M= p:prepare= c:cleanup= n:command-name= N i L= S= :export-json= :export-markdown=", 0)
	wrapper("chroot", "u= g= :userspec= :groups= :skip-chdir", 1)
	wrapper("lldb rr", "p= x= :batch q :args :ex= :eval-command=", 0)
	registerSingle("gdb", "p= x= :ex= :eval-command= :iex= :batch :nx :quiet :args :pid=", func(c *call) {
		c.does(OpExecute)
		for i, a := range c.args {
			if i+1 < len(c.args) && (a.text == "-ex" || a.text == "--ex" || a.text == "-eval-command" || a.text == "--eval-command" || a.text == "-iex") {
				c.gdbCommand(c.args[i+1])
			}
			if (a.text == "-p" || a.text == "--pid") && i+1 < len(c.args) {
				c.mark(SandboxEscape)
			}
			if (a.text == "--args" || a.text == "-args") && i+1 < len(c.args) {
				c.runs(c.args[i+1:])
				return
			}
		}
	})
	wrapper("dbus-launch xinit startx", ":exit-with-session", 0)
	for _, name := range strings.Fields("unshare nsenter chroot") {
		does := programs[name].does
		programs[name] = &program{flags: programs[name].flags, does: func(c *call) {
			if c.has("--target", "--map-root-user", "-r") || c.command.Program != "unshare" {
				c.mark(SandboxEscape | Privilege)
				c.does(OpElevate)
			}
			does(c)
		}}
	}
	registerLeading("aws-vault dotenv doppler infisical op chamber envchain direnv mise asdf rtx uvx rbenv pyenv nvm volta proto devbox nix-shell nix flox hatch rye pdm bundle", "f= e= c= p= :env-file= :command= :run=", dispatches)
	registerLeading("env", "i:ignore-environment 0:null u:unset= C:chdir= S:split-string= v:debug :block-signal? :default-signal? :ignore-signal?", environment)
	registerLeading("nohup setsid daemonize", "f c w p= o= e= a", func(c *call) { c.detaches(c.operands) })
	registerLeading("screen", "d m S= L t= c= r? x D R X= p= s= h= ls", func(c *call) { c.multiplexer(c.operands) })
	registerLeading("tmux", "2 C c= f= L= S= u v V D l N", tmux)
	registerLeading("systemd-run", `:user :scope :unit= u= p:property= :slice= t:pty d P q:quiet :wait :uid= :gid= :on-calendar= :on-boot= :on-active= :timer-property= E:setenv= r:remain-after-exit
		G:collect :working-directory= M:machine= H:host=`, func(c *call) {
		c.mark(Persistence | Detach)
		c.does(OpPersist | OpSpawn)
		c.runs(c.operands)
	})
	registerLeading("sudo", `u:user= g:group= h:host= p:prompt= C:close-from= D:chdir= R:chroot= T:command-timeout= U:other-user= r= t= E:preserve-env? H:set-home i:login s:shell
		n:non-interactive S:stdin b:background k:reset-timestamp K v:validate l:list e:edit A B P`, elevate)
	registerLeading("doas pkexec gksudo gksu kdesudo kdesu sudo-rs sudoedit run0 please calife super gosu su-exec dzdo pfexec", "u:user= C= n s L a= :disable-internal-agent :keep-cwd", elevate)
	registerLeading("newgrp sg login ksu capsh", "c: f: h: p e: n: :uid= :gid= :user= :caps= :", func(c *call) {
		c.mark(Privilege)
		c.does(OpElevate)
		for _, code := range c.values("-c", "-e") {
			c.runsText(code, nil)
		}
		for i, a := range c.args {
			if a.text == "-c" && i+1 < len(c.args) {
				c.runsText(c.args[i+1], nil)
			}
		}
	})
	register("su su-rs runuser setpriv", "c:command= l:login s:shell= g:group= G= m p P w= f u:user= :reuid= :regid= :clear-groups :init-groups", switchUser)
	registerLeading("xargs gxargs", "0:null a:arg-file= d:delimiter= E= e? I:replace= i? L:max-lines= l? n:max-args= P:max-procs= s:max-chars= t:verbose p:interactive r:no-run-if-empty x:exit o:open-tty", xargs)
	registerLeading("parallel rush", "j:jobs= a:arg-file= C:colsep= N= n= X m k:keep-order u q :dry-run :pipe :sshlogin= S= :tag :bar :halt= :results= d:delimiter= I= 0", parallel)
	registerLeading("busybox toybox", ":list :install s", func(c *call) {
		if len(c.operands) > 0 {
			c.runs(c.operands)
		}
	})
	register("script", "c:command= a:append q:quiet f:flush e:return t:timing? O:log-out= I:log-in= B:log-io= T:log-timing= E:echo= m= o=", func(c *call) {
		if code, ok := c.value("--command"); ok {
			c.runsText(code, nil)
		} else if len(c.operands) > 1 { // BSD: script file command
			c.runs(c.rest(1))
		}
		if len(c.operands) > 0 {
			c.writes(c.operand(0), unknown(0))
		}
	})
	registerLeading("expect", "c= f= d i b", func(c *call) {
		for _, code := range c.values("-c") {
			c.tcl(code)
		}
		if len(c.operands) > 0 {
			c.executes(c.operand(0))
		}
		c.does(OpExecute)
	})
	registerLeading("at batch", "f:file= m M l r d t= q= v c V", func(c *call) {
		if c.has("-l", "-r", "-d", "-c") {
			return
		}
		c.mark(Persistence)
		c.does(OpPersist)
		if f, ok := c.value("--file"); ok {
			c.executes(f)
		} else if d := c.input(); d.text != "" {
			c.runsText(d, nil)
		}
	})
	registerLeading("coproc", "", func(c *call) { c.runs(c.operands) })
}

// wrapper registers programs that run their operands after skipping some of them.
func wrapper(names, flags string, skip int) {
	registerLeading(names, flags, func(c *call) {
		for _, f := range c.values("--ex", "--eval-command", "-ex") {
			c.gdbCommand(f)
		}
		argv := c.rest(skip)
		for len(argv) > 0 && isAssignment(argv[0]) {
			argv = argv[1:]
		}
		for len(argv) > 1 && (argv[0].text == "--" || argv[0].text == "exec" || argv[0].text == "run" || argv[0].text == "record" || argv[0].text == "stat") && c.command.Program != "timeout" {
			argv = argv[1:]
		}
		switch {
		case len(argv) == 0:
			if skip == 0 && (c.command.Program == "unshare" || c.command.Program == "nsenter") {
				c.mark(Dynamic)
			}
		case c.command.Program == "flock" && len(argv) > 1 && argv[0].text == "-c", c.command.Program == "flock" && argv[0].text == "--command":
			c.runsText(argv[len(argv)-1], c.io.stdin)
		case len(argv) == 1 && strings.ContainsAny(argv[0].text, " ;|&"), c.command.Program == "watch" && !c.has("-x"), c.command.Program == "hyperfine":
			if c.command.Program == "hyperfine" {
				for _, a := range append(argv, c.values("--prepare", "--cleanup")...) {
					c.runsText(a, nil)
				}
				return
			}
			c.runsText(join(argv), c.io.stdin)
		default:
			c.runs(argv)
		}
	})
}

// dispatches is a program that runs another after a verb: direnv exec . make, bundle exec rspec, nix-shell --run 'make'.
func dispatches(c *call) {
	c.does(OpExecute)
	for _, code := range c.values("--command", "--run", "-c") {
		c.runsText(code, c.io.stdin)
	}
	argv := c.operands
	verb := c.operand(0).text
	if (c.command.Program == "op" || c.command.Program == "doppler" || c.command.Program == "infisical") && (verb == "read" || verb == "item" || verb == "secrets" || verb == "export") {
		c.reads(literal("~/.password-store"))
		c.out = unknown(sensitive)
		return
	}
	for i, a := range argv {
		if a.text == "--" {
			c.runs(argv[i+1:])
			return
		}
	}
	switch verb {
	case "exec", "run", "x", "shell", "develop", "with":
		argv = argv[1:]
		if c.command.Program == "direnv" || c.command.Program == "aws-vault" || c.command.Program == "chamber" || c.command.Program == "envchain" {
			argv = argv[min(1, len(argv)):]
		}
	case "install", "add", "i":
		c.installs(argv[1:])
		return
	default:
		if c.command.Program != "dotenv" && c.command.Program != "envchain" {
			return
		}
	}
	for len(argv) > 1 && (strings.HasPrefix(argv[0].text, "-") || strings.Contains(argv[0].text, "@") && lookupProgram(argv[1].text) != nil) {
		argv = argv[1:]
	}
	if len(argv) > 0 {
		c.runs(argv)
	}
}

func isAssignment(w data) bool {
	name, _, ok := strings.Cut(w.text, "=")
	if !ok || name == "" {
		return false
	}
	for i := range len(name) {
		if !letter(name[i]) && name[i] != '_' && (i == 0 || name[i] < '0' || name[i] > '9') {
			return false
		}
	}
	return true
}

// detaches runs a program that outlives the call.
func (c *call) detaches(argv []data) {
	c.mark(Detach)
	c.does(OpSpawn)
	c.runs(argv)
}

func (c *call) multiplexer(argv []data) {
	if len(c.args) == 0 || len(argv) > 0 || c.has("-d", "-m", "-S") {
		if c.has("-ls") || c.has("-X") && len(argv) == 0 {
			return
		}
		c.detaches(argv)
	}
}

// tmuxRuns are the commands of tmux, and their short forms, that run another; tmuxValues are flags of theirs with values.
var (
	tmuxRuns = setOf(`new new-s new-session neww new-w new-window splitw split-w split-window run run-shell respawn-pane respawnp respawn-window respawnw
		pipe-pane pipep if-shell if display-popup popup`)

	tmuxValues = setOf("-s -n -c -t -x -y -F -e -l -p -f")
)

// tmux runs what its new sessions, windows and keys say.

func tmux(c *call) {
	if len(c.operands) == 0 {
		if !c.has("-V") {
			c.detaches(nil)
		}
		return
	}
	sub := c.operand(0).text
	switch {
	case tmuxRuns[sub]:
		c.mark(Detach)
		c.does(OpSpawn)
		argv := c.rest(1)
		for len(argv) > 0 && strings.HasPrefix(argv[0].text, "-") {
			if tmuxValues[argv[0].text] && len(argv) > 1 {
				argv = argv[1:]
			}
			argv = argv[1:]
		}
		if len(argv) > 0 {
			c.runsText(join(argv), nil)
		}
	case sub == "send-keys" || sub == "send":
		c.mark(Detach)
		c.does(OpSpawn)
		for _, a := range c.rest(1) {
			if strings.Contains(a.text, " ") {
				c.runsText(a, nil)
			}
		}
	}
}

// gdbCommand runs what a debugger's command runs.
func (c *call) gdbCommand(f data) {
	for _, prefix := range []string{"shell ", "!", "platform shell ", "python "} {
		if rest, ok := strings.CutPrefix(f.text, prefix); ok {
			if prefix == "python " {
				c.code("python", f.part(rest))
			} else {
				c.runsText(f.part(rest), nil)
			}
		}
	}
	if strings.Contains(f.text, "system(") {
		c.code("python", f)
	}
}
