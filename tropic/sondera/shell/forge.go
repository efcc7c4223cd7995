package shell

import "strings"

// forge is the command line of GitHub or GitLab.
func forge(c *call) {
	c.does(OpFetch)
	c.out = unknown(fetched)
	noun, verb := c.operand(0).text, c.operand(1).text
	if c.command.Program == "hub" && (noun == "push" || noun == "clone" || noun == "fetch") {
		c.runs(append([]data{literal("git")}, c.args...))
		return
	}
	switch noun {
	case "auth":
		if verb == "token" || strings.Contains(join(c.args).text, "--show-token") {
			c.reads(literal("~/.config/gh/hosts.yml"))
			c.out = unknown(sensitive)
		}
	case "api":
		c.out = unknown(0)
		method := strings.ToUpper(valueText(c, "--method"))
		if method == "DELETE" {
			c.mark(CloudDestroy)
		} else if method != "" && method != "GET" || method == "" && c.has("--raw-field", "--field", "--input") && !strings.Contains(verb, "graphql") {
			c.does(OpUpload)
			c.mark(Upload)
			c.contacts(literal("https://api.github.com/"), 0)
		}
		if f, ok := c.value("--input"); ok {
			c.sends(c.reads(f))
		}
	case "repo", "release", "secret", "gist", "ssh-key", "gpg-key", "run", "workflow", "variable", "environment", "cache", "issue", "pr", "codespace", "extension":
		switch {
		case verb == "delete" || verb == "archive" && noun == "repo":
			if noun == "repo" || noun == "release" || noun == "environment" || noun == "secret" {
				c.mark(CloudDestroy)
			}
		case noun == "gist" && verb == "create", noun == "release" && verb == "upload", noun == "secret" && verb == "set":
			c.does(OpUpload)
			content := c.input().plus(c.reads(c.rest(2)...))
			c.sends(content)
			if noun == "gist" {
				c.mark(Upload)
				c.contacts(literal("https://gist.github.com/"), 0)
			}
		case (noun == "ssh-key" || noun == "gpg-key") && verb == "add":
			c.mark(KeyPlanting)
		case noun == "secret" && verb == "delete", noun == "extension" && verb == "install":
			c.mark(PackageFromGit)
		case noun == "repo" && verb == "edit" && strings.Contains(join(c.args).text, "--visibility public"):
			c.mark(Upload)
		}
		c.out = unknown(0)
	default:
		c.out = unknown(0)
	}
}
