package audit

import "fmt"

// Kind says what is wrong at one place of a log.
type Kind string

// Kinds of faults.
const (
	Malformed Kind = "malformed" // a line that is too long or is no line of this log
	Changed   Kind = "changed"   // a line is not the one that was written
	Forged    Kind = "forged"    // a line or head that was not written with the key
	Missing   Kind = "missing"   // lines or files that should be here are not
	Duplicate Kind = "duplicate" // a line that was here before
	Reordered Kind = "reordered" // a line, or the first line of a file, at another place than it was written
	Misnamed  Kind = "misnamed"  // a file whose name is not that of its first line
	HeadFault Kind = "head"      // the head file is missing, damaged, or names another line
	Torn      Kind = "torn"      // a write that broke off at the end of the log; the next Open puts it right
)

// Fault is one thing that Verify found. Detail never quotes what a line holds.
type Fault struct {
	File   string // name of the file, without its directory
	Line   int64  // from 1; 0 when the whole file is meant
	Kind   Kind
	Detail string
}

func (f Fault) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", f.File, f.Kind, f.Detail)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Kind, f.Detail)
}

// Report is what Verify found.
type Report struct {
	Files       int
	Lines       int64 // complete lines, faulty ones included
	Bytes       int64
	First, Last Anchor // first and last line that could be trusted; zero in an empty log
	// Authenticated says that every line was checked under a key. Without one a log shows accidents and clumsy
	// hands, but whoever may write the files can write the chain anew.
	Authenticated bool
	Faults        []Fault // in the order of the log, the first VerifyOptions.MaxFaults of them
	FaultCount    int64   // all of them
}

// Clean says that nothing is wrong.
func (r Report) Clean() bool { return r.FaultCount == 0 }
