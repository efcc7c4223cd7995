package audit

import (
	"errors"
	"time"
)

// decode reads one line, without its newline, strictly: every field of its kind once, in the canonical order and
// spelling, and nothing else. What decode takes, appendLine would write again byte by byte. The line keeps a part of
// text as its parameters.
func decode(text []byte) (line, error) {
	c := cursor{text: text}
	var l line
	c.literal(`{"seq":`)
	l.seq = c.number()
	if c.err == nil && l.seq == 0 {
		c.fail("a sequence from 1 on before this")
	}
	c.literal(`,"time":`)
	l.time = c.time()
	c.literal(`,"kind":`)
	l.kind = c.string()
	c.literal(",")
	c.body(&l)
	c.literal(`,"prev":"`)
	l.prev = c.digest()
	l.closing = c.closing()
	if c.err == nil && c.at != len(text) {
		c.fail("the end of the line")
	}
	return l, c.err
}

func (c *cursor) body(l *line) {
	switch l.kind {
	case kindDecision:
		l.record = c.record()
	case kindFile:
		c.literal(`"previous":`)
		l.previous = c.fileName()
		c.literal(`,"oldest":`)
		l.oldest = c.number()
	case kindOpen, kindResume:
		c.literal(`"torn":`)
		l.torn = c.number()
		c.literal(`,"failed":`)
		l.failed = c.number()
		c.literal(`,"note":`)
		l.note = c.string()
	default:
		c.fail("a kind that this version knows before this")
	}
}

// fileName reads the name of a rotated file, or "".
func (c *cursor) fileName() string {
	name := c.string()
	if _, ok := parseRotated(name); !ok && name != "" {
		c.fail("the name of a rotated file before this")
	}
	return name
}

func (c *cursor) record() (p prepared) {
	c.literal(`"agent":`)
	p.Agent = c.string()
	c.literal(`,"session":`)
	p.Session = c.string()
	c.literal(`,"tool":`)
	p.Tool = c.string()
	c.literal(`,"params":`)
	p.Params = c.value()
	c.literal(`,"decision":`)
	p.Decision = Decision(c.string())
	if !known(p.Decision) {
		c.fail("ALLOW, CONFIRM, DENY or REDACT before this")
	}
	c.literal(`,"rules":`)
	p.Rules = c.list()
	c.literal(`,"policy":`)
	p.Policy = c.string()
	c.literal(`,"duration_us":`)
	p.micros = c.number()
	c.literal(`,"error":`)
	p.Error = c.string()
	c.literal(`,"shadow":`)
	p.Shadow = c.boolean()
	c.literal(`,"cut":`)
	p.cut = c.list()
	return p
}

func (c *cursor) time() time.Time {
	text := c.string()
	at, err := time.Parse(timeLayout, text)
	if err == nil && at.Format(timeLayout) != text {
		err = errors.New("another spelling")
	}
	if err != nil {
		c.fail("a time in UTC with microseconds (" + timeLayout + ") before this")
	}
	return at
}
