package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxPorts bounds the ports of one clause: the gate compares them one by one.
const maxPorts = 1024

// ports reads "port 22", "ports 22 and 3306", "ports 8000-9000", "ports 20 to 25".
func (p *parser) ports([]string) (Clause, bool, *SyntaxError) {
	c := Clause{Subject: Network}
	start := p.at
	if p.peek().word == "tcp" || p.peek().word == "udp" {
		p.at++
	}
	if w := p.peek().word; w != "port" && w != "ports" {
		p.at = start
		return c, false, nil
	}
	p.at++
	if p.peek().word == "number" || p.peek().word == "numbers" || p.peek().word == "range" {
		p.at++
	}
	list, fault := p.portList()
	if fault != nil {
		return c, false, fault
	}
	if len(list) == 0 {
		p.at = start
		return c, false, nil
	}
	c.Ports = list
	return c, true, nil
}

// portList reads numbers and ranges.
func (p *parser) portList() ([]int, *SyntaxError) {
	var list []int
	if w := p.peek().word; w == "between" || w == "from" {
		p.at++
		if low, high := number(p.peek().word), number(p.ahead(2).word); low > 0 && high >= low && high-low < maxPorts && p.ahead(1).word == "and" {
			for ; low <= high; low++ {
				list = append(list, low)
			}
			p.at += 3
			return list, nil
		}
	}
	for {
		low, high, n := p.portRange()
		if n == 0 {
			return list, nil
		}
		if low < 1 || high > maxPort || low > high {
			return nil, p.fail(fmt.Sprintf("%q is no port", clip(p.peek().raw)), "a number from 1 to 65535, or a range such as 8000-8010")
		}
		if high-low+1+len(list) > maxPorts {
			return nil, p.fail("these are too many ports", fmt.Sprintf("at most %d in one rule", maxPorts))
		}
		for port := low; port <= high; port++ {
			list = append(list, port)
		}
		p.at += n
		slices.Sort(list)
		list = slices.Compact(list)
		j := p.joint()
		if j == 0 {
			return list, nil
		}
		p.at += j
		again := p.at
		if w := p.peek().word; w == "port" || w == "ports" {
			p.at++
		}
		if _, _, n := p.portRange(); n == 0 {
			p.at = again - j
			return list, nil
		}
	}
}

// portRange reads one number or range; low is 0 when the number is none that fits.
func (p *parser) portRange() (low, high, tokens int) {
	t := p.peek()
	if t.kind != tokenWord || t.word[0] < '0' || t.word[0] > '9' {
		return 0, 0, 0
	}
	if a, b, ok := strings.Cut(strings.ReplaceAll(t.word, "–", "-"), "-"); ok {
		return number(a), number(b), 1
	}
	if w := p.ahead(1).word; w == "to" || w == "-" || w == "through" || w == "–" {
		if n := number(p.ahead(2).word); n > 0 {
			return number(t.word), n, 3
		}
	}
	return number(t.word), number(t.word), 1
}

func number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		return 0
	}
	return n
}

// printPorts writes ports as the language reads them.
func printPorts(ports []int) string {
	var parts []string
	for i := 0; i < len(ports); {
		j := i
		for j+1 < len(ports) && ports[j+1] == ports[j]+1 {
			j++
		}
		if j-i >= 2 {
			parts = append(parts, fmt.Sprintf("%d-%d", ports[i], ports[j]))
		} else {
			for k := i; k <= j; k++ {
				parts = append(parts, strconv.Itoa(ports[k]))
			}
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}
