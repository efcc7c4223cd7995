package audit

import "fmt"

// Anchor names a line: its sequence and its hash in hexadecimal. Kept at another place, it shows later whether the log
// still holds that line.
type Anchor struct {
	Seq  uint64
	Hash string
}

// anchor demands a line of this hash.
func (c *chain) anchor(a Anchor) {
	c.anchors[a.Seq] = append(c.anchors[a.Seq], a.Hash)
}

// anchorHead demands the lines that the head names.
func (c *chain) anchorHead(h headFile) {
	for _, slot := range h.slots {
		if slot.seq > 0 {
			c.anchor(place{slot.seq, slot.last}.anchor())
		}
	}
}

// checkReached reports that the log ends before an anchor.
func (c *chain) checkReached() {
	var last uint64
	for seq := range c.anchors {
		last = max(last, seq)
	}
	if last <= c.last.seq+c.slack {
		return
	}
	if c.file == "" {
		c.file = activeName
	}
	c.fault(Missing, "the log ends here, but line %d was written (head or anchor)", last)
}

// checkOldest reports what is missing before the first line, where head tells what retention has left.
func (c *chain) checkOldest(head uint64) {
	oldest := max(head, c.oldest, 1)
	if c.report.Lines == 0 || c.from <= oldest {
		return
	}
	c.faultAt(Fault{File: c.start, Kind: Missing, Detail: fmt.Sprintf(
		"lines %d to %d should come before this file", oldest, c.from-1)})
}
