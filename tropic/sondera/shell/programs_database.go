package shell

import (
	"regexp"
	"strings"
)

// databasePrograms speak with databases.
func databasePrograms() {
	register("psql mysql mariadb sqlite3 sqlite clickhouse-client clickhouse sqlcmd cqlsh duckdb usql pgcli mycli litecli snowsql isql impala-shell beeline", `c:command= e:execute= q:query= Q: h:host= p:port= P:port= U:username= u:user= d:dbname= D:database= f:file= v:variable= t A F: X w W o:output= N B s n:
		:query= :host= :user= :password? x1 S: i: l :csv :tuples-only`, sqlClient)
	register("mongo mongosh mongoexport mongoimport mongodump mongorestore", ":eval= :host= :port= u:username= p:password= d:db= c:collection= o:out= :uri= q:query= :quiet :drop f: :file= :archive? :gzip", func(c *call) {
		c.does(OpConnect)
		switch c.command.Program {
		case "mongodump":
			c.dumps()
			return
		case "mongoexport":
			c.dumps()
			if o, ok := c.value("--out"); ok {
				c.writes(o, unknown(database))
			}
			return
		case "mongorestore", "mongoimport":
			if c.has("--drop") {
				c.mark(DestructiveSQL)
			}
			return
		}
		code := c.input()
		if e, ok := c.value("--eval"); ok {
			code = e
		}
		for _, word := range []string{"dropDatabase", ".drop(", "deleteMany({})", "remove({})", "dropUser", "dropAllUsers"} {
			if strings.Contains(strings.ReplaceAll(code.text, " ", ""), word) {
				c.mark(DestructiveSQL)
			}
		}
		c.out = unknown(0)
	})
	register("redis-cli valkey-cli keydb-cli", "h: p: a: n: u: x c r: i: e 3 2 :raw :csv :rdb= :pipe :eval= :user= :pass=", func(c *call) {
		c.does(OpConnect)
		switch strings.ToUpper(c.operand(0).text) {
		case "SAVE", "BGSAVE":
			c.dumps()
		case "FLUSHALL", "FLUSHDB", "SHUTDOWN", "DEBUG":
			c.mark(DestructiveSQL)
		case "CONFIG", "SLAVEOF", "REPLICAOF", "MODULE", "EVAL":
			if up := strings.ToUpper(c.operand(1).text); up != "GET" {
				c.mark(Dynamic)
			}
		}
		if strings.Contains(strings.ToUpper(c.input().text), "FLUSHALL") {
			c.mark(DestructiveSQL)
		}
		if c.has("--rdb") {
			c.dumps()
		}
		c.out = unknown(0)
	})
	register("pg_dump pg_dumpall mysqldump mariadb-dump mydumper pg_basebackup mongodump mysqlpump expdp sqlpackage bcp dynamodump influxd cockroach-dump neo4j-admin", "f:file= r:result-file= h:host= U:username= u:user= p:port= d:dbname= F:format= o:output= j: n: t: s:schema-only a x Z: A:all-databases B: P: D: X: :no-data :all-databases :schema-only", func(c *call) {
		c.dumps()
	})
	register("etcdctl consul-snapshot", ":endpoints= :cert= :key= :cacert=", func(c *call) {
		c.does(OpConnect)
		if c.operand(0).text == "snapshot" && c.operand(1).text == "save" {
			c.dumps()
			c.writes(c.operand(2), unknown(database))
		}
		if c.operand(0).text == "del" && len(c.flags) > 0 {
			c.mark(DestructiveSQL)
		}
	})
	register("dropdb dropuser mysqladmin createdb createuser pg_restore pg_ctl", "h: U: u: p? f: i e c:clean C d: :if-exists :drop", func(c *call) {
		c.does(OpConnect)
		switch c.command.Program {
		case "dropdb", "dropuser":
			c.mark(DestructiveSQL)
		case "mysqladmin":
			if v := join(c.operands).text; strings.Contains(v, "drop") || strings.Contains(v, "shutdown") {
				c.mark(DestructiveSQL)
			}
		case "createuser":
			c.mark(AccountChange)
		case "pg_restore":
			if c.has("--clean") {
				c.mark(DestructiveSQL)
			}
		}
	})
}

