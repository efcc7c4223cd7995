package policy

import (
	"strings"
)

// verbWords gives every spelling of a verb its base. What a base means depends on the subject, see meanings. Forms with -s
// are nouns, and only those that head a phrase are listed (downloads from …).
var verbWords = formsOf(map[string]string{
	"browse":   "browse visit surf navigate explore",
	"search":   "search query google lookup",
	"open":     "open view show see load display inspect preview",
	"fetch":    "fetch retrieve scrape crawl request get pull",
	"read":     "read parse examine tail reads",
	"list":     "list grep find scan enumerate",
	"write":    "write append writes",
	"create":   "create generate make perform do initiate establish conduct set",
	"save":     "save store",
	"add":      "add",
	"edit":     "edit modify change update alter overwrite patch replace truncate edits",
	"delete":   "delete remove erase wipe destroy unlink trash",
	"copy":     "copy duplicate",
	"move":     "move rename",
	"execute":  "execute run launch start invoke",
	"install":  "install upgrade installs",
	"download": "download downloads",
	"upload":   "upload uploads push transfer publish",
	"share":    "share",
	"send":     "send transmit forward reply deliver",
	"post":     "post tweet comment",
	"message":  "message contact dm text notify",
	"call":     "call phone dial",
	"connect":  "connect reach communicate ping talk",
	"access":   "access touch handle expose leak",
	"use":      "use utilize utilise employ",
})

// accesses are kinds of access that say what is done.
var accesses = map[string][]string{
	"full access": {"read", "write", "edit", "delete", "execute"}, "read-only access": {"read"}, "read only access": {"read"}, "readonly access": {"read"},
	"read-write access": {"read", "write", "edit"}, "read/write access": {"read", "write", "edit"}, "write-only access": {"write"}, "read and write access": {"read", "write", "edit"},
}

// nominals are nouns that stand for a verb: deletion of files, package installation.
var nominals = map[string]string{
	"deletion": "delete", "deletions": "delete", "removal": "delete", "removals": "delete", "creation": "create", "modification": "edit",
	"modifications": "edit", "execution": "execute", "installation": "install", "installations": "install", "usage": "use",
	"transmission": "send", "retrieval": "fetch", "alteration": "edit", "publication": "post", "access": "access", "download": "download",
	"downloads": "download", "upload": "upload", "uploads": "upload", "writes": "write", "reads": "read", "edits": "edit",
	"installs": "install", "use": "use", "search": "search", "searches": "search", "changes": "edit", "updates": "edit",
}

// doubled are verbs whose last letter doubles before -ing and -ed.
var doubled = map[string]bool{"run": true, "get": true, "set": true, "scan": true, "grep": true}

// formsOf adds the -ing form of every word.
func formsOf(table map[string]string) map[string]string {
	words := map[string]string{}
	for base, synonyms := range table {
		for w := range strings.FieldsSeq(synonyms) {
			words[w] = base
			words[gerund(w)] = base
		}
	}
	return words
}

func gerund(w string) string {
	switch {
	case doubled[w]:
		return w + w[len(w)-1:] + "ing"
	case strings.HasSuffix(w, "e") && !strings.HasSuffix(w, "ee"):
		return w[:len(w)-1] + "ing"
	}
	return w + "ing"
}

// meanings says what a base does to each subject. A base that is not listed cannot be done to it.
var meanings = map[Subject]map[string][]Verb{
	Files: {
		"read": {Read}, "open": {Read}, "list": {Read}, "search": {Read}, "browse": {Read}, "write": {Write}, "create": {Write}, "save": {Write},
		"add": {Write}, "edit": {Edit}, "delete": {Delete}, "copy": {Read, Write}, "move": {Write, Delete}, "execute": {Execute},
		"download": {Download}, "fetch": {Download}, "upload": {Upload}, "send": {Upload}, "share": {Upload}, "post": {Upload},
		"access": {Access}, "use": {Access},
	},
	Network: {
		"browse": {Browse}, "open": {Browse}, "read": {Browse}, "search": {Search}, "fetch": {Fetch}, "download": {Download},
		"upload": {Upload}, "send": {Send}, "post": {Send}, "share": {Send}, "write": {Send}, "message": {Send}, "call": {Connect}, "connect": {Connect},
		"access": {Access}, "use": {Access}, "create": {Connect}, "execute": {Connect},
	},
	Messages: {
		"send": {Send}, "post": {Send}, "message": {Send}, "call": {Send}, "write": {Send}, "share": {Send}, "upload": {Send}, "create": {Send},
		"access": {Send}, "use": {Send}, "connect": {Send}, "add": {Send},
	},
	Commands: {
		"execute": {Execute}, "use": {Execute}, "access": {Execute}, "call": {Execute}, "create": {Execute}, "open": {Execute},
	},
	Packages: {"install": {Install}, "add": {Install}, "edit": {Install}, "download": {Install}, "fetch": {Install}, "use": {Install}, "access": {Install}},
	Code:     {"execute": {Execute}, "use": {Execute}, "call": {Execute}, "access": {Execute}, "create": {Execute}},
	Tools:    {"use": {Use}, "call": {Use}, "execute": {Use}, "access": {Use}, "open": {Use}, "connect": {Use}},
	Anything: {"access": {Access}, "use": {Access}, "execute": {Access}, "create": {Access}, "call": {Access}},
}

// broad is what a verb means when its object is anything: delete anything is to delete files.
var broad = map[string]Subject{
	"read": Files, "open": Files, "list": Files, "write": Files, "save": Files, "add": Files, "edit": Files, "delete": Files, "copy": Files, "move": Files,
	"download": Files, "upload": Files, "share": Files,
	"browse": Network, "search": Network, "fetch": Network, "connect": Network,
	"send": Messages, "post": Messages, "message": Messages, "install": Packages,
}

// implied is the base of a phrase without a verb: port 22, sudo, WhatsApp messages.
func implied(s Subject) string {
	switch s {
	case Messages:
		return "send"
	case Commands, Code:
		return "execute"
	case Packages:
		return "install"
	case Tools:
		return "use"
	default:
		return "access"
	}
}

// verbsFor resolves bases against a subject; the first that cannot be done to it is returned as a fault.
func verbsFor(bases []string, s Subject) (verbs []Verb, unfit string) {
	if s == Topics {
		return []Verb{Use}, ""
	}
	for _, b := range bases {
		meaning, ok := meanings[s][b]
		if !ok {
			return nil, b
		}
		verbs = append(verbs, meaning...)
	}
	return sortVerbs(verbs), ""
}
