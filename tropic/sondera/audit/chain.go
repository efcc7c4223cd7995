package audit

import (
	"errors"
	"fmt"
	"io"
)

// maxGaps bounds what chain remembers to tell a line that stands elsewhere from one that stands twice.
const maxGaps = 256

// chain follows the lines of a log in the order of its files and notes what is wrong. After a fault it goes on with
// the next line that can be trusted. Its memory does not grow with the log.
type chain struct {
	seal      *sealer
	maxFaults int
	report    Report

	file     string
	number   int64  // of the line in file
	previous string // the file before
	start    string // the first file
	from     uint64 // the sequence that it should begin with, or else begins with

	next   uint64 // sequence that comes now; 0 when any may
	hash   digest // hash of the line before, if known
	known  bool
	slack  uint64 // lines since then that could not be read
	first  place  // the first line that could be trusted
	last   place  // the one that the chain has come to
	near   place  // the line just before, if it was out of place
	gaps   []gap  // sequences that were missing so far
	oldest uint64 // what the last first line of a file says of retention
	opened line   // the first line of the current file

	anchors   map[uint64][]string // hashes wanted, by sequence
	trusted   int64               // lines that are intact and authentic
	forged    int64               // lines that are intact, but not authentic
	unchecked int64               // lines with a MAC, without a key
}

// place is where a line stood.
type place struct {
	seq  uint64
	hash digest
}

func (p place) anchor() Anchor {
	if p.seq == 0 {
		return Anchor{}
	}
	return Anchor{Seq: p.seq, Hash: p.hash.String()}
}

type gap struct{ from, to uint64 }

func newChain(s *sealer, maxFaults int) *chain {
	return &chain{seal: s, maxFaults: maxFaults, anchors: map[uint64][]string{}}
}

// begin starts the next file.
func (c *chain) begin(file string) {
	c.previous, c.file, c.number, c.opened = c.file, file, 0, line{}
	c.report.Files++
	if c.start != "" {
		return
	}
	c.start = file
	if first, ok := parseRotated(file); ok {
		c.from, c.next = first, first
	}
}

// follow takes all complete lines of the file, and returns what follows the last of them (size 0 if nothing does).
func (c *chain) follow(lines *lineReader) (tail rawLine, err error) {
	for {
		raw, err := lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return rawLine{}, nil
		case err != nil:
			return rawLine{}, err
		case !raw.ended:
			return raw, nil
		}
		c.add(raw)
	}
}

// add takes the next complete line.
func (c *chain) add(raw rawLine) {
	c.number++
	c.report.Lines++
	c.report.Bytes += raw.size
	l, ok := c.read(raw)
	if !ok {
		c.slack++
		return
	}
	c.trusted++
	c.place(&l)
	c.fileOrder(&l)
	for _, want := range c.anchors[l.seq] {
		if want != l.hash.String() {
			c.fault(Changed, "the line %d is not the one that was noted elsewhere (head or anchor)", l.seq)
		}
	}
}

// read decodes and checks what a line says of itself.
func (c *chain) read(raw rawLine) (line, bool) {
	if raw.tooLong {
		c.fault(Malformed, "the line has more than %d bytes", maxLine)
		return line{}, false
	}
	l, err := decode(raw.text)
	if err != nil {
		c.fault(Malformed, "%v", err)
		return line{}, false
	}
	if !intact(raw.text, l.closing) {
		c.fault(Changed, "the hash is not that of the line")
		return line{}, false
	}
	if l.hasMAC && !c.seal.keyed() {
		c.unchecked++
	}
	if !c.seal.authentic(raw.text, l.closing) {
		c.forged++
		c.fault(Forged, "the line was not written with this key")
		return line{}, false
	}
	return l, true
}

// place compares sequence and prev with what should come.
func (c *chain) place(l *line) {
	switch {
	case c.next == 0, l.seq == c.next:
		if prev, known := c.expected(l); known && l.prev != prev {
			c.fault(Changed, "prev is not the hash of the line before: that line, or this one, was replaced")
		}
		c.accept(l)
	case c.near.seq != 0 && l.seq == c.near.seq+1 && l.prev == c.near.hash:
		c.near = place{l.seq, l.hash} // goes on from a line that was out of place and has been told of
	case l.seq > c.next && l.seq-c.next <= c.slack:
		c.accept(l)
	case l.seq > c.next:
		c.fault(Missing, "lines %d to %d are missing or cannot be read before line %d", c.next, l.seq-1, l.seq)
		if len(c.gaps) < maxGaps {
			c.gaps = append(c.gaps, gap{c.next, l.seq - 1})
		}
		c.accept(l)
	default:
		c.outOfPlace(l)
	}
}

func (c *chain) expected(l *line) (digest, bool) {
	if l.seq == 1 {
		return digest{}, true
	}
	return c.hash, c.known
}

func (c *chain) accept(l *line) {
	c.next, c.hash, c.known, c.slack, c.near = l.seq+1, l.hash, true, 0, place{}
	c.last = place{l.seq, l.hash}
	if c.first.seq == 0 {
		c.first = c.last
	}
	if c.from == 0 {
		c.from = l.seq
	}
}

func (c *chain) outOfPlace(l *line) {
	c.near = place{l.seq, l.hash}
	for _, g := range c.gaps {
		if l.seq >= g.from && l.seq <= g.to {
			c.fault(Reordered, "line %d stands where line %d should", l.seq, c.next)
			return
		}
	}
	c.fault(Duplicate, "line %d again, where line %d should stand", l.seq, c.next)
}

// fileOrder checks that first lines of files, and only those, stand first, and follow the right file.
func (c *chain) fileOrder(l *line) {
	if l.kind == kindFile {
		c.oldest = max(c.oldest, l.oldest)
	}
	if (c.number == 1) != (l.kind == kindFile) {
		c.fault(Reordered, "the first line of a file, and only that, has the kind %q", kindFile)
		return
	}
	if c.number != 1 {
		return
	}
	c.opened = *l
	if first, ok := parseRotated(c.file); ok && first != l.seq {
		c.fault(Misnamed, "the name says that line %d is the first, but that is line %d", first, l.seq)
	}
	if c.previous != "" && c.previous != l.previous {
		c.fault(Missing, "this file follows %q, which does not come before it", l.previous)
	}
}

// extends says whether text is, whole, the line that comes next.
func (c *chain) extends(text []byte) bool {
	l, err := decode(text)
	if err != nil || !intact(text, l.closing) || !c.seal.authentic(text, l.closing) {
		return false
	}
	prev, known := c.expected(&l)
	return (c.next == 0 || l.seq == c.next) && (!known || l.prev == prev)
}

// brokenOff reports what follows the last complete line of a file.
func (c *chain) brokenOff(tail rawLine, last bool) {
	c.number++
	c.report.Bytes += tail.size
	if last {
		c.fault(Torn, "the last %d bytes are a line that was not written to its end", tail.size)
		return
	}
	c.fault(Malformed, "the file does not end with a newline")
	c.slack++
}

func (c *chain) fault(kind Kind, format string, args ...any) {
	c.faultAt(Fault{File: c.file, Line: c.number, Kind: kind, Detail: fmt.Sprintf(format, args...)})
}

func (c *chain) faultAt(f Fault) {
	c.report.FaultCount++
	if len(c.report.Faults) < c.maxFaults {
		c.report.Faults = append(c.report.Faults, f)
	}
}
