package audit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/audit"
)

func Example() {
	parent, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(parent) }()
	dir := filepath.Join(parent, "audit")

	log, err := audit.Open(dir, audit.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = log.Append(audit.Record{
		Agent:    "alice",
		Session:  "main",
		Tool:     "exec",
		Params:   json.RawMessage(`{"command": "sudo reboot"}`),
		Decision: audit.Deny,
		Rules:    []string{"sondera-block-sudo"},
		Duration: 12 * time.Microsecond,
	})
	if err != nil {
		fmt.Println("the call is denied:", err)
	}
	if err := log.Close(); err != nil {
		fmt.Println(err)
	}

	report, err := audit.Verify(context.Background(), dir, audit.VerifyOptions{})
	fmt.Println(report.Lines, report.Clean(), err)

	path := filepath.Join(dir, "audit.log")
	text, err := os.ReadFile(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	text = []byte(strings.Replace(string(text), "DENY", "ALLOW", 1))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		fmt.Println(err)
		return
	}
	report, err = audit.Verify(context.Background(), dir, audit.VerifyOptions{})
	fmt.Println(report.Faults, err)
	// Output:
	// 3 true <nil>
	// [audit.log:3: changed: the hash is not that of the line] <nil>
}
