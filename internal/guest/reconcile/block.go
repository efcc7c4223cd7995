package reconcile

import (
	"slices"
	"strings"
)

// The marks around Tropic's lines in a file that people write to as well.
const (
	blockBegin = "# BEGIN tropic (Tropic replaces the lines down to END)"
	blockEnd   = "# END tropic"
)

// mergeBlock returns the file with Tropic's block holding exactly lines, where the first block was or at the end. What
// stands outside stays byte for byte. A block without an end mark is not trusted to be ours to its end: its begin
// mark goes, its lines stay, except those that are wanted again.
func mergeBlock(existing string, lines []string) string {
	outside, at := cutBlocks(existing, lines)
	if len(lines) == 0 {
		return strings.Join(outside, "")
	}
	block := blockBegin + "\n" + strings.Join(lines, "\n") + "\n" + blockEnd + "\n"
	if at > 0 && !strings.HasSuffix(outside[at-1], "\n") {
		block = "\n" + block
	}
	return strings.Join(slices.Insert(outside, at, block), "")
}

// cutBlocks returns the lines outside of any block, each with its line break, and where the first block began.
func cutBlocks(existing string, wanted []string) (outside []string, at int) {
	at = -1
	var open []string // lines of a block whose end has not come yet
	inside := false
	keepOpen := func() {
		for _, line := range open {
			if !slices.Contains(wanted, strings.TrimRight(line, "\r\n")) {
				outside = append(outside, line)
			}
		}
		open = nil
	}
	for line := range strings.Lines(existing) {
		switch strings.TrimRight(line, "\r\n") {
		case blockBegin:
			keepOpen()
			inside = true
			if at < 0 {
				at = len(outside)
			}
			continue
		case blockEnd:
			if inside {
				open, inside = nil, false
				continue
			}
		}
		if inside {
			open = append(open, line)
		} else {
			outside = append(outside, line)
		}
	}
	keepOpen()
	if at < 0 {
		at = len(outside)
	}
	return outside, at
}
