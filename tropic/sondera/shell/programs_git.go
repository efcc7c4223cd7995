package shell

import "strings"

// gitPrograms keep versions.
func gitPrograms() {
	registerLeading("git", "C= c= p:paginate P:no-pager :git-dir= :work-tree= :namespace= :exec-path? :bare :no-replace-objects :literal-pathspecs :config-env=", git)
	register("gh glab hub", "R:repo= q:jq= t:template= X:method= f:raw-field= F:field= H:header= :input= b:body= B:base= T:title= :json= w:web L:limit= s:state= :hostname= :paginate", forge)
	register("svn hg bzr fossil jj darcs cvs", "m:message= r:revision= q", func(c *call) {
		c.does(OpExecute)
		for _, w := range c.operands {
			if strings.Contains(w.text, "://") {
				c.contacts(w, 0)
				c.does(OpFetch)
			}
		}
	})
	register("git-filter-repo bfg git-lfs git-crypt tig lazygit gitk", ":force f :path= :invert-paths :strip-blobs-bigger-than= :delete-files=", func(c *call) {
		c.does(OpExecute)
		if c.command.Program == "git-filter-repo" || c.command.Program == "bfg" {
			c.mark(HistoryRewrite)
		}
	})
}

// git reads its verb and what matters of its flags (git(1) and the pages of each verb, version 2.45).
func git(c *call) {
	in := c.in
	if dir, ok := c.value("-C"); ok {
		saved := in.dir
		in.dir = strings.ReplaceAll(in.path(dir).Text, "**", Unknown)
		defer func() { in.dir = saved }()
	}
	for _, s := range c.values("-c") {
		c.gitSetting(s)
	}
	verb := c.operand(0).text
	flags := gitFlags
	switch verb {
	case "rebase", "difftool", "mergetool":
		flags = gitExecFlags
	case "grep":
		flags = gitGrepFlags
	case "clone", "fetch", "ls-remote":
		flags = gitCloneFlags
	}
	sub := &call{in: in, command: c.command, args: c.rest(1), io: c.io, spec: &program{flags: flags}}
	sub.parse()
	for _, f := range sub.flags {
		c.command.Flags = append(c.command.Flags, f.name)
	}
	c.flags = append(c.flags, sub.flags...)
	c.operands = append([]data{c.operand(0)}, sub.operands...)
	c.command.Operands = texts(c.operands)
	c.does(OpExecute)
	if words, ok := c.in.aliases["git "+verb]; ok {
		delete(c.in.aliases, "git "+verb)
		c.runs(append(append([]data{literal("git")}, itemsOf(words, false)...), c.rest(1)...))
		return
	}
	c.gitVerb(verb)
	if c.out.text == "" {
		c.out = unknown(c.out.taint)
	}
}

var (
	gitFlags      = newFlagSet(gitFlagText)
	gitExecFlags  = newFlagSet(gitFlagText + " x:exec= :exec=")
	gitCloneFlags = newFlagSet(gitFlagText + " u:upload-pack=")
	gitGrepFlags  = newFlagSet("O? e:regexp= f:file= A= B= C= m= n i l c v w h H I E F P q r :cached :untracked :no-index")
)

const gitFlagText = `f:force m:message= b= B= d:delete D a:all n v:verbose q:quiet u:set-upstream o:output= F:file= C= c= S? i:interactive r:recursive p:patch s t:track U= L= :force-with-lease? :mirror :hard :soft :mixed :prune :tags :no-verify
 :upload-pack= :receive-pack= :depth= :branch= :config= :template= :global :system :local :add :unset :amend :onto= :index-filter= :tree-filter= :msg-filter= :env-filter= :commit-filter= :expire= :author= :since= :format? :pretty? :name-only :stat :oneline
 :cached :staged :show-toplevel :abbrev-ref :short? :remotes= :recurse-submodules? :origin= :separate-git-dir= :reference= :filter= :date= :fixup= :squash= e k X= :strategy= :no-index`

