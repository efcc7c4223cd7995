package policy

import "strings"

// noun is what a phrase names, with the lists that it fills.
type noun struct {
	Clause
	place bool // a directory, so that "in" can come before it
}

// nouns gives phrases, in singular and lower case with spaces for hyphens, their meaning.
var nouns = func() map[string]noun {
	table := map[string]noun{}
	add := func(n noun, phrases string) {
		for p := range strings.SplitSeq(phrases, ",") {
			table[normalPhrase(strings.Fields(p))] = n
		}
	}
	addFiles(add)
	addNetwork(add)
	addTopics(add)
	for subject, phrases := range map[Subject]string{
		Messages: "message, reply, chat message, direct message, dm, notification, people, person, anyone, anybody, someone, everyone, phone number, number, chat",
		Commands: "command, shell command, shell, terminal, terminal command, os command, system command, bash command, cli command, command line, command line command, program, process, linux command, unix command, cli, exec command, operating system command",
		Packages: "package, software, dependency, library, module, application, app, software package, new software, third party package, third party library",
		Code:     "code, script, code snippet, program code, interpreter, untrusted code, arbitrary code, generated code, source code, snippet",
		Tools:    "tool, tool call",
		Anything: "anything, everything, action, whatever, operation",
	} {
		add(noun{Clause: Clause{Subject: subject}}, phrases)
	}
	add(noun{Clause: Clause{Subject: Packages, Managers: []string{"apt", "dnf", "pacman", "brew", "snap"}}}, "system package, os package, operating system package")
	add(noun{Clause: Clause{Subject: Code, Languages: []string{"bash"}}}, "shell script, shell code")
	add(noun{Clause: Clause{Subject: Code, Sandbox: true}}, "sandboxed code, sandbox code")
	add(noun{Clause: Clause{Subject: Tools, Tools: []string{allMCP}}}, "mcp tool, mcp server, mcp, mcp call, mcp server tool, mcp tool call")
	add(noun{Clause: Clause{Subject: Messages, Channels: []string{"email"}}}, "mail")
	add(noun{Clause: Clause{Subject: Messages, Channels: []string{"sms"}}}, "text message, text, sms message")
	add(noun{Clause: Clause{Subject: Messages, Channels: []string{"twitter"}}}, "tweet")
	add(noun{Clause: Clause{Subject: Messages, Channels: []string{"twitter", "instagram", "linkedin", "facebook", "mastodon", "bluesky"}}}, "social media, social network, social media post, social media account, social media platform")
	add(noun{Clause: Clause{Subject: Messages, Channels: []string{"voice-call"}}}, "phone call, voice call, telephone call")
	return table
}()

const allMCP = "*__*"

