package ssmapi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Command is one SendCommand with its invocations.
type Command struct {
	ID          string                 `json:"id"`
	Region      string                 `json:"region"`
	Document    string                 `json:"document"`
	Comment     string                 `json:"comment,omitempty"`
	Parameters  map[string][]string    `json:"parameters"`
	Targets     []nodeFilter           `json:"targets,omitempty"`
	Requested   time.Time              `json:"requested"`
	Invocations map[string]*Invocation `json:"invocations"` // by instance id
}

// Invocation is a command on one machine.
type Invocation struct {
	Status   string    `json:"status"`
	ExitCode int       `json:"exit_code"`
	Stdout   string    `json:"stdout,omitempty"`
	Stderr   string    `json:"stderr,omitempty"`
	Visible  time.Time `json:"visible"` // GetCommandInvocation knows it from then on
	Started  time.Time `json:"started,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`
}

// Invocation statuses.
const (
	statusPending       = "Pending"
	statusInProgress    = "InProgress"
	statusSuccess       = "Success"
	statusFailed        = "Failed"
	statusTimedOut      = "TimedOut"
	statusCancelled     = "Cancelled"
	statusUndeliverable = "Undeliverable"
)

func (i *Invocation) done() bool { return i.Status != statusPending && i.Status != statusInProgress }

// Limits of SendCommand.
const (
	maxInstanceIDs   = 50
	defaultExecution = 3600 // seconds
)

type sendCommandInput struct {
	DocumentName   string
	InstanceIDs    []string `json:"InstanceIds"`
	Targets        []nodeFilter
	Parameters     map[string][]string
	Comment        string
	TimeoutSeconds int
}

func (s *Service) sendCommand(req wire.Request, in sendCommandInput) (any, error) {
	if in.DocumentName != "AWS-RunShellScript" {
		return nil, &wire.Error{Code: "InvalidDocument", Message: "Document with name " + in.DocumentName + " does not exist."}
	}
	if err := checkRunShellScript(in); err != nil {
		return nil, err
	}
	nodes, err := s.targets(req.Region, in)
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		if err := s.allow(req, fmt.Sprintf("arn:aws:ec2:%s:%s:instance/%s", req.Region, s.AccountID, n.ID), n.Tags); err != nil {
			return nil, err
		}
	}
	now := s.Now().UTC()
	c := &Command{
		ID: uuid.NewString(), Region: req.Region, Document: in.DocumentName, Comment: in.Comment, Parameters: in.Parameters,
		Targets: in.Targets, Requested: now, Invocations: map[string]*Invocation{},
	}
	for _, n := range nodes {
		c.Invocations[n.ID] = &Invocation{Status: statusPending, ExitCode: -1, Visible: now.Add(s.Delivery)}
	}
	if err := s.saveCommand(c); err != nil {
		return nil, err
	}
	for _, n := range nodes {
		s.dispatch(c, n.ID)
	}
	return map[string]any{"Command": c.render()}, nil
}

func checkRunShellScript(in sendCommandInput) error {
	for name := range in.Parameters {
		if !slices.Contains([]string{"commands", "workingDirectory", "executionTimeout"}, name) {
			return &wire.Error{Code: "InvalidParameters", Message: "Parameter " + name + " is not defined in the document."}
		}
	}
	if len(in.Parameters["commands"]) == 0 {
		return &wire.Error{Code: "InvalidParameters", Message: "The parameter commands is required."}
	}
	if _, err := executionTimeout(in.Parameters); err != nil {
		return err
	}
	if in.TimeoutSeconds != 0 && (in.TimeoutSeconds < 30 || in.TimeoutSeconds > 2592000) {
		return validation("TimeoutSeconds must be from 30 to 2592000.")
	}
	if len(in.InstanceIDs) > maxInstanceIDs {
		return validation("1 validation error detected: Value at 'instanceIds' failed to satisfy constraint: Member must have length less than or equal to 50")
	}
	if (len(in.InstanceIDs) == 0) == (len(in.Targets) == 0) {
		return &wire.Error{Code: "InvalidTarget", Message: "Give either InstanceIds or Targets."}
	}
	return nil
}

func executionTimeout(parameters map[string][]string) (time.Duration, error) {
	text := strings.Join(parameters["executionTimeout"], "")
	if text == "" {
		return defaultExecution * time.Second, nil
	}
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < 1 || seconds > 172800 {
		return 0, &wire.Error{Code: "InvalidParameters", Message: "executionTimeout must be from 1 to 172800 seconds."}
	}
	return time.Duration(seconds) * time.Second, nil
}

// targets finds the machines: named ones must all be connected, those found by tag are the connected ones.
func (s *Service) targets(region string, in sendCommandInput) ([]Node, error) {
	var out []Node
	nodes := s.Fleet.Nodes(region)
	for _, id := range in.InstanceIDs {
		n := slices.IndexFunc(nodes, func(n Node) bool { return n.ID == id && n.Online })
		if n < 0 {
			return nil, &wire.Error{
				Code:    "InvalidInstanceId",
				Message: fmt.Sprintf("Instances [[%s]] not in a valid state for account %s", id, s.AccountID),
			}
		}
		out = append(out, nodes[n])
	}
	if len(in.Targets) == 0 {
		return out, nil
	}
	for _, n := range nodes {
		ok, err := n.matches(in.Targets)
		if err != nil {
			return nil, err
		}
		if ok && n.Online {
			out = append(out, n)
		}
	}
	return out, nil
}

func (s *Service) saveCommand(c *Command) error {
	if err := s.Journal.Put(kindCommand, c.ID, c); err != nil {
		return err
	}
	s.commands[c.ID] = c
	return nil
}

func (c *Command) render() map[string]any {
	done, failed := 0, 0
	for _, i := range c.Invocations {
		if i.done() {
			done++
		}
		if i.done() && i.Status != statusSuccess {
			failed++
		}
	}
	status := statusInProgress
	switch {
	case done == len(c.Invocations) && failed > 0:
		status = statusFailed
	case done == len(c.Invocations):
		status = statusSuccess
	}
	ids := []string{}
	for id := range c.Invocations {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return map[string]any{
		"CommandId": c.ID, "DocumentName": c.Document, "Comment": c.Comment, "Parameters": c.Parameters,
		"InstanceIds": ids, "Targets": c.Targets, "RequestedDateTime": epoch(c.Requested), "Status": status, "StatusDetails": status,
		"TargetCount": len(c.Invocations), "CompletedCount": done, "ErrorCount": failed,
	}
}

// abandonRunning settles what an earlier cloud's end interrupted.
func (s *Service) abandonRunning() error {
	for _, c := range s.commands {
		changed := false
		for _, i := range c.Invocations {
			if !i.done() {
				i.Status, i.Ended, changed = statusUndeliverable, s.Now().UTC(), true
			}
		}
		if changed {
			if err := s.saveCommand(c); err != nil {
				return err
			}
		}
	}
	return nil
}
