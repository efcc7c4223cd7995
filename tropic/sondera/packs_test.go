package sondera_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// Ids of the rules in the order of the reference, without their prefixes.
const (
	baseIDs = `block-rm block-rf-flags block-sudo block-su block-chmod-777 block-disk-operations block-kill-system
		block-shutdown block-curl-shell block-base64-shell block-netcat block-curl-upload block-paste-sites
		block-curl-post-external block-read-ssh-keys block-read-credentials block-read-cloud-creds block-read-docker-creds
		block-read-package-tokens block-read-shell-history block-write-ssh block-write-env block-write-git-internals
		block-write-system-dirs block-edit-sensitive block-glob-sensitive block-self-modify redact-api-keys redact-secrets
		redact-aws-creds redact-github-tokens redact-slack-tokens redact-db-conn-strings redact-private-keys
		redact-anthropic-keys redact-openai-keys redact-huggingface-tokens redact-stripe-keys redact-google-keys
		redact-sendgrid-keys redact-twilio-keys`
	systemIDs = `workspace-identity exec-identity workspace-instructions exec-instructions skill-instructions exec-skill
		main-config credentials auth-profiles read-credentials session-transcripts session-registry memory-databases
		plugin-manifests claude-settings git-hooks security-config read-anthropic write-anthropic read-claude-desktop
		write-claude-desktop read-huggingface write-huggingface vscode-extensions`
	owaspIDs = `block-shell-eval block-dns-exfil block-socat block-external-copy block-tar-exfil block-db-dump
		block-user-management block-read-passwd block-browser-creds block-gpg-keys block-setuid block-pip-url block-npm-git
		block-untrusted-repos block-package-config-write block-download-exec block-python-exec block-node-exec
		block-ruby-exec block-perl-exec block-pickle-load block-crontab block-cron-write block-systemd block-systemd-write
		block-launchd block-agent-memory block-agent-config-write block-agent-edit block-vector-db block-vector-db-write
		redact-oauth-tokens redact-jwt block-mcp-config block-mcp-write block-agent-cards block-agent-spawn block-fork-bomb`
)

var shippedPacks = []struct {
	name, prefix, ids string
	rules             int
}{
	{"base", "sondera-", baseIDs, 41},
	{"system", "openclaw-block-", systemIDs, 24},
	{"owasp", "owasp-", owaspIDs, 38},
}

// parsePack reads a pack as it lies in the repository, with cedar-go alone.
func parsePack(t *testing.T, name string) cedar.PolicyList {
	t.Helper()
	file := "packs/" + name + ".cedar"
	list, err := cedar.NewPolicyListFromBytes(file, []byte(packText(t, name)))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return list
}

// The packs hold as many rules as the product says, under the ids of the original.
func TestPackCounts(t *testing.T) {
	t.Parallel()
	for _, pack := range shippedPacks {
		t.Run(pack.name, func(t *testing.T) {
			t.Parallel()
			var want, got []string
			for id := range strings.FieldsSeq(pack.ids) {
				want = append(want, pack.prefix+id)
			}
			for _, p := range parsePack(t, pack.name) {
				got = append(got, string(p.Annotations()["id"]))
			}
			if len(got) != pack.rules {
				t.Errorf("%d rules, want %d", len(got), pack.rules)
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("ids differ:\n got %v\nwant %v", got, want)
			}
		})
	}
}

var (
	sentence = regexp.MustCompile(`^[A-Z].*\.$`)
	asiCodes = regexp.MustCompile(`^ASI(0[1-9]|10)(,ASI(0[1-9]|10))*$`)
)

// Every rule tells what it is about and, in one sentence, what was stopped and what to do instead.
func TestPackAnnotations(t *testing.T) {
	t.Parallel()
	for _, pack := range shippedPacks {
		for _, p := range parsePack(t, pack.name) {
			a := p.Annotations()
			id := a["id"]
			if p.Effect() != cedar.Forbid {
				t.Errorf("%s permits: packs only take away", id)
			}
			if a["title"] == "" || a["category"] == "" {
				t.Errorf("%s lacks a title or a category", id)
			}
			if !slices.Contains([]string{"critical", "high", "medium", "low"}, string(a["severity"])) {
				t.Errorf("%s has severity %q", id, a["severity"])
			}
			if d, ok := a["decision"]; ok && d != "confirm" {
				t.Errorf("%s has decision %q", id, d)
			}
			if !sentence.MatchString(string(a["reason"])) {
				t.Errorf("%s: the reason is no sentence: %q", id, a["reason"])
			}
			if _, ok := a["asi"]; ok != (pack.name == "owasp") {
				t.Errorf("%s: only rules of the OWASP pack, and all of them, carry an ASI code", id)
			}
		}
	}
}

