package ssmapi

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// Command is one SendCommand with its invocations.
type Command struct {
	ID          string              `json:"id"`
	Region      string              `json:"region"`
	Document    string              `json:"document"`
	Comment     string              `json:"comment,omitempty"`
	Parameters  map[string][]string `json:"parameters"`
	Targets     []nodeFilter        `json:"targets,omitempty"`
	Requested   time.Time           `json:"requested"`
	Delivery    int                 `json:"delivery_timeout"` // seconds
	Concurrency string              `json:"concurrency"`      // as sent, or the default
	Errors      string              `json:"errors"`
	// MaxConcurrency and MaxErrors are what Concurrency and Errors come to for the machines of this command.
	MaxConcurrency int                    `json:"max_concurrency"`
	MaxErrors      int                    `json:"max_errors"`
	Invocations    map[string]*Invocation `json:"invocations"` // by instance id
}

// Invocation is a command on one machine.
type Invocation struct {
	Status   string    `json:"status"`
	Details  string    `json:"details"` // the finer status
	ExitCode int       `json:"exit_code"`
	Stdout   string    `json:"stdout,omitempty"`
	Stderr   string    `json:"stderr,omitempty"`
	Visible  time.Time `json:"visible"` // GetCommandInvocation knows it from then on
	Started  time.Time `json:"started,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`
}

// Statuses, and the details that are no status of their own (Systems Manager User Guide, Understanding command statuses).
const (
	statusPending    = "Pending"
	statusInProgress = "InProgress"
	statusSuccess    = "Success"
	statusFailed     = "Failed"
	statusTimedOut   = "TimedOut"
	statusCancelled  = "Cancelled"

	detailsExecutionTimedOut = "ExecutionTimedOut"
	detailsDeliveryTimedOut  = "DeliveryTimedOut"
	detailsUndeliverable     = "Undeliverable"
	detailsTerminated        = "Terminated"
	detailsIncomplete        = "Incomplete"
	detailsNoInstances       = "NoInstancesInTag"
)

func (i *Invocation) done() bool { return i.Status != statusPending && i.Status != statusInProgress }

// Limits of SendCommand.
const (
	maxInstanceIDs   = 50
	defaultExecution = 3600 // seconds
	defaultDelivery  = 3600 // seconds

	defaultConcurrency = "50"
	defaultErrors      = "0"
)

type sendCommandInput struct {
	DocumentName   string
	InstanceIDs    []string `json:"InstanceIds"`
	Targets        []nodeFilter
	Parameters     map[string][]string
	Comment        string
	TimeoutSeconds int
	MaxConcurrency string
	MaxErrors      string
}

