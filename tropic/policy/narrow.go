package policy

import (
	"slices"
	"strings"
)

// narrow limits a clause by what followed a preposition; more is false for the first of a list. It is false when the two
// have nothing to do with each other.
func narrow(c *Clause, limit Clause, more bool) bool {
	switch limit.Subject {
	case Files:
		return narrowPaths(c, limit.Paths, more)
	case Network:
		return narrowHosts(c, limit, more)
	case Messages:
		return narrowMessages(c, limit, more)
	case Code:
		return narrowCode(c, limit)
	case Packages:
		if c.Subject != Packages || len(limit.Managers)+len(limit.Packages) == 0 {
			return false
		}
		c.Managers, c.Packages = union(c.Managers, limit.Managers), union(c.Packages, limit.Packages)
		return true
	case Topics:
		if (c.Subject == Commands || c.Subject == Code || c.Subject == Anything) && len(c.Commands) == 0 && slices.Equal(limit.Topics, []string{"elevated commands"}) {
			*c = Clause{Subject: Topics, Topics: limit.Topics}
			return true
		}
	case Commands: // in a shell, in the terminal
		return c.Subject == Commands && len(limit.Commands) == 0
	case Tools:
		if c.Subject == Tools && len(limit.Tools) > 0 {
			c.Tools = slices.Clone(limit.Tools)
			return true
		}
	default:
	}
	return false
}

func narrowPaths(c *Clause, paths []string, more bool) bool {
	switch c.Subject {
	case Anything:
		c.Subject = Files
	case Files:
	case Code, Commands:
		if len(paths) == 0 || len(c.Commands) > 0 {
			return false
		}
		c.Subject = Code
		c.Within = union(c.Within, paths)
		return true
	default:
		return false
	}
	switch {
	case len(paths) == 0: // in files
	case len(c.Paths) == 0 || more && len(c.Within) == 0:
		c.Paths = union(c.Paths, paths)
	case more:
		c.Within = union(c.Within, paths)
	default:
		c.Paths, c.Within = intersect(c.Paths, paths, c.Within)
	}
	return true
}

// intersect limits patterns to places: by one pattern where that can say it, else by a second list.
func intersect(paths, places, within []string) (newPaths, newWithin []string) {
	if len(paths) > 0 && len(within) == 0 && (slices.Equal(paths, []string{"workspace/**"}) || slices.Equal(paths, []string{"~/**"})) {
		return slices.Clone(places), paths
	}
	for _, place := range places {
		base, directory := strings.CutSuffix(place, "/**")
		for _, p := range paths {
			rest, anywhere := strings.CutPrefix(p, "**/")
			if !directory || !anywhere || strings.HasPrefix(base, "**") {
				return paths, union(within, places)
			}
			newPaths = append(newPaths, base+"/**/"+rest)
		}
	}
	return newPaths, within
}

func narrowHosts(c *Clause, limit Clause, more bool) bool {
	switch c.Subject {
	case Anything:
		c.Subject = Network
	case Files:
		if len(limit.Ports) > 0 {
			return false
		}
	case Network:
	case Code:
		if slices.Equal(limit.Hosts, []string{"class:public"}) {
			*c = Clause{Subject: Topics, Topics: []string{"remote code"}}
			return true
		}
		return false
	default:
		return false
	}
	switch {
	case more || len(limit.Hosts) == 0:
		c.Hosts = union(c.Hosts, limit.Hosts)
	default: // websites on example.com are those of example.com
		c.Hosts = slices.Clone(limit.Hosts)
	}
	c.Ports = sortedPorts(union(c.Ports, limit.Ports))
	return true
}

func narrowMessages(c *Clause, limit Clause, more bool) bool {
	switch c.Subject {
	case Messages:
	case Files, Anything: // files of a kind stay files, that are sent by a message
		if len(c.Paths)+len(c.Within) == 0 && c.Size == nil {
			c.Subject = Messages
		}
	default:
		return false
	}
	c.Recipients = union(c.Recipients, limit.Recipients)
	if len(c.Channels) == 0 || more || len(limit.Recipients) == 0 {
		c.Channels = union(c.Channels, limit.Channels)
	}
	return true
}

func narrowCode(c *Clause, limit Clause) bool {
	switch c.Subject {
	case Code:
	case Commands, Anything:
		if len(c.Commands) > 0 || !limit.Sandbox {
			return false
		}
		c.Subject = Code
	default:
		return false
	}
	c.Sandbox = c.Sandbox || limit.Sandbox
	c.Languages = union(c.Languages, limit.Languages)
	return true
}
