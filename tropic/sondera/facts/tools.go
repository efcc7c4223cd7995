package facts

import (
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

// browser opens pages, downloads, uploads and runs script in pages.
func (b *builder) browser(p Value) {
	action := strings.ToLower(p.text("action"))
	b.Operations |= shell.OpBrowse
	b.urls(p.texts("url", "targetUrl", "urls", "target_url")...)
	files := p.texts("path", "paths", "file", "files", "filePath")
	switch action {
	case "download", "waitfordownload", "pdf", "screenshot", "save":
		if action == "download" || action == "waitfordownload" {
			b.Operations |= shell.OpDownload
		}
		b.writes(files...)
	case "upload":
		b.Operations |= shell.OpUpload | shell.OpRead
		b.Traits |= shell.Upload
		b.reads(files...)
		if Any(b.Reads)&Secret != 0 {
			b.Traits |= shell.Exfiltration
		}
	default:
		b.reads(files...)
	}
	request := p.Member("request")
	for _, fn := range []string{p.text("fn"), request.text("fn")} {
		if fn != "" {
			b.Traits |= shell.InlineCode
			b.script(shell.AnalyzeCode("javascript", fn, b.environment("")))
		}
	}
	if request.Kind == Object {
		b.urls(request.texts("url", "targetUrl")...)
		if paths := request.texts("path", "paths", "files"); len(paths) > 0 {
			b.Operations |= shell.OpUpload | shell.OpRead
			b.reads(paths...)
		}
	}
}

// message sends text and files to people.
func (b *builder) message(p Value) {
	b.Operations |= shell.OpMessage | shell.OpSend
	if strings.EqualFold(p.text("action"), "read") || strings.EqualFold(p.text("action"), "search") {
		b.Operations = shell.OpRead
	}
	channel := strings.ToLower(p.text("channel", "provider"))
	for _, to := range p.texts("target", "targets", "to", "recipient", "recipients", "conversationRef", "sessionKey", "number", "phone") {
		prefix, rest, ok := strings.Cut(to, ":")
		if ok && channels[strings.ToLower(prefix)] {
			if channel == "" {
				channel = strings.ToLower(prefix)
			}
			to = rest
		}
		if i := strings.IndexByte(to, '@'); i > 0 && strings.HasSuffix(to, ".whatsapp.net") {
			if channel == "" {
				channel = "whatsapp"
			}
			to = "+" + to[:i]
		}
		b.Recipients = append(b.Recipients, number(to))
	}
	if channel == "" {
		channel = strings.ToLower(b.call.Channel)
	}
	if channel != "" {
		b.Channels = append(b.Channels, channel)
	}
	for _, text := range p.texts("message", "text", "caption", "body") {
		if holdsToken(text) {
			b.Traits |= shell.Exfiltration
		}
	}
	b.attachments(p)
}

// attachments are files that leave with a message.
func (b *builder) attachments(p Value) {
	media := p.texts("media", "attachments", "mediaUrl", "mediaUrls", "path", "filePath", "file", "files")
	for _, name := range []string{"attachments", "media"} {
		for _, v := range p.Member(name).Values {
			if v.Kind == Object {
				media = append(media, v.texts("path", "file", "url", "media", "filePath")...)
			}
		}
	}
	for _, m := range media {
		if strings.Contains(m, "://") && !strings.HasPrefix(strings.ToLower(m), "file:") {
			b.urls(m)
			continue
		}
		b.Operations |= shell.OpRead | shell.OpUpload
		b.reads(m)
	}
	if Any(b.Reads)&Secret != 0 {
		b.Traits |= shell.Exfiltration
	}
}

var channels = map[string]bool{
	"whatsapp": true, "telegram": true, "discord": true, "slack": true, "signal": true, "imessage": true, "sms": true, "email": true, "matrix": true, "msteams": true, "teams": true, "googlechat": true,
	"line": true, "irc": true, "mattermost": true, "webchat": true, "zalo": true, "nostr": true, "twitch": true, "feishu": true, "wechat": true,
}

// number takes the blanks, dashes and brackets out of what looks like a phone number.
func number(text string) string {
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -().", r) {
			return -1
		}
		return r
	}, text)
	if len(plain) > 4 && strings.Trim(plain, "+0123456789") == "" {
		return strings.Replace(plain, "00", "+", map[bool]int{true: 1, false: 0}[strings.HasPrefix(plain, "00")])
	}
	return text
}

// administer is a tool that changes OpenClaw itself.
func (b *builder) administer(p Value) {
	b.Operations |= shell.OpAccess
	action := strings.ToLower(p.text("action", "command", "operation", "verb"))
	switch action {
	case "list", "get", "status", "info", "inspect", "show", "search", "read", "config.get", "config.schema", "schema", "health", "help", "discover", "describe":
		b.Operations |= shell.OpRead
		return
	}
	if b.Resource == "SkillWorkshop" {
		b.Operations |= shell.OpWrite
		name := p.text("name", "skill", "slug")
		b.writes("skills/" + strings.ReplaceAll(name, "/", "-") + "/SKILL.md")
		return
	}
	b.Traits |= shell.GateTampering
}