func (s *Service) sendCommand(req wire.Request, in sendCommandInput) (any, error) {
	if in.DocumentName != "AWS-RunShellScript" {
		return nil, &wire.Error{Code: "InvalidDocument", Message: "Document with name " + in.DocumentName + " does not exist."}
	}
	if err := checkRunShellScript(in); err != nil {
		return nil, err
	}
	if err := s.allow(req, fmt.Sprintf("arn:aws:ssm:%s::document/%s", req.Region, in.DocumentName), nil); err != nil {
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
	c := s.newCommand(req.Region, in, nodes)
	if err := s.saveCommand(c); err != nil {
		return nil, err
	}
	for id := range c.Invocations {
		s.visible.invocations.Changed(invocationKey(c.ID, id), nil)
	}
	s.start(c)
	return map[string]any{"Command": c.render()}, nil
}

func (s *Service) newCommand(region string, in sendCommandInput, nodes []Node) *Command {
	now := s.Now().UTC()
	c := &Command{
		ID: uuid.NewString(), Region: region, Document: in.DocumentName, Comment: in.Comment, Parameters: in.Parameters,
		Targets: in.Targets, Requested: now, Invocations: map[string]*Invocation{},
		Delivery:    cmp.Or(in.TimeoutSeconds, defaultDelivery),
		Concurrency: cmp.Or(in.MaxConcurrency, defaultConcurrency), Errors: cmp.Or(in.MaxErrors, defaultErrors),
	}
	c.MaxConcurrency, c.MaxErrors = share(c.Concurrency, len(nodes)), share(c.Errors, len(nodes))
	for _, n := range nodes {
		c.Invocations[n.ID] = &Invocation{Status: statusPending, Details: statusPending, ExitCode: -1, Visible: now.Add(s.Delivery)}
	}
	return c
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
	if seconds, err := executionSeconds(in.Parameters); err != nil || seconds < 1 || seconds > 172800 {
		return &wire.Error{Code: "InvalidParameters", Message: "executionTimeout must be from 1 to 172800 seconds."}
	}
	if !concurrencyPattern.MatchString(in.MaxConcurrency) || !errorsPattern.MatchString(in.MaxErrors) {
		return validation("MaxConcurrency and MaxErrors must be a number or a percentage, such as 10 or 10%%.")
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

// Patterns of the API Reference; empty is the default.
var (
	concurrencyPattern = regexp.MustCompile(`^([1-9][0-9]{0,6}|[1-9][0-9]?%|100%)?$`)
	errorsPattern      = regexp.MustCompile(`^(0|[1-9][0-9]{0,6}|[0-9]%|[1-9][0-9]%|100%)?$`)
)

// share is what a number or percentage that passed its pattern comes to for so many machines, percentages rounded up.
func share(text string, of int) int {
	digits, percent := strings.CutSuffix(text, "%")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	if percent {
		return (n*of + 99) / 100
	}
	return n
}

func executionSeconds(parameters map[string][]string) (int, error) {
	text := strings.Join(parameters["executionTimeout"], "")
	if text == "" {
		return defaultExecution, nil
	}
	return strconv.Atoi(text)
}

func (c *Command) executionTimeout() time.Duration {
	seconds, err := executionSeconds(c.Parameters)
	if err != nil { // not after SendCommand's check
		seconds = defaultExecution
	}
	return time.Duration(seconds) * time.Second
}

func (c *Command) deliveryTimeout() time.Duration { return time.Duration(c.Delivery) * time.Second }

// expires is when an invocation without a result is given up: after the total timeout.
func (c *Command) expires() time.Time {
	return c.Requested.Add(c.deliveryTimeout() + c.executionTimeout())
}

// errors counts what MaxErrors counts.
func (c *Command) errors() int {
	n := 0
	for _, i := range c.Invocations {
		if i.Details == statusFailed || i.Details == detailsExecutionTimedOut {
			n++
		}
	}
	return n
}

// targets finds the machines: named ones must all be connected, those found by tag are the connected ones.
func (s *Service) targets(region string, in sendCommandInput) ([]Node, error) {
	var out []Node
	nodes := s.Fleet.Nodes(region)
	for _, id := range in.InstanceIDs {
		n := slices.IndexFunc(nodes, func(n Node) bool { return n.ID == id })
		if n < 0 || !s.visible.reachable(nodes[n]) {
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
		if ok && s.visible.reachable(n) {
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
	done, undelivered := 0, 0
	ids := []string{}
	for id, i := range c.Invocations {
		ids = append(ids, id)
		if i.done() {
			done++
		}
		if i.Details == detailsDeliveryTimedOut {
			undelivered++
		}
	}
	slices.Sort(ids)
	if len(c.Targets) > 0 {
		ids = []string{}
	}
	status, details := c.status()
	return map[string]any{
		"CommandId": c.ID, "DocumentName": c.Document, "DocumentVersion": "$DEFAULT", "Comment": c.Comment, "Parameters": c.Parameters,
		"InstanceIds": ids, "Targets": c.Targets, "RequestedDateTime": epoch(c.Requested), "ExpiresAfter": epoch(c.expires()),
		"Status": status, "StatusDetails": details, "TimeoutSeconds": c.Delivery,
		"MaxConcurrency": c.Concurrency, "MaxErrors": c.Errors,
		"TargetCount": len(c.Invocations), "CompletedCount": done, "ErrorCount": c.errors(), "DeliveryTimedOutCount": undelivered,
	}
}

// status sums the invocations up.
func (c *Command) status() (status, details string) {
	count := map[string]int{}
	for _, i := range c.Invocations {
		count[i.Details]++
	}
	all := len(c.Invocations)
	switch {
	case all == 0:
		return statusSuccess, detailsNoInstances
	case count[statusPending] == all:
		return statusPending, statusPending
	case count[statusPending]+count[statusInProgress] > 0:
		return statusInProgress, statusInProgress
	case count[statusSuccess] == all:
		return statusSuccess, statusSuccess
	case count[statusCancelled] > 0:
		return statusCancelled, statusCancelled
	case c.errors() > c.MaxErrors && count[statusFailed] == 0:
		return statusTimedOut, detailsExecutionTimedOut
	case c.errors() > c.MaxErrors:
		return statusFailed, statusFailed
	case count[detailsDeliveryTimedOut] > c.MaxErrors:
		return statusTimedOut, detailsDeliveryTimedOut
	}
	return statusFailed, detailsIncomplete
}

// resume takes up what an earlier cloud's end left: what was not delivered is delivered once the machine is back, and
// what ran was interrupted.
func (s *Service) resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.commands {
		s.start(c)
	}
}
