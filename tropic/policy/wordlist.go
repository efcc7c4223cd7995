package policy

import "strings"

// Words that carry no meaning of their own in front of what they stand before.
var determiners = wordSet("a an the any all every each some your my its their this that these those our user's agent's user whole entire new existing own various arbitrary of outbound outgoing")

// Words after a rule that add nothing.
var trailers = []string{
	"and all subdomains", "and its subdomains", "and subdomains", "or any of its subdomains", "and all of its subdomains", "and all its subdomains", "or its subdomains", "including subdomains", "including all subdomains",
	"at all", "on the machine", "on this machine", "on the vm", "on this vm", "on the system", "on this system", "on my behalf", "freely", "ever",
	"to the user", "on the computer", "on this computer", "on the instance", "on the host", "on the server", "without asking", "if needed", "as needed", "when needed",
}

// What may stand before the verb.
var openings = []string{
	"the agent may", "the agent can", "the agent to", "the agent from", "agent may", "agent can", "agent to", "agents may", "agents can", "agents to", "the agent",
	"allow the agent to", "let the agent", "to", "it may", "it can", "attempts to", "any attempt to", "attempting to", "trying to", "the", "please", "being able to", "you may", "you can",
}

var prepositions = wordSet("in inside within under below beneath from at to into onto on via over through using with by as for of towards toward out against across matching named called like against around about")

var exceptionWords = []string{
	"except for", "except in", "except to", "except on", "except from", "except with", "except via", "except when", "except", "other than", "apart from", "but not", "excluding",
	"with the exception of", "aside from", "besides", "unless it is", "unless in", "unless to", "unless on", "unless from", "not including", "save for", "but never", "and not", "excepting",
}

var outsideWords = []string{"outside of", "outside", "not in", "not inside", "not within", "not under", "beyond", "anywhere outside", "anywhere but", "elsewhere than in", "anywhere except", "not on", "not from", "not to"}

var elseWords = []string{
	"everything else", "anything else", "all else", "all other actions", "any other action", "all other tools", "any other tool", "every other action", "all others",
	"everything else by default", "anything not mentioned", "everything not mentioned", "anything not listed", "everything not listed", "any other tool call",
	"all other tool calls", "all other requests", "all other calls", "all other operations", "any other operation", "the rest", "anything not listed above",
	"everything not listed above", "anything not mentioned above", "everything not mentioned above", "everything not allowed above", "anything not explicitly allowed",
	"everything not explicitly allowed", "whatever is not mentioned", "other actions", "all remaining actions", "all the rest", "everything that is not mentioned",
}

var channels = map[string]string{
	"whatsapp": "whatsapp", "wa": "whatsapp", "telegram": "telegram", "email": "email", "e mail": "email", "gmail": "email", "slack": "slack", "discord": "discord", "signal": "signal",
	"sms": "sms", "imessage": "imessage", "teams": "msteams", "microsoft teams": "msteams", "ms teams": "msteams", "msteams": "msteams", "matrix": "matrix", "line": "line", "wechat": "wechat",
	"mattermost": "mattermost", "irc": "irc", "google chat": "googlechat", "googlechat": "googlechat", "twitter": "twitter", "messenger": "messenger", "facebook messenger": "messenger",
	"instagram": "instagram", "nostr": "nostr", "zalo": "zalo", "feishu": "feishu", "twitch": "twitch", "webchat": "webchat", "bluesky": "bluesky", "mastodon": "mastodon", "linkedin": "linkedin", "facebook": "facebook",
}

// sites are web sites that people call by name.
var sites = map[string]string{
	"facebook": "facebook.com", "youtube": "youtube.com", "github": "github.com", "gitlab": "gitlab.com", "google": "google.com", "reddit": "reddit.com", "wikipedia": "wikipedia.org", "amazon": "amazon.com",
	"linkedin": "linkedin.com", "instagram": "instagram.com", "twitter": "twitter.com", "tiktok": "tiktok.com", "netflix": "netflix.com", "stackoverflow": "stackoverflow.com", "stack overflow": "stackoverflow.com",
	"dropbox": "dropbox.com", "google drive": "drive.google.com", "hacker news": "news.ycombinator.com", "bing": "bing.com", "duckduckgo": "duckduckgo.com", "bitbucket": "bitbucket.org", "hugging face": "huggingface.co",
}