// dumps marks that a whole database is read.
func (c *call) dumps() {
	c.does(OpRead | OpConnect)
	if h, ok := c.value("--host"); ok {
		c.contacts(h, 0)
	}
	if c.has("--schema-only", "--no-data") {
		c.out = unknown(0)
		return
	}
	c.mark(DatabaseDump)
	c.out = unknown(database)
	if f, ok := c.value("--file", "--result-file", "--output"); ok {
		c.writes(f, unknown(database))
	}
}

func sqlClient(c *call) {
	c.does(OpConnect)
	if c.command.Program == "sqlite3" || c.command.Program == "sqlite" || c.command.Program == "duckdb" {
		c.command.Operations &^= OpConnect
		if len(c.operands) > 0 {
			c.reads(c.operand(0))
		}
	}
	if h, ok := c.value("--host"); ok {
		c.contacts(h, 0)
	}
	for _, w := range c.operands {
		if strings.Contains(w.text, "://") {
			c.contacts(w, 0)
		}
	}
	statements := c.values("--command", "--execute", "--query", "-Q")
	if strings.HasPrefix(c.command.Program, "sqlite") || c.command.Program == "duckdb" {
		statements = append(statements, c.rest(1)...)
	}
	if d := c.input(); d.text != "" {
		statements = append(statements, d)
	}
	for _, f := range c.values("--file") {
		statements = append(statements, c.reads(f))
	}
	for _, s := range statements {
		c.sql(s)
		if c.command.Operations&OpConnect == 0 && len(c.operands) > 0 && sqlWrites.MatchString(s.text) {
			c.changes(c.operand(0))
		}
	}
	if c.out.text == "" {
		c.out = unknown(0)
	}
}

var (
	sqlComment     = regexp.MustCompile(`(?s)/\*.*?\*/|--[^\n]*`)
	sqlString      = regexp.MustCompile(`'(?:[^']|'')*'`)
	sqlDestructive = regexp.MustCompile(`(?i)\b(?:drop\s+(?:table|database|schema|user|role|view|keyspace|index\s+concurrently)|truncate\b|alter\s+table\s+\S+\s+drop\b|grant\s+all|alter\s+(?:user|role)\b.*(?:password|superuser|createrole))`)
	sqlDelete      = regexp.MustCompile(`(?i)^\s*(?:delete\s+from\s|update\s+\S+\s+set\s)`)
	sqlWrites      = regexp.MustCompile(`(?i)\b(?:insert|update|delete|replace|drop|create|alter|vacuum)\s`)
	sqlCopy        = regexp.MustCompile(`(?is)(?:\\copy|\bcopy)\b.*\bto\b`)
	sqlWhere       = regexp.MustCompile(`(?i)\bwhere\b`)
	sqlProgram     = regexp.MustCompile(`(?is)\b(?:copy\b.*\b(?:to|from)\s+program\s+'([^']*)'|system\s+(.*))`)
)

// sql marks statements that lose data, and runs what a client's escapes run. Strings and comments are no statements.
func (c *call) sql(s data) {
	if s.wholly() {
		return
	}
	c.command.Languages = append(c.command.Languages, "sql")
	if m := sqlProgram.FindStringSubmatch(s.text); m != nil && m[1] != "" {
		c.runsText(s.part(m[1]), nil)
	}
	for _, line := range strings.Split(s.text, "\n") {
		line = strings.TrimSpace(line)
		for _, escape := range []string{`\!`, ".shell ", ".system ", "!"} {
			if rest, ok := strings.CutPrefix(line, escape); ok {
				rest = strings.TrimSpace(rest)
				if len(rest) > 1 && (rest[0] == '\'' || rest[0] == '"') && rest[len(rest)-1] == rest[0] && strings.Count(rest, rest[:1]) == 2 {
					rest = rest[1 : len(rest)-1]
				}
				c.runsText(s.part(rest), nil)
			}
		}
		if strings.HasPrefix(line, ".dump") {
			c.dumps()
		}
	}
	if sqlCopy.MatchString(s.text) {
		c.mark(DatabaseDump)
		c.out = unknown(database)
	}
	clean := sqlString.ReplaceAllString(sqlComment.ReplaceAllString(s.text, " "), "''")
	for _, statement := range strings.Split(clean, ";") {
		if sqlDestructive.MatchString(statement) || sqlDelete.MatchString(statement) && !sqlWhere.MatchString(statement) {
			c.mark(DestructiveSQL)
		}
	}
}
