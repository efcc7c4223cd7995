package sondera

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// oracle decides as cedar-go does over all rules and the whole context, with the plainest matching that there is.
func oracle(ps *policySet, f *facts.Facts) verdict {
	all := cedar.PolicyMap{}
	for _, r := range ps.rules {
		all[cedar.PolicyID(r.ID)] = r.policy
	}
	_, diagnostic := cedar.Authorize(all, nil, request(f, oracleContext(ps, f)))
	return ps.weigh(&diagnostic)
}

func oracleContext(ps *policySet, f *facts.Facts) types.Record {
	m := types.RecordMap{
		"tool": types.String(f.Tool), "session": types.String(f.Session), "workspace": types.String(f.Workspace),
		"command": types.String(f.Command), "output": types.String(f.Output), "mcp_server": types.String(f.MCPServer),
		"mcp_tool": types.String(f.MCPTool), "understood": types.Boolean(f.Understood()), "known": types.Boolean(f.Known),
		"operations": stringSet(f.Operations.Names()), "traits": stringSet(f.Traits.Names()), "programs": stringSet(f.Programs),
		"flags": stringSet(f.Flags), "languages": stringSet(f.Languages), "packages": stringSet(f.Packages),
		"channels": stringSet(f.Channels),
	}
	var ports []types.Value
	for _, p := range f.Ports {
		ports = append(ports, types.Long(p))
	}
	m["ports"] = types.NewSet(ports...)
	var union []facts.Path
	for _, list := range pathLists(f) {
		union = append(union, list.paths...)
		m[types.String(list.String())] = pathGroup(ps, f, list.attribute, list.paths)
	}
	m["paths"] = pathGroup(ps, f, attrPaths, union)
	var hosts, recipients []item
	for _, h := range f.Hosts {
		hosts = append(hosts, item{classNames(h.Classes.Names()), func(p string) bool { return hostMatches(p, h.Name) }})
	}
	for _, r := range f.Recipients {
		recipients = append(recipients, item{nil, func(p string) bool { return recipientMatches(p, r) }})
	}
	m["hosts"], m["recipients"] = groupOf(ps, attrHosts, hosts), groupOf(ps, attrRecipients, recipients)
	return types.NewRecord(m)
}

func stringSet(list []string) types.Set {
	var values []types.Value
	for _, s := range list {
		values = append(values, types.String(s))
	}
	return types.NewSet(values...)
}

// item is one member of a group: a path, a host or a recipient.
type item struct {
	classes []string
	matches func(pattern string) bool
}

func pathGroup(ps *policySet, f *facts.Facts, a attribute, paths []facts.Path) types.Record {
	var items []item
	for _, p := range paths {
		classes := classNames(p.Classes.Names())
		if p.Classes&facts.Secret != 0 {
			classes = append(classes, classSecret)
		}
		items = append(items, item{classes, func(pattern string) bool { return pathMatches(pattern, p.Text, f) }})
	}
	return groupOf(ps, a, items)
}

// groupOf makes a group of its items, with the patterns that rules ask of that group.
func groupOf(ps *policySet, a attribute, items []item) types.Record {
	return types.NewRecord(types.RecordMap{
		"any":  stringSet(matched(ps, reference{a, partAny}, items, 1)),
		"all":  stringSet(matched(ps, reference{a, partAll}, items, max(1, len(items)))),
		"none": types.Boolean(len(items) == 0),
	})
}

// matched are the classes and patterns that at least so many items match.
func matched(ps *policySet, r reference, items []item, atLeast int) []string {
	count := map[string]int{}
	for _, it := range items {
		elements := it.classes
		for _, rule := range ps.rules {
			for _, asks := range rule.usage.asks {
				if asks.field == r.field && asks.part == r.part && !isClass(asks.text) && it.matches(asks.text) {
					elements = append(elements, asks.text)
				}
			}
		}
		for e := range setOf(elements) {
			count[e]++
		}
	}
	var list []string
	for e, n := range count {
		if n >= atLeast {
			list = append(list, e)
		}
	}
	return list
}

func recipientMatches(pattern, id string) bool {
	prefix, open := strings.CutSuffix(strings.ToLower(pattern), "*")
	return strings.ToLower(id) == prefix || open && strings.HasPrefix(strings.ToLower(id), prefix)
}

func setOf(list []string) map[string]bool {
	m := map[string]bool{}
	for _, s := range list {
		m[s] = true
	}
	return m
}

func pathMatches(pattern, path string, f *facts.Facts) bool {
	switch {
	case strings.HasPrefix(pattern, "~"):
		pattern = f.Home + pattern[1:]
	case strings.HasPrefix(pattern, "workspace"):
		pattern = f.Workspace + pattern[len("workspace"):]
	}
	re := "(?i)^"
	for c := range strings.SplitSeq(strings.TrimPrefix(pattern, "/"), "/") {
		if c == "**" {
			re += "(/[^/]+)*"
		} else {
			re += "/" + strings.ReplaceAll(regexp.QuoteMeta(c), `\*`, "[^/]*")
		}
	}
	return regexp.MustCompile(re + "$").MatchString(strings.TrimSuffix(path, "/"))
}

func hostMatches(pattern, host string) bool {
	if network, err := netip.ParsePrefix(pattern); err == nil {
		addr, err := netip.ParseAddr(host)
		return err == nil && network.Contains(addr)
	}
	if name, ok := strings.CutPrefix(pattern, "*."); ok {
		return strings.HasSuffix(host, "."+name)
	}
	return host == pattern || strings.HasSuffix(host, "."+pattern)
}
