package ssmapi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// exitNote is what the agent adds to stderr of a failed script.
func exitNote(code int) string { return "failed to run commands: exit status " + strconv.Itoa(code) }

type invocationInput struct {
	CommandID  string `json:"CommandId"`
	InstanceID string `json:"InstanceId"`
	Details    bool
	MaxResults int
	NextToken  string
}

func (s *Service) getCommandInvocation(req wire.Request, in invocationInput) (any, error) {
	if err := s.allow(req, s.arn(req.Region, "*"), nil); err != nil {
		return nil, err
	}
	if len(in.CommandID) != 36 {
		return nil, validation("1 validation error detected: Value at 'commandId' failed to satisfy constraint: Member must have length equal to 36")
	}
	var i *Invocation
	c := s.commands[in.CommandID]
	if c != nil && c.Region == req.Region {
		i = s.invocation(c, in.InstanceID)
	}
	if i == nil {
		return nil, &wire.Error{Code: "InvocationDoesNotExist", Message: "The command ID and managed node ID you specified did not match any invocations."}
	}
	return map[string]any{
		"CommandId": c.ID, "InstanceId": in.InstanceID, "Comment": c.Comment, "DocumentName": c.Document,
		"PluginName": "aws:runShellScript", "ResponseCode": i.ExitCode, "Status": i.Status, "StatusDetails": i.Details,
		"StandardOutputContent": i.Stdout, "StandardErrorContent": i.Stderr,
		"ExecutionStartDateTime": isoTime(i.Started), "ExecutionEndDateTime": isoTime(i.Ended),
		"ExecutionElapsedTime": i.elapsed(), "DocumentVersion": "$DEFAULT",
	}, nil
}

// elapsed is how long the script ran, as an ISO 8601 duration; empty before it ended.
func (i *Invocation) elapsed() string {
	if i.Started.IsZero() || i.Ended.IsZero() {
		return ""
	}
	return fmt.Sprintf("PT%gS", i.Ended.Sub(i.Started).Round(time.Millisecond).Seconds())
}

func isoTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}

func (s *Service) listCommands(req wire.Request, in invocationInput) (any, error) {
	if err := s.allow(req, s.arn(req.Region, "*"), nil); err != nil {
		return nil, err
	}
	found := s.selectCommands(req.Region, in)
	page, next, err := paginate(found, in.MaxResults, 50, in.NextToken, commandOrder)
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, c := range page {
		out = append(out, c.render())
	}
	return withNext(map[string]any{"Commands": out}, next), nil
}

func (s *Service) listCommandInvocations(req wire.Request, in invocationInput) (any, error) {
	if err := s.allow(req, s.arn(req.Region, "*"), nil); err != nil {
		return nil, err
	}
	found := s.selectCommands(req.Region, in)
	page, next, err := paginate(found, in.MaxResults, 50, in.NextToken, commandOrder)
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, c := range page {
		for _, id := range slices.Sorted(maps.Keys(c.Invocations)) {
			if in.InstanceID != "" && in.InstanceID != id {
				continue
			}
			i := s.invocation(c, id)
			if i == nil {
				continue
			}
			item := map[string]any{
				"CommandId": c.ID, "InstanceId": id, "Comment": c.Comment, "DocumentName": c.Document,
				"RequestedDateTime": epoch(c.Requested), "Status": i.Status, "StatusDetails": i.Details,
			}
			if in.Details {
				item["CommandPlugins"] = []map[string]any{{
					"Name": "aws:runShellScript", "Status": i.Status, "StatusDetails": i.Details, "ResponseCode": i.ExitCode,
					"Output": pluginOutput(i.Stdout, i.Stderr),
				}}
			}
			out = append(out, item)
		}
	}
	return withNext(map[string]any{"CommandInvocations": out}, next), nil
}

// maxPluginOutput is what ListCommandInvocations shows of both streams together, in characters.
const maxPluginOutput = 2500

func pluginOutput(stdout, stderr string) string {
	if stderr != "" {
		stdout += "\n----------ERROR-------\n" + stderr
	}
	return truncate(stdout, maxPluginOutput, stdoutMark, false)
}

// commandOrder sorts by time; the id keeps it strict.
func commandOrder(c *Command) string { return fmt.Sprintf("%020d%s", c.Requested.UnixNano(), c.ID) }

func (s *Service) selectCommands(region string, in invocationInput) []*Command {
	var out []*Command
	for _, c := range s.commands {
		if c.Region == region && (in.CommandID == "" || c.ID == in.CommandID) && (in.InstanceID == "" || c.Invocations[in.InstanceID] != nil) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *Command) int { return strings.Compare(commandOrder(a), commandOrder(b)) })
	return out
}

type cancelInput struct {
	CommandID   string   `json:"CommandId"`
	InstanceIDs []string `json:"InstanceIds"`
}

func (s *Service) cancelCommand(req wire.Request, in cancelInput) (any, error) {
	if err := s.allow(req, s.arn(req.Region, "*"), nil); err != nil {
		return nil, err
	}
	c := s.commands[in.CommandID]
	if c == nil || c.Region != req.Region {
		return nil, &wire.Error{Code: "InvalidCommandId", Message: "The command ID " + in.CommandID + " does not exist."}
	}
	for id := range c.Invocations {
		if cancel := s.cancels[invocationKey(c.ID, id)]; cancel != nil && (len(in.InstanceIDs) == 0 || slices.Contains(in.InstanceIDs, id)) {
			cancel()
		}
	}
	return struct{}{}, nil
}
