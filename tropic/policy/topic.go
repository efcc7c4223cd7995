package policy

import "strings"

// topic is a thing that the gate knows by marks of a call rather than by what it is done to.
type topic struct {
	name       string // canonical phrase
	plain      string // for explanations
	phrases    string // other phrases, after verbs and articles
	operations []string
	traits     []string
	programs   []string
	resources  []string

	verbs   string // bases with which the objects mean the topic
	objects string // phrases that mean it only with one of the verbs
}

var topics = []topic{
	{
		name: "elevated commands", plain: "commands with another user's rights (sudo, doas, su, pkexec …)", verbs: "use access", objects: "privilege, more privilege",
		phrases:    "sudo, sudo command, elevated command, privileged command, root command, admin command, administrator command, superuser command, elevated privilege, root privilege, elevated permission, root access, sudo access, root, administrator privilege, superuser, doas, su, pkexec, privilege escalation, elevated process, elevation, admin right, root right, elevated right, sudo privilege, elevated shell, root shell, escalated privilege, elevated operation, elevated tool, command with sudo",
		operations: []string{"elevate"}, traits: []string{"privilege"}, programs: []string{"sudo", "doas", "su", "pkexec"},
	},
	{
		name: "sub-agents", plain: "starting other agents", verbs: "create execute use add", objects: "agent, other agent, session, agent session, new session, agent run, new agent, sub session", phrases: "subagent, child agent",
		resources: []string{"SessionsSpawn", "Subagents"},
	},
	{
		name: "agent messages", plain: "messages to other agents and sessions", verbs: "send message post call connect", objects: "agent, other agent, session, other session, another agent", phrases: "message to other agent, session message, message to other session, inter agent message, agent message",
		resources: []string{"SessionsSend"},
	},
	{
		name: "scheduled tasks", plain: "what would run again by itself", verbs: "create add edit use execute save", objects: "automation, schedule, task on schedule, job on schedule, reminder, timer, command on schedule, task, job, recurring command",
		phrases:    "scheduled task, cron job, cron, scheduled job, recurring task, recurring job, persistence, persistent task, startup task, launch agent",
		operations: []string{"persist"}, traits: []string{"persistence"}, resources: []string{"Automations"},
	},
	{name: "packages from git", plain: "packages from a repository instead of a registry", phrases: "package from git, package from github, package from git repository, git package", traits: []string{"package-from-git"}},
	{name: "packages from URLs", plain: "packages that no registry vouches for", phrases: "package from url, package from web, package from internet", traits: []string{"package-from-url"}},
	{name: "background processes", plain: "processes that outlive the call", phrases: "command in background, process in background, code in background, task in background, background process, background job, daemon, detached process, background task, background command", traits: []string{"detach"}},
	{name: "environment dumps", plain: "reading out the whole environment", verbs: "read open access list search use", objects: "environment variable, environment, env variable, env var", phrases: "environment dump, process environment", traits: []string{"env-dump"}},
	{name: "shutdown", plain: "stopping or restarting the machine", phrases: "shutdown command, reboot, system shutdown, system reboot, machine shutdown", traits: []string{"shutdown"}},
	{name: "reverse shells", plain: "shells whose input or output is a connection", phrases: "reverse shell, remote shell, bind shell", traits: []string{"reverse-shell"}},
	{name: "tunnels", plain: "forwarded or relayed ports", phrases: "tunnel, port forwarding, port forward, ssh tunnel, network tunnel, proxy tunnel, reverse tunnel", traits: []string{"tunnel"}},
	{name: "crypto mining", plain: "mining of cryptocurrency", phrases: "crypto miner, cryptocurrency mining, cryptocurrency, crypto, miner, bitcoin, cryptominer, cryptomining, bitcoin mining", traits: []string{"crypto-mining"}},
	{name: "fork bombs", plain: "processes that multiply", phrases: "fork bomb", traits: []string{"fork-bomb"}},
	{name: "process kills", plain: "ending processes", phrases: "process kill, kill process, process termination", traits: []string{"mass-kill"}, programs: []string{"kill", "pkill", "killall", "skill", "xkill"}},
	{name: "account changes", plain: "changing users, groups, passwords or sudoers", verbs: "create add edit delete", objects: "user account, account, user, group, user group, user password, password, user or group, account password, system user, system account", phrases: "account change, user management", traits: []string{"account-change"}},
	{name: "world-writable permissions", plain: "files that everyone may write", phrases: "world writable permission, world writable file, world writable", traits: []string{"world-writable"}},
	{name: "permission changes", plain: "changing permissions or owners of files", verbs: "edit add", objects: "permission, file permission, ownership, file ownership, file owner, file mode, permission of file, owner of file, file access right, mode of file, ownership of file", phrases: "permission change", programs: []string{"chmod", "chown", "chgrp", "setfacl", "chattr"}, traits: []string{"world-writable", "setuid"}},
	{name: "history rewrites", plain: "losing published or recorded history, as a force push does", verbs: "edit delete", objects: "git history, commit history, history of repository", phrases: "history rewrite, force push, forced push, git force push, force pushes", traits: []string{"history-rewrite"}},
	{name: "database dumps", plain: "reading a whole database", phrases: "database dump, db dump", traits: []string{"database-dump"}},
	{name: "destructive SQL", plain: "DROP, TRUNCATE, DELETE without WHERE and the like", verbs: "delete", objects: "database table, table, database, database record, database row, all database table", phrases: "destructive sql, destructive query, destructive database command, destructive sql query, destructive sql statement, destructive sql command", traits: []string{"destructive-sql"}},
	{name: "cloud resource destruction", plain: "destroying remote resources", verbs: "delete", objects: "cloud resource, cloud infrastructure, infrastructure, cloud instance, cloud server, s3 bucket", phrases: "cloud resource destruction", traits: []string{"cloud-destroy"}},
	{name: "remote code", plain: "running what comes from the network", phrases: "remote code, downloaded code, code from internet, code from web, remote script, downloaded script, downloaded file execution, remote code execution, piped download, downloaded program", traits: []string{"remote-code", "download-then-run"}},
	{name: "obfuscated commands", plain: "commands that are encoded or hidden", phrases: "obfuscated command, encoded command, obfuscated code, encoded code, hidden command, decoded code", traits: []string{"obfuscated", "decoded-code"}},
	{name: "data exfiltration", plain: "sensitive data flowing to the network", phrases: "data exfiltration, exfiltration, exfiltrated data, data leak, secret to network", traits: []string{"exfiltration", "dns-exfiltration"}},
	{name: "raw disk writes", plain: "writing devices or file systems raw", verbs: "write edit", objects: "raw device, block device, partition, partition table", phrases: "raw disk write, disk format, disk formatting, disk wipe, raw disk", traits: []string{"disk-write"}},
	{name: "mass deletion", plain: "deleting whole directories or systems", phrases: "mass deletion, mass delete, recursive deletion, recursive delete, bulk deletion, destructive command, recursive force delete, destructive operation, destructive action", traits: []string{"mass-delete", "force-delete", "disk-write"}},
	{name: "inline code", plain: "programs given as an argument or by standard input", phrases: "inline code, inline script, one liner, code one liner, interpreter one liner", traits: []string{"inline-code"}},
	{name: "eval", plain: "eval of a text", phrases: "dynamic code, eval command", traits: []string{"eval"}},
	{name: "log tampering", plain: "removing or stopping logs and histories", phrases: "log tampering, log deletion", traits: []string{"log-tampering"}},
	{name: "sandbox escapes", plain: "reaching the host or switching a guard off", phrases: "sandbox escape, container escape", traits: []string{"sandbox-escape"}},
	{name: "gate tampering", plain: "changing the gate or its configuration", phrases: "gate tampering", traits: []string{"gate-tampering"}},
	{name: "untrusted repositories", plain: "new sources of packages", verbs: "add install use", objects: "package repository, package source, apt repository, ppa, third party package repository", phrases: "untrusted repository, third party repository", traits: []string{"untrusted-repository"}},
	{name: "plugins and skills", plain: "installing or changing plugins and skills", phrases: "plugin, skill, plugin and skill, plugin or skill, openclaw plugin, openclaw skill", resources: []string{"Plugins", "SkillWorkshop"}},
	{name: "gateway settings", plain: "the OpenClaw gateway and its settings", phrases: "gateway setting, gateway, openclaw gateway, gateway configuration, gateway config", resources: []string{"Gateway", "OpenClaw"}},
	{name: "computer control", plain: "mouse, keyboard and screen", verbs: "use access", objects: "computer, screen, gui, desktop", phrases: "mouse, keyboard, mouse and keyboard, desktop control, computer use", resources: []string{"Computer", "MobileUI"}},
	{name: "speech", plain: "speaking", phrases: "text to speech, voice message", resources: []string{"Speak"}},
	{name: "memory searches", plain: "looking things up in memory", phrases: "memory search, memory lookup", resources: []string{"MemorySearch", "MemoryGet"}},
	{name: "secret store", plain: "the store of secrets", phrases: "secret manager, secret vault, vault, secret tool", resources: []string{"Secrets"}},
}

