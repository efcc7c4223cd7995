package shell

import (
	"strings"

	"mvdan.cc/sh/v3/expand"
)

func echo(c *call) {
	args := c.args
	escapes, newline := false, true
	for len(args) > 0 && len(args[0].text) > 1 && args[0].text[0] == '-' && strings.Trim(args[0].text[1:], "neE") == "" {
		escapes = escapes || strings.Contains(args[0].text, "e")
		newline = newline && !strings.Contains(args[0].text, "n")
		args = args[1:]
	}
	c.out = join(args)
	if escapes && strings.Contains(c.out.text, `\`) {
		c.out = formatted(c.out, nil)
	}
	if newline {
		c.out = c.out.plus(literal("\n"))
	}
}

func printf(c *call) {
	if len(c.operands) == 0 {
		return
	}
	d := formatted(c.operand(0), c.rest(1))
	if name, ok := c.value("-v"); ok {
		c.in.assign(name.text, d)
		return
	}
	c.out = d
}

// formatted is what printf writes. A format with letters as numbers, such as \x72\x6d, hides what it says.
func formatted(format data, args []data) data {
	var out data
	out.taint = format.taint
	if strings.Contains(format.text, `\x`) || strings.Contains(format.text, `\0`) || strings.Contains(format.text, `\1`) {
		out.taint |= hidden
	}
	rest := texts(args)
	for _, a := range args {
		out.taint |= a.taint
		out.from = joinPaths(out.from, a.from)
	}
	var b strings.Builder
	for {
		// Without a configuration of its own, calls would share one and race.
		text, n, err := expand.Format(&expand.Config{}, format.text, rest)
		if err != nil {
			return unknown(out.taint)
		}
		b.WriteString(text)
		if n == 0 || n >= len(rest) || b.Len() > maxValue {
			break
		}
		rest = rest[n:]
	}
	out.text = b.String()
	out.holes = strings.Contains(out.text, Unknown)
	return out
}
