package policy

import (
	"slices"
	"strings"
	"sync"
)

// Examples lists statements that are understood, for completion, documentation and suggestions.
func Examples() []string { return slices.Clone(examples) }

var examples = strings.Split(strings.TrimSpace(`
browse any public website
browse example.com and *.example.org
browse websites except facebook.com
search the web
fetch pages from docs.python.org
access private networks
connect to 10.0.0.0/8
outbound connections on port 22
connections on ports 8000-9000
access the cloud metadata service
read files in workspace directory
read and write files in ~/projects
write files outside workspace
edit *.py files in src/
delete files
delete files except in /tmp
access /etc/passwd or system credentials
access secrets, SSH keys or .env files
read system files
execute files in /tmp
execute code in sandbox environment
run Python or Bash scripts
run shell commands
run `+"`git push --force`"+` or `+"`rm -rf`"+`
run docker commands
run sudo or elevated commands
install packages
install npm or pip packages
install packages `+"`requests`, `numpy`"+`
download files larger than 10MB
download files from example.com
upload files to example.com
upload files
send WhatsApp messages
send messages to +65*
send Telegram or Slack messages
send emails
email alice@example.com
post to Slack
use tool web_search
use the browser tool
use tools github__* or jira__create_issue
use all MCP tools
use the MCP server github
spawn sub-agents
schedule tasks
shut down the machine
kill processes
force push
change file permissions
run background processes
read environment variables
everything else
`), "\n")

// vocabulary lists the single words of the language, sorted.
var vocabulary = sync.OnceValue(func() []string {
	words := map[string]bool{}
	add := func(phrase string) {
		for w := range strings.FieldsSeq(phrase) {
			if len(w) > 2 {
				words[w] = true
			}
		}
	}
	for w := range verbWords {
		add(w)
	}
	for phrase := range nouns {
		add(phrase)
	}
	for _, table := range []map[string]string{channels, managers, languages, nominals, idioms} {
		for w := range table {
			add(w)
		}
	}
	for w := range knownPrograms {
		add(w)
	}
	for w := range prepositions {
		add(w)
	}
	out := make([]string, 0, len(words))
	for w := range words {
		out = append(out, w)
	}
	slices.Sort(out)
	return out
})
