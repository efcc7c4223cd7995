package shell

import "strings"

// awsCLI reads service and operation.
func awsCLI(c *call) {
	service, op := c.operand(0).text, c.operand(1).text
	c.does(OpFetch)
	if e, ok := c.value("--endpoint-url"); ok {
		c.contacts(e, 443)
	}
	switch {
	case service == "s3" && (op == "cp" || op == "sync" || op == "mv"):
		c.bucketCopy(c.rest(2), "s3://")
		if op == "sync" && c.has("--delete") {
			c.mark(CloudDestroy)
		}
	case service == "s3" && (op == "rb" || op == "rm" && c.has("--recursive")), strings.HasPrefix(op, "delete-"), strings.HasPrefix(op, "terminate-"), strings.HasPrefix(op, "deregister-"), strings.HasPrefix(op, "purge-"):
		if !c.has("--dryrun") {
			c.mark(CloudDestroy)
		}
	case op == "get-secret-value", op == "get-parameter", op == "get-parameters", op == "get-session-token", op == "assume-role", op == "export-credentials", op == "get-login-password", op == "get-authorization-token":
		if strings.HasPrefix(op, "get-parameter") && !c.has("--with-decryption") || op == "get-login-password" {
			break
		}
		c.reads(literal("~/.aws/credentials"))
		c.out = unknown(sensitive)
		return
	case strings.HasPrefix(op, "create-access-key"), strings.HasPrefix(op, "attach-user-policy"), strings.HasPrefix(op, "attach-role-policy"), strings.HasPrefix(op, "put-user-policy"), strings.HasPrefix(op, "create-user"), strings.HasPrefix(op, "create-login-profile"), strings.HasPrefix(op, "update-assume-role-policy"), strings.HasPrefix(op, "add-user-to-group"):
		c.mark(AccountChange)
	case op == "import-key-pair", op == "send-ssh-public-key":
		c.mark(KeyPlanting)
	case op == "stop-instances", op == "reboot-instances":
		c.mark(Shutdown)
	case op == "stop-logging", op == "update-trail", op == "delete-trail":
		c.mark(LogTampering)
	case service == "ssm" && op == "send-command":
		c.mark(Dynamic)
	case service == "configure" && (op == "get" || op == "export-credentials"):
		c.reads(literal("~/.aws/credentials"))
		c.out = unknown(sensitive)
		return
	case service == "s3api" && op == "put-object":
		if b, ok := c.value("--body"); ok {
			c.mark(Upload)
			c.does(OpUpload)
			c.sends(c.reads(b))
		}
	}
	c.out = unknown(0)
}

// bucketCopy copies between this machine and a bucket.
func (c *call) bucketCopy(words []data, scheme string) {
	if len(words) < 2 {
		return
	}
	dst := words[len(words)-1]
	content := data{}
	for _, src := range words[:len(words)-1] {
		if strings.HasPrefix(src.text, scheme) || strings.HasPrefix(src.text, "-") && src.text != "-" {
			content.taint |= fetched
			continue
		}
		content = content.plus(c.reads(src))
	}
	if strings.HasPrefix(dst.text, scheme) {
		c.does(OpUpload)
		if content.taint&(sensitive|environ) != 0 {
			c.mark(Exfiltration | Upload)
		}
		if content.taint&database != 0 {
			c.mark(DatabaseDump)
		}
		if acl, ok := c.value("--acl"); ok && strings.HasPrefix(acl.text, "public") {
			c.mark(Upload)
		}
		return
	}
	c.does(OpDownload)
	c.writes(dst, unknown(fetched))
}
