package ssmapi

import (
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
)

// visible is how far reads are behind. A parameter that was put is listed late by DescribeParameters, and read by its
// name at once; a machine that came online is refused by SendCommand while DescribeInstanceInformation shows it; a
// command's invocations do not exist for GetCommandInvocation and ListCommandInvocations right after SendCommand.
type visible struct {
	parameters  *lag.Lag[Parameter]
	invocations *lag.Lag[Invocation]
	nodes       *lag.Lag[Node]
	boots       map[string]time.Time // by instance id: the boot in which SendCommand last met the machine
}

func newVisible(cfg lag.Config) visible {
	return visible{
		lag.New[Parameter](cfg, kindParameter), lag.New[Invocation](cfg, kindCommand), lag.New[Node](cfg, "ssm-node"),
		map[string]time.Time{},
	}
}

// reachable reports whether SendCommand may send to the machine; asking is a read of it. The machine's registration is a
// change of each boot.
func (v *visible) reachable(n Node) bool {
	if !n.Online {
		return false
	}
	if last, met := v.boots[n.ID]; !met || !last.Equal(n.Since) {
		v.boots[n.ID] = n.Since
		v.nodes.Changed(n.ID, nil)
	}
	return v.nodes.See(n.ID, &n) != nil
}

// invocation returns what a read sees of a command on one machine, or nil.
func (s *Service) invocation(c *Command, instanceID string) *Invocation {
	i := c.Invocations[instanceID]
	if i == nil || s.Now().Before(i.Visible) {
		return nil
	}
	return s.visible.invocations.See(invocationKey(c.ID, instanceID), i)
}

func invocationKey(commandID, instanceID string) string { return commandID + "/" + instanceID }