func (c *call) gitVerb(verb string) {
	words := c.rest(1)
	switch verb {
	case "push":
		c.gitPush(words)
	case "clone":
		for _, w := range words {
			if strings.Contains(w.text, "://") || strings.Contains(w.text, "@") || strings.Contains(w.text, ":") {
				if rest, ok := strings.CutPrefix(w.text, "ext::"); ok {
					c.runsText(w.part(rest), nil)
					continue
				}
				c.gitRemote(w)
			}
		}
		c.does(OpFetch | OpDownload)
		c.gitPrograms()
		if len(words) > 1 {
			p := c.in.path(words[1])
			c.command.Writes = append(c.command.Writes, p)
			c.command.Appends = append(c.command.Appends, p)
		}
		for _, s := range c.values("--config", "-c") {
			c.gitSetting(s)
		}
	case "fetch", "pull", "ls-remote", "submodule", "remote":
		for _, w := range words {
			if rest, ok := strings.CutPrefix(w.text, "ext::"); ok {
				c.runsText(w.part(rest), nil)
			} else if strings.Contains(w.text, "://") || strings.Contains(w.text, "git@") {
				c.gitRemote(w)
			}
		}
		if verb != "remote" {
			c.does(OpFetch)
		}
		c.gitPrograms()
		if verb == "submodule" && len(words) > 1 && words[0].text == "foreach" {
			c.runsText(join(words[1:]), nil)
		}
	case "filter-branch", "filter-repo":
		c.mark(HistoryRewrite)
		for _, w := range c.values("--index-filter", "--tree-filter", "--msg-filter", "--env-filter", "--commit-filter") {
			c.runsText(w, nil)
		}
	case "reflog":
		if len(words) > 0 && (words[0].text == "expire" || words[0].text == "delete") {
			c.mark(HistoryRewrite)
		}
	case "gc":
		if v, ok := c.value("--prune"); ok && v.text == "now" {
			c.mark(HistoryRewrite)
		}
	case "update-ref":
		if c.has("--delete") {
			c.mark(HistoryRewrite)
		}
	case "clean":
		if c.has("--force") && !c.has("-n") {
			c.does(OpDelete)
			what := "./*untracked*"
			if c.has("-x", "-X") { // what git ignores too: .env, databases, builds
				what = "./*"
			}
			c.command.Deletes = append(c.command.Deletes, c.in.resolve(what, true))
		}
	case "config":
		c.gitConfig(words)
	case "bisect":
		if len(words) > 1 && words[0].text == "run" {
			c.runs(words[1:])
		}
	case "rebase":
		for _, w := range c.values("--exec") {
			c.runsText(w, nil)
		}
	case "grep":
		if !c.has("--regexp", "--file") && len(words) > 0 {
			words = words[1:]
		}
		if pager, ok := c.value("-O"); ok {
			c.runsText(pager, nil)
		}
		for _, w := range words {
			c.readsIfSensitive(w)
		}
		c.does(OpRead)
	case "hash-object":
		c.out = c.reads(words...).transformed(0)
	case "send-pack":
		c.gitPush(words)
	case "diff", "show", "log", "blame", "cat-file":
		if c.has("--no-index") {
			c.reads(words...)
		}
		for _, w := range words {
			if _, file, ok := strings.Cut(w.text, ":"); ok {
				c.readsIfSensitive(w.part(file))
			} else {
				c.readsIfSensitive(w)
			}
		}
		c.does(OpRead)
	case "add", "stage":
		for _, w := range words {
			c.readsIfSensitive(w)
		}
	case "rm":
		if !c.has("--cached") {
			c.deletes(words...)
		}
	case "mv":
		c.copies(false)
	case "apply", "am":
		c.reads(orInput(words)...)
		c.does(OpEdit)
	case "archive":
		if o, ok := c.value("--output"); ok {
			c.writes(o, unknown(archived))
		}
		c.out = unknown(archived)
	case "credential", "credential-store", "credential-cache":
		c.reads(literal("~/.git-credentials"))
		c.out = unknown(sensitive)
	case "daemon", "http-backend", "instaweb":
		c.does(OpConnect | OpSpawn)
	case "rev-parse":
		if c.has("--show-toplevel") && c.in.dir != "" {
			c.out = unknown(0)
		}
	case "difftool", "mergetool":
		for _, w := range c.values("--exec", "-x") {
			c.runsText(w, nil)
		}
	case "init":
		c.does(OpWrite)
	}
}

// gitPrograms runs what --upload-pack and --receive-pack name.
func (c *call) gitPrograms() {
	for _, w := range c.values("--upload-pack", "--receive-pack", "-u") {
		if strings.TrimSpace(w.text) != "" && !strings.HasPrefix(w.text, "git-") {
			c.runsText(w, nil)
		}
	}
}

func (c *call) gitRemote(w data) {
	if strings.Contains(w.text, "://") {
		c.contacts(w, 443)
		return
	}
	c.connects(remoteHost(w), data{}, 22)
}

// gitPush marks what loses published history: force, mirror, deletion, and +refspecs.
func (c *call) gitPush(words []data) {
	c.does(OpUpload | OpConnect)
	if c.has("--force", "--mirror", "--delete", "-D", "--prune") {
		c.mark(HistoryRewrite)
	}
	c.gitPrograms()
	for i, w := range words {
		switch {
		case strings.HasPrefix(w.text, "ext::"):
			c.runsText(w.part(w.text[5:]), nil)
		case i == 0 && (strings.Contains(w.text, "://") || strings.Contains(w.text, "@")):
			c.gitRemote(w)
		case i > 0 && (strings.HasPrefix(w.text, "+") || strings.HasPrefix(w.text, ":")):
			c.mark(HistoryRewrite)
		}
	}
}