func addFiles(add func(noun, string)) {
	add(noun{Clause: Clause{Subject: Files}}, "file, document, folder, directory, path, file system, filesystem, disk, data, local file, data file, file or directory, local data, file content")
	for classes, phrases := range map[string]string{
		"secret system-accounts":             "system credential, system password, system secret, password, login credential, login",
		"secret":                             "credential, secret, token, api key, access token, api token, secret file, credential file, key, private data, sensitive file, sensitive data, credential store, secret key, sensitive information, personal access token, auth token, authentication token, confidential file",
		"ssh-key **/.ssh/authorized_keys":    "ssh key, private key, private ssh key, ssh private key, ssh key file, private key file, ssh credential, ssh key pair",
		"ssh-key ssh-config":                 "ssh directory, ssh folder, ssh configuration, ssh config, ssh file, ssh setting",
		"env-file":                           "env file, .env file, .env, dotenv, dotenv file, environment file, dot env file, env, environment variable file",
		"cloud-credentials":                  "cloud credential, aws credential, aws key, gcp credential, google cloud credential, azure credential, kubernetes credential, kubeconfig, cloud key, aws secret, aws access key, cloud secret",
		"docker-credentials":                 "docker credential, registry credential",
		"package-token":                      "npm token, package token, pypi token, publishing token",
		"shell-history":                      "shell history, bash history, command history, history file, shell history file",
		"gpg-key":                            "gpg key, pgp key, gnupg directory, signing key",
		"browser-data":                       "browser data, browser cookie, cookie, browser profile, saved password, browser password, browser history, browser session",
		"password-store":                     "password store, password manager, keychain, keyring, keystore",
		"system-accounts":                    "system account, password file, account file, user account file, passwd file, shadow file",
		"system system-accounts boot":        "system file, system directory, system folder, operating system file, os file, system path, system configuration, system configuration file, system config, system config file, system binary, operating system directory, system location, protected system file, system setting",
		"boot":                               "boot file, boot directory, bootloader",
		"device":                             "device, block device, raw device, disk device, device file",
		"proc":                               "proc, proc file system",
		"git-internals":                      ".git directory, git internal, .git folder, git directory",
		"git-hooks":                          "git hook",
		"git-config":                         "git config, git configuration, .gitconfig",
		"openclaw-config":                    "openclaw config, openclaw configuration, openclaw setting, openclaw.json",
		"openclaw-credentials openclaw-auth": "openclaw credential, openclaw token, openclaw secret, auth profile",
		"openclaw-sessions":                  "session file, session transcript, transcript, chat history, openclaw session, session history",
		"openclaw-config openclaw-credentials openclaw-auth openclaw-sessions openclaw-state": "openclaw file, openclaw state, openclaw directory, openclaw data, openclaw",
		"gate":                          "gate, gate file, gate configuration, gate policy, policy file, audit log, sondera file, sondera, sondera configuration, security policy, policy, guardrail",
		"plugin-manifest":               "plugin manifest, plugin file",
		"skill":                         "skill file, skill definition",
		"identity":                      "identity file, soul file, agent identity, persona file",
		"instructions":                  "instruction file, agent instruction, instruction, agent file, own instruction, agent instruction file",
		"memory":                        "memory file, agent memory, memory directory, long term memory, memory",
		"vector-db":                     "vector database, vector db, vector store, embedding, embedding store",
		"database":                      "database, database file, sqlite file, sqlite database, db file",
		"mcp-config":                    "mcp config, mcp configuration, mcp server configuration, mcp setting, mcp server config",
		"agent-card":                    "agent card",
		"ide-config":                    "ide config, ide configuration, ide setting, editor setting, editor config, editor configuration, vscode setting",
		"ide-extensions":                "ide extension, editor extension, vscode extension",
		"claude-settings":               "claude setting, claude hook, claude configuration",
		"cron":                          "cron file, crontab, crontab file, cron table",
		"systemd":                       "systemd unit, systemd file, systemd service, systemd unit file, unit file, service file, systemd timer",
		"startup":                       "startup file, startup script, shell profile, shell startup file, shell config, shell configuration, rc file, autostart, autostart entry, .bashrc, .profile, .zshrc, shell rc file",
		"package-config":                "package configuration file, package config, package configuration, package manager configuration, package manager config",
		"log":                           "log, log file, system log, log directory, audit trail",
		"cloud-credentials credentials": "service account key, service account file, cloud service account",
	} {
		add(noun{Clause: Clause{Subject: Files, Paths: elements(classes)}}, phrases)
	}
	for pattern, phrases := range map[string]string{
		"workspace/**":   "workspace, workspace directory, workspace folder, agent workspace, agent directory, working directory, current directory, workspace file, agent workspace directory, workspace dir, workspace path, project, project directory, project folder, project file, own workspace, project workspace, work directory, agent folder, working folder, current folder, workspace subdirectory",
		"~/**":           "home, home directory, home folder, user home, user home directory, user directory, home dir",
		"~/Downloads/**": "downloads folder, downloads directory, download folder, download directory",
		"~/Documents/**": "documents folder, documents directory, document folder",
		"~/Desktop/**":   "desktop, desktop folder",
		"/**":            "root directory, file system root, filesystem root, root folder, root file system, entire file system, whole file system, entire filesystem, whole filesystem, entire disk, whole disk",
		"class:tmp":      "tmp, temp, temporary file, temporary directory, temp file, temp directory, temp folder, temporary folder, tmp directory, tmp folder, tmp file",
		"**/.*/**":       "hidden file, dotfile, dot file",
	} {
		add(noun{Clause: Clause{Subject: Files, Paths: elements(pattern)}, place: true}, phrases)
	}
	for extension, phrases := range fileTypes {
		var patterns []string
		for e := range strings.FieldsSeq(extension) {
			patterns = append(patterns, "**/*."+e)
		}
		for p := range strings.SplitSeq(phrases, ",") {
			p = strings.TrimSpace(p)
			add(noun{Clause: Clause{Subject: Files, Paths: patterns}}, p+" file, "+p+" document")
		}
	}
	add(noun{Clause: Clause{Subject: Files, Paths: []string{"**/*.exe", "**/*.bin", "**/*.sh", "**/*.run", "**/*.deb", "**/*.rpm", "**/*.appimage", "**/*.msi", "**/*.dmg"}}}, "executable, executable file, binary, binary file, installer")
	add(noun{Clause: Clause{Subject: Files, Paths: elements("**/*.png **/*.jpg **/*.jpeg **/*.gif **/*.webp **/*.svg **/*.bmp **/*.heic")}}, "image, photo, picture, image file, screenshot")
	add(noun{Clause: Clause{Subject: Files, Paths: elements("**/*.mp4 **/*.mov **/*.avi **/*.mkv **/*.webm")}}, "video, video file, movie")
	add(noun{Clause: Clause{Subject: Files, Paths: []string{"**/*.pdf"}}}, "pdf")
	add(noun{Clause: Clause{Subject: Files, Paths: []string{"**/*.csv", "**/*.xls", "**/*.xlsx", "**/*.ods"}}}, "spreadsheet")
	add(noun{Clause: Clause{Subject: Files, Paths: []string{"**/*.pem"}}}, "pem key")
	add(noun{Clause: Clause{Subject: Files, Paths: []string{"**/node_modules/**"}}, place: true}, "node_modules, node modules")
}

