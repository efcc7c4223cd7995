package ssmapi_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/lite"
)

func TestMain(m *testing.M) {
	lite.Init()
	os.Exit(m.Run())
}

// Commands in a real machine: as its root, in its own file system, with the script in no process list.
func TestCommandsInAMachine(t *testing.T) {
	t.Parallel()
	if err := lite.Available(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("driver lite must run under CI: %v", err)
		}
		t.Skipf("SKIPPED: driver lite cannot run here: %v", err)
	}
	d, err := lite.New(lite.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	c := startCloud(t, t.TempDir(), d, time.Millisecond)
	id := c.online(t, "a")
	first := c.settled(t, c.send(t, script([]string{id},
		"#!/bin/sh -e", "# planted-in-script", "id -u", "echo kept >/home/ubuntu/note",
		"! grep -qa planted-in-script /proc/[0-9]*/cmdline", "find /var/lib/amazon -name _script.sh -perm 700 | wc -l", "exit 4")), id)
	if got := aws.ToString(first.StandardOutputContent); first.ResponseCode != 4 || strings.TrimSpace(got) != "0\n1" {
		t.Errorf("exit %d, stdout %q, stderr %q", first.ResponseCode, got, aws.ToString(first.StandardErrorContent))
	}
	second := c.settled(t, c.send(t, script([]string{id}, "cat /home/ubuntu/note", "ls /var/lib/amazon/ssm/orchestration | wc -l")), id)
	if got := aws.ToString(second.StandardOutputContent); got != "kept\n1\n" {
		t.Errorf("stdout %q, stderr %q", got, aws.ToString(second.StandardErrorContent))
	}
}