func addTopics(add func(noun, string)) {
	for _, t := range topics {
		add(noun{Clause: Clause{Subject: Topics, Topics: []string{t.name}}}, t.name+", "+t.phrases)
	}
}

// topicNamed is the topic with the canonical name, which is one of the table's.
func topicNamed(name string) topic {
	for _, t := range topics {
		if t.name == name {
			return t
		}
	}
	return topic{}
}

// topicObjects gives a phrase the topics that it means with some verbs.
var topicObjects = func() map[string][]topic {
	table := map[string][]topic{}
	for _, t := range topics {
		for phrase := range strings.SplitSeq(t.objects, ", ") {
			if phrase != "" {
				key := normalPhrase(strings.Fields(phrase))
				table[key] = append(table[key], t)
			}
		}
	}
	return table
}()

// meant is the topic that the next words mean as the object of the verbs, and how many tokens they have.
func (p *parser) meant(bases []string) (string, int) {
	found, n := lookup(p, topicObjects)
	if _, k := lookup(p, nouns); n == 0 || k > n || len(bases) == 0 {
		return "", 0
	}
	for _, t := range found {
		fits := true
		for _, b := range bases {
			fits = fits && strings.Contains(" "+t.verbs+" ", " "+b+" ")
		}
		if fits {
			return t.name, n
		}
	}
	return "", 0
}