// fileTypes gives extensions the names that come before "files".
var fileTypes = map[string]string{
	"py": "python, py", "js mjs cjs": "javascript, js", "ts tsx": "typescript, ts", "json": "json", "yaml yml": "yaml, yml", "md": "markdown, md",
	"csv": "csv", "txt": "text, txt", "pdf": "pdf", "html htm": "html", "css": "css", "xml": "xml", "toml": "toml", "go": "go, golang",
	"rs": "rust", "java": "java", "rb": "ruby", "php": "php", "c h": "c", "sh bash": "shell script, bash, sh, bash script", "sql": "sql", "pem": "pem, certificate",
	"key": "key", "zip tar gz tgz xz bz2 7z": "archive, compressed", "zip": "zip", "xls xlsx": "excel", "doc docx": "word", "ini": "ini",
	"conf cfg ini toml yaml yml json": "config, configuration", "exe": "exe", "tf": "terraform", "db sqlite sqlite3": "db",
	"py js ts go rs java rb php c h cpp cc hpp cs sh": "source, source code, code",
}

// sourcePatterns are the files that code is in.
const sourcePatterns = "**/*.py **/*.js **/*.ts **/*.go **/*.rs **/*.java **/*.rb **/*.php **/*.c **/*.h **/*.cpp **/*.cs **/*.sh **/*.swift **/*.kt **/*.sql"

// codeAsFiles are verbs with which code means source files.
var codeAsFiles = wordSet("read write edit delete upload send post share copy move save")

// elements turns class names and patterns into elements of a set.
func elements(words string) []string {
	var out []string
	for w := range strings.FieldsSeq(words) {
		if !strings.ContainsAny(w, "/:") {
			w = "class:" + w
		}
		out = append(out, w)
	}
	return out
}

func addNetwork(add func(noun, string)) {
	for classes, phrases := range map[string]string{
		"":             "connection, host, server, url, network, network connection, request, http request, https request, network request, api, api call, rest api, traffic, network traffic, domain, site, page, remote host, remote server, ip address, ip, address, api request, endpoint, api endpoint, socket, link, remote machine, port, network port, service, network service, webhook, http call, tcp connection",
		"class:public": "website, web site, web page, webpage, web, internet, world wide web, online, public website, public web site, public web page, public internet, public web, public site, public page, public host, public url, public server, external website, external site, external host, external server, external url, external network, external api, external service, public api, web content, internet connection, third party website, third party api, third party service, public domain, outside world, open web, online content, external connection, search engine, external domain, web resource, online resource, external endpoint, internet site, public network",
		"class:private class:link-local class:metadata class:gateway": "private network, local network, internal network, private host, internal host, internal website, internal site, lan, intranet, private ip, private address, internal server, private server, internal service, internal ip, internal url, private ip address, internal address, private website, private site, vpc, internal api, local ip",
		"class:loopback class:gateway":                                "localhost, loopback, local host, local server, local service, local port, loopback address, local machine",
		"class:metadata":                                              "metadata service, instance metadata, metadata endpoint, cloud metadata, instance metadata service, cloud metadata service, imds, metadata server, metadata, aws metadata, ec2 metadata",
		"class:paste-site":                                            "paste site, pastebin site, paste service, file sharing site, pastebin, paste website",
		"class:tunnel":                                                "tunnel service, tunnelling service, tunneling service, tunnel host, request collector",
		"class:ip-literal":                                            "raw ip, raw ip address, bare ip address, ip literal, bare ip",
	} {
		add(noun{Clause: Clause{Subject: Network, Hosts: elements(classes)}}, phrases)
	}
	for name, port := range services {
		add(noun{Clause: Clause{Subject: Network, Ports: []int{port}}}, name+" connection, "+name+" server, "+name+" port, "+name+" traffic, "+name+" access, "+name+" session, "+name+" request")
	}
	add(noun{Clause: Clause{Subject: Network, Ports: []int{22}}}, "ssh")
}

// services are the well-known ports of IANA that people call by name.
var services = map[string]int{
	"ssh": 22, "ftp": 21, "sftp": 22, "telnet": 23, "smtp": 25, "dns": 53, "imap": 143, "rdp": 3389, "vnc": 5900, "mysql": 3306,
	"postgres": 5432, "postgresql": 5432, "redis": 6379, "mongodb": 27017, "ldap": 389, "smb": 445,
}