// Each of the ten risks of the OWASP Top 10 for Agentic Applications is answered by at least one rule.
func TestEveryASICovered(t *testing.T) {
	t.Parallel()
	covered := map[string]int{}
	for _, p := range parsePack(t, "owasp") {
		codes := string(p.Annotations()["asi"])
		if !asiCodes.MatchString(codes) {
			t.Errorf("%s has asi %q", p.Annotations()["id"], codes)
		}
		for code := range strings.SplitSeq(codes, ",") {
			covered[code]++
		}
	}
	if len(covered) != 10 {
		t.Errorf("covered: %v, want ASI01 to ASI10", covered)
	}
}

// A redaction rule asks for spans of classes that the redactor knows; the other rules ask for none.
func TestRedactionRulesNameClasses(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, c := range redact.Classes() {
		known[c.ID] = true
	}
	for _, pack := range shippedPacks {
		for _, p := range parsePack(t, pack.name) {
			id := string(p.Annotations()["id"])
			classes, ok := p.Annotations()["classes"]
			if ok != strings.Contains(id, "-redact-") {
				t.Errorf("%s: classes belong to redaction rules, and to all of them", id)
			}
			for class := range strings.SplitSeq(string(classes), ",") {
				if ok && !known[class] {
					t.Errorf("%s asks for class %q, which the redactor does not know", id, class)
				}
			}
		}
	}
}

var (
	classLiteral = regexp.MustCompile(`context\.(hosts|\w+)\.(?:any|all)\.contains(?:Any)?\(\[?([^)]*?)\]?\)`)
	wordSet      = regexp.MustCompile(`context\.(traits|operations)\.contains(?:Any)?\(\[?([^)]*?)\]?\)`)
	toolLiteral  = regexp.MustCompile(`Tool::"([^"]+)"`)
	quoted       = regexp.MustCompile(`"([^"]+)"`)
)

// A rule that tests a word outside the vocabulary can never fire, so there is none.
func TestPacksKeepToTheVocabulary(t *testing.T) {
	t.Parallel()
	words := map[string][]string{
		"traits":     shell.AllTraits(),
		"operations": shell.AllOperations(),
	}
	for _, pack := range shippedPacks {
		text := packText(t, pack.name)
		for _, m := range wordSet.FindAllStringSubmatch(text, -1) {
			for _, w := range quoted.FindAllStringSubmatch(m[2], -1) {
				if !slices.Contains(words[m[1]], w[1]) {
					t.Errorf("%s: context.%s never holds %q", pack.name, m[1], w[1])
				}
			}
		}
		for _, m := range classLiteral.FindAllStringSubmatch(text, -1) {
			classes := append(slices.Clone(facts.AllPathClasses()), "secret")
			if m[1] == "hosts" {
				classes = facts.AllHostClasses()
			}
			for _, w := range quoted.FindAllStringSubmatch(m[2], -1) {
				if name, ok := strings.CutPrefix(w[1], "class:"); ok && !slices.Contains(classes, name) {
					t.Errorf("%s: context.%s never holds %q", pack.name, m[1], w[1])
				}
			}
		}
		for _, m := range toolLiteral.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(facts.Resources(), m[1]) {
				t.Errorf("%s: no tool is %s", pack.name, m[0])
			}
		}
	}
}

// Every danger mark is answered by a rule, save those that say nothing alone.
func TestEveryTraitIsAnswered(t *testing.T) {
	t.Parallel()
	alone := []string{
		"inline-code",         // python -c 'print(1)' is ordinary work
		"dynamic", "unparsed", // not understood, so the default rules ask
		"obfuscated", // harmless when what runs is known in spite of it
		"env-dump",   // its secrets are cut out of the result, and sending it is exfiltration
	}
	answered := map[string]bool{}
	for _, pack := range shippedPacks {
		for _, m := range wordSet.FindAllStringSubmatch(packText(t, pack.name), -1) {
			for _, w := range quoted.FindAllStringSubmatch(m[2], -1) {
				answered[w[1]] = true
			}
		}
	}
	for _, name := range shell.AllTraits() {
		if !answered[name] && !slices.Contains(alone, name) {
			t.Errorf("no rule of any pack looks at the trait %s", name)
		}
	}
}

func packText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("packs/" + name + ".cedar")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
