package ssmapi

import (
	"slices"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

type nodeFilter struct {
	Key    string
	Values []string
}

type describeNodesInput struct {
	Filters    []nodeFilter
	MaxResults int
	NextToken  string
}

func (s *Service) describeInstanceInformation(req wire.Request, in describeNodesInput) (any, error) {
	if err := s.allow(req, s.arn(req.Region, "*"), nil); err != nil {
		return nil, err
	}
	var found []Node
	for _, n := range s.Fleet.Nodes(req.Region) {
		ok, err := n.matches(in.Filters)
		if err != nil {
			return nil, err
		}
		if ok && n.Registered {
			found = append(found, n)
		}
	}
	slices.SortFunc(found, func(a, b Node) int { return strings.Compare(a.ID, b.ID) })
	page, next, err := paginate(found, in.MaxResults, 50, in.NextToken, func(n Node) string { return n.ID })
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, n := range page {
		out = append(out, map[string]any{
			"InstanceId": n.ID, "PingStatus": n.ping(), "LastPingDateTime": epoch(n.LastPing), "AgentVersion": "3.3.0.0",
			"PlatformType": "Linux", "PlatformName": "Ubuntu", "PlatformVersion": "22.04", "ResourceType": "EC2Instance",
			"IPAddress": n.IP, "ComputerName": n.Hostname,
		})
	}
	return withNext(map[string]any{"InstanceInformationList": out}, next), nil
}

func (n Node) ping() string {
	if n.Online {
		return "Online"
	}
	return "ConnectionLost"
}

func (n Node) matches(filters []nodeFilter) (bool, error) {
	for _, f := range filters {
		key, isTag := strings.CutPrefix(f.Key, "tag:")
		var ok bool
		switch {
		case isTag:
			value, has := n.Tags[key]
			ok = has && slices.Contains(f.Values, value)
		case f.Key == "InstanceIds":
			ok = slices.Contains(f.Values, n.ID)
		case f.Key == "PingStatus":
			ok = slices.Contains(f.Values, n.ping())
		case f.Key == "tag-key":
			ok = slices.ContainsFunc(f.Values, func(k string) bool { _, has := n.Tags[k]; return has })
		default:
			return false, &wire.Error{Code: "InvalidInstanceInformationFilterValue", Message: "The filter key " + f.Key + " is not valid."}
		}
		if !ok {
			return false, nil
		}
	}
	return true, nil
}

type connectionInput struct{ Target string }

// getConnectionStatus says whether a session could be started, which is when the agent is online.
func (s *Service) getConnectionStatus(req wire.Request, in connectionInput) (any, error) {
	if err := s.allow(req, s.arn(req.Region, "*"), nil); err != nil {
		return nil, err
	}
	status := "notconnected"
	if n, found := s.node(req.Region, in.Target); found && n.Online {
		status = "connected"
	}
	return map[string]any{"Target": in.Target, "Status": status}, nil
}
