package evidence

import (
	"fmt"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

// Machine is what EC2 said of a machine at one look.
type Machine struct {
	ID, Account, Name   string
	InstanceType, Model string           // Model is "" with the user's own key
	State               string           // as EC2 names it
	Launched            meter.Instant    // LaunchTime: the last start
	Changed             meter.Instant    // when the state last changed, in whole seconds; 0 if EC2 does not say
	Reason              string           // EC2's transition reason
	DailyCap            pricebook.Amount // from its tag; 0 none
	MaxSession          time.Duration    // from its tag; 0 none
	LimitsUnread        bool             // a tag of a limit cannot be read: the limits that are known stay
	Hold                string           // the tag tropic:hold
	Lease               meter.Instant    // the tag tropic:lease; 0 none
}

// States in which EC2 may show a machine ("InstanceState", EC2 API Reference).
const (
	pending      = "pending"
	running      = "running"
	stopping     = "stopping"
	stopped      = "stopped"
	shuttingDown = "shutting-down"
	terminated   = "terminated"
)

// Runs tells whether EC2 shows the machine as started. False also for a state that is not known: then nothing follows.
func (m *Machine) Runs() bool { return m.State == pending || m.State == running }

// Ended tells whether EC2 shows that the last session is over, or ending.
func (m *Machine) Ended() bool {
	switch m.State {
	case stopping, stopped, shuttingDown, terminated:
		return true
	}
	return false
}

// TagError says which tag of which machine cannot be read.
type TagError struct {
	Machine, Tag, Text string
	Err                error
}

func (e *TagError) Error() string {
	return fmt.Sprintf("machine %s: tag %s is %q: %v", e.Machine, e.Tag, e.Text, e.Err)
}

// Unwrap is why it cannot be read.
func (e *TagError) Unwrap() error { return e.Err }

// ParseDailyCap reads the text of a tag with decimal credits; an empty one is no cap. The error is a *TagError.
func ParseDailyCap(machine, tag, text string) (pricebook.Amount, error) {
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	amount, err := pricebook.ParseAmount(text)
	if err == nil && amount <= 0 {
		err = fmt.Errorf("a cap is more than 0 credits; take the tag away to have none")
	}
	if err != nil {
		return 0, &TagError{machine, tag, text, err}
	}
	return amount, nil
}

// ParseMaxSession reads the text of a tag with a Go duration in whole milliseconds; an empty one is no limit. The error is
// a *TagError.
func ParseMaxSession(machine, tag, text string) (time.Duration, error) {
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
	case d <= 0:
		err = fmt.Errorf("a session is longer than 0s; take the tag away to have no limit")
	case d%time.Millisecond != 0:
		err = fmt.Errorf("a session is limited to whole milliseconds")
	}
	if err != nil {
		return 0, &TagError{machine, tag, text, err}
	}
	return d, nil
}
