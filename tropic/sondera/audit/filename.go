package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Names of the log's files in its directory. Rotated files are named after the sequence of their first line, so that
// their order is that of their names.
const (
	activeName    = "audit.log"
	headName      = "audit.head"
	lockName      = "audit.lock"
	rotatedPrefix = "audit-"
	rotatedSuffix = ".log"
)

func rotatedName(first uint64) string {
	return fmt.Sprintf("%s%016d%s", rotatedPrefix, first, rotatedSuffix)
}

func parseRotated(name string) (first uint64, ok bool) {
	middle, ok := strings.CutPrefix(name, rotatedPrefix)
	if !ok {
		return 0, false
	}
	middle, ok = strings.CutSuffix(middle, rotatedSuffix)
	if !ok {
		return 0, false
	}
	first, err := strconv.ParseUint(middle, 10, 64)
	return first, err == nil && first > 0 && first <= maxNumber && rotatedName(first) == name
}

// rotatedFiles picks the rotated files among names, oldest first.
func rotatedFiles(names []string) []string {
	var rotated []string
	for _, name := range names {
		if _, ok := parseRotated(name); ok {
			rotated = append(rotated, name)
		}
	}
	slices.Sort(rotated)
	return rotated
}