// managerPrograms are the programs of package managers, by the name that people use.
var managerPrograms = map[string][]string{
	"npm": {"npm", "npx", "pnpm", "yarn", "bun"}, "pip": {"pip", "pip3", "pipx", "uv", "poetry"}, "apt": {"apt", "apt-get", "aptitude", "dpkg"}, "brew": {"brew"},
	"cargo": {"cargo"}, "gem": {"gem", "bundle"}, "go": {"go"}, "conda": {"conda", "mamba", "micromamba"}, "dnf": {"dnf", "yum", "rpm"}, "apk": {"apk"},
	"composer": {"composer"}, "snap": {"snap", "flatpak"}, "pacman": {"pacman", "yay"}, "yarn": {"yarn"}, "pnpm": {"pnpm"}, "uv": {"uv"}, "poetry": {"poetry"}, "pipx": {"pipx"},
	"nix": {"nix", "nix-env"}, "maven": {"mvn"}, "nuget": {"nuget", "dotnet"},
}

var managers = map[string]string{
	"npm": "npm", "node": "npm", "node.js": "npm", "nodejs": "npm", "javascript": "npm", "pip": "pip", "pip3": "pip", "python": "pip", "pypi": "pip", "apt": "apt", "apt-get": "apt", "apt get": "apt", "debian": "apt", "ubuntu": "apt", "deb": "apt",
	"brew": "brew", "homebrew": "brew", "cargo": "cargo", "rust": "cargo", "crates.io": "cargo", "gem": "gem", "ruby": "gem", "go": "go", "golang": "go", "conda": "conda", "anaconda": "conda", "dnf": "dnf", "yum": "dnf", "rpm": "dnf",
	"apk": "apk", "composer": "composer", "php": "composer", "snap": "snap", "flatpak": "snap", "pacman": "pacman", "yarn": "yarn", "pnpm": "pnpm", "uv": "uv", "poetry": "poetry", "pipx": "pipx", "nix": "nix", "maven": "maven", "nuget": "nuget",
}

// languagePrograms are the interpreters of a language.
var languagePrograms = map[string][]string{
	"python": {"python", "python2", "python3", "pypy", "pypy3", "ipython"}, "javascript": {"node", "nodejs", "deno", "bun"}, "typescript": {"ts-node", "tsx", "deno", "bun"},
	"bash": {"bash", "sh", "dash", "zsh", "ksh", "fish"}, "perl": {"perl"}, "ruby": {"ruby", "irb"}, "php": {"php"}, "lua": {"lua", "luajit"}, "r": {"rscript", "r"},
	"awk": {"awk", "gawk", "mawk"}, "powershell": {"pwsh", "powershell"}, "sql": {"psql", "mysql", "sqlite3", "mariadb"}, "java": {"java", "jshell"}, "go": {"go"}, "tcl": {"tclsh", "expect"},
}

var languages = map[string]string{
	"python": "python", "python3": "python", "py": "python", "javascript": "javascript", "js": "javascript", "node": "javascript", "node.js": "javascript", "nodejs": "javascript", "typescript": "typescript", "ts": "typescript",
	"bash": "bash", "shell": "bash", "sh": "bash", "zsh": "bash", "perl": "perl", "ruby": "ruby", "php": "php", "lua": "lua", "r": "r", "awk": "awk", "powershell": "powershell", "sql": "sql", "java": "java", "go": "go", "golang": "go", "tcl": "tcl",
}