// idioms are verbs with an object that only together mean a topic: shut down the machine.
var idioms = map[string]string{
	"spawn": "sub-agents", "spawning": "sub-agents", "delegate": "sub-agents",
	"schedule": "scheduled tasks", "scheduling": "scheduled tasks", "automate": "scheduled tasks",
	"shut down": "shutdown", "shutting down": "shutdown", "shutdown": "shutdown", "reboot": "shutdown", "rebooting": "shutdown", "restart": "shutdown",
	"restarting": "shutdown", "power off": "shutdown", "halt": "shutdown", "stop": "shutdown",
	"kill": "process kills", "killing": "process kills", "terminate": "process kills", "terminating": "process kills",
	"exfiltrate": "data exfiltration", "exfiltrating": "data exfiltration",
	"mine": "crypto mining", "mining": "crypto mining",
	"escalate": "elevated commands", "escalating": "elevated commands", "elevate": "elevated commands", "gain": "elevated commands", "obtain": "elevated commands",
	"drop": "destructive SQL", "dropping": "destructive SQL", "truncate tables": "destructive SQL",
	"dump": "database dumps", "dumping": "database dumps",
	"format": "raw disk writes", "formatting": "raw disk writes", "partition": "raw disk writes",
	"force push": "history rewrites", "force pushing": "history rewrites", "rewrite": "history rewrites", "rewriting": "history rewrites",
	"change password": "account changes", "changing password": "account changes", "print environment variable": "environment dumps", "dump environment variable": "environment dumps",
	"speak": "speech", "speaking": "speech",
	"forward": "tunnels", "forwarding": "tunnels",
}

// idiomObjects are the nouns, beyond the topic's own, that an idiom may have as its object.
var idiomObjects = map[string]string{
	"scheduled tasks": "task, job, reminder, command, code, tool, action, message", "database dumps": "database", "destructive SQL": "database, table, database table, schema",
	"process kills": "process, running process, program, command, service", "raw disk writes": "disk, device, drive, filesystem", "data exfiltration": "data, file, secret, credential, sensitive data, private data, information, user data, anything",
	"crypto mining": "cryptocurrency", "tunnels": "port, connection, traffic", "history rewrites": "history, git history, commit history, code, commit, branch, main, change, repository",
	"shutdown": "host, server, machine, system, vm, computer, instance", "sub-agents": "agent, session, other agent, agent session, task",
	"elevated commands": "privilege, root, root access, right, permission",
}