// knownPrograms are read as commands without quotes after run or execute.
var knownPrograms = wordSet(`apt apt-get aptitude awk aws az base64 bash bun bundle cargo cat cd certbot chmod chown chgrp claude code conda cp crontab curl cut date dd deno df diff dig dir dnf
docker docker-compose doas dpkg du echo env fdisk ffmpeg find firefox flatpak flyctl ftp gcc gcloud gdb gem gh git go gpg gradle grep gunzip gzip head helm heroku hostname htop iptables ip ifconfig java journalctl jq kill killall kubectl
less ln ls lsof lua make mkdir mkfs mongo mongosh mount mv mvn mysql mysqldump nano nc ncat netcat netstat nft nginx ngrok nmap node nohup npm npx nslookup openssl passwd patch perl pg_dump php ping pip pip3 pipx pkexec pkill
pnpm podman poetry poweroff ps psql python python2 python3 pwd rclone reboot redis-cli rm rmdir rsync ruby rustc scp screen sed service sh shred shutdown socat sort sqlite3 ssh ssh-keygen sshd stat strace su sudo systemctl
tail tar tcpdump tee telnet terraform tmux top touch traceroute tree ufw umount uname unzip useradd usermod uv vault vercel vi vim wc wget which whoami xargs yarn yum zip zsh cmake ansible ansible-playbook rg fd bat pytest jest tsc eslint ruff black mypy
pandoc convert magick playwright puppeteer gradlew mvnw dotnet swift kotlinc javac composer rake rails django-admin flask uvicorn gunicorn sftp smbclient ldapsearch visudo adduser userdel groupadd chroot mknod insmod modprobe sysctl at batch nice ionice renice watch time timeout yes truncate fallocate dotnet pulumi serverless netlify wrangler supabase stripe psql xdg-open open chromium google-chrome chrome`)

// toolResources gives the tool ids of OpenClaw the names that the gate's vocabulary has for them.
var toolResources = map[string]string{
	"exec": "Bash", "bash": "Bash", "process": "Process", "terminal": "Terminal", "read": "Read", "write": "Write", "edit": "Edit", "apply_patch": "ApplyPatch", "apply patch": "ApplyPatch",
	"ls": "List", "list": "List", "find": "Find", "glob": "Find", "grep": "Grep", "view_image": "ViewImage", "view image": "ViewImage", "web_fetch": "WebFetch", "web fetch": "WebFetch",
	"web_search": "WebSearch", "web search": "WebSearch", "browser": "Browser", "message": "Message", "conversations_send": "ConversationsSend", "conversations_turn": "ConversationsTurn",
	"sessions_spawn": "SessionsSpawn", "sessions_send": "SessionsSend", "sessions": "Sessions", "sessions_list": "Sessions", "sessions_history": "Sessions", "subagents": "Subagents",
	"automations": "Automations", "cron": "Automations", "memory_search": "MemorySearch", "memory_get": "MemoryGet", "ask_user": "AskUser", "secrets": "Secrets", "tts": "Speak",
	"skill_workshop": "SkillWorkshop", "plugins": "Plugins", "gateway": "Gateway", "openclaw": "OpenClaw", "nodes": "Nodes", "computer": "Computer", "portal": "Portal", "mobile_ui": "MobileUI",
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// singular is a word in the form that the tables have.
func singular(w string) string {
	w = strings.TrimSuffix(strings.ReplaceAll(w, "’", "'"), "'s")
	switch {
	case w == "cookies", w == "movies", w == "ips", w == "vms":
		return strings.TrimSuffix(w, "s")
	case len(w) < 4 && w != "dbs", strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"), strings.ContainsAny(w, "/*~"):
		return w
	case strings.HasSuffix(w, "ies"):
		return strings.TrimSuffix(w, "ies") + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "xes"):
		return strings.TrimSuffix(w, "es")
	}
	return strings.TrimSuffix(w, "s")
}

// normalPhrase is the form in which phrases are looked up.
func normalPhrase(words []string) string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		if len(w) > 1 && !strings.ContainsAny(w, "/*~_") {
			for part := range strings.SplitSeq(w, "-") {
				out = append(out, singular(part))
			}
			continue
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}
