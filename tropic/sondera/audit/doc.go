// Package audit writes the log of the decision gate, one line of JSON for each decision, and verifies it.
//
//	log, err := audit.Open("/var/log/tropic/audit", audit.Options{Key: key})
//	err = log.Append(audit.Record{Agent: "alice", Tool: "exec", Params: redacted, Decision: audit.Deny, …})
//	report, err := audit.Verify(ctx, "/var/log/tropic/audit", audit.VerifyOptions{Key: key})
//
// A [Log] is for one long-running writer and any number of goroutines. If [Log.Append] fails, be it for a full disk,
// the record cannot be relied on: the gate denies the call. The log goes on by itself when the cause is gone, and says
// in a line of kind "resume" how many records it lost.
//
// # Secrets
//
// The caller removes secrets from the parameters, rule ids and errors that it hands over. This package adds that none
// of its own errors, faults and notes quotes what a line holds.
//
// # Files
//
// The directory holds, all with the mode 0600 (0640 with [Options.Group]):
//
//	audit.log                       the file that is written
//	audit-0000000000000001.log      files that were rotated, named after the sequence of their first line
//	audit.head                      sequence and hash of the last line
//	audit.lock                      locked by the writer with flock(2) as long as it lives; never remove it
//
// A file is rotated when it has reached a size or an age; the newest [Options.Keep] stay. The directory itself and the
// files in it are never reached through a symbolic link; links in the path to the directory are the caller's business.
// Verifying works everywhere, writing where there is flock(2).
//
// # Lines
//
// A line has these fields, all of them, in this order, in one spelling (no spaces, shortest escapes), so that a text
// has one meaning to every reader and a changed byte is always a fault:
//
//	seq           1, 2, 3, … over all files; never used twice
//	time          UTC with microseconds, 2026-11-03T02:20:30.456789Z; the clock may go back, the sequence does not
//	kind          decision, file (the first line of each file), open (a writer started) or resume
//
//	agent session tool params decision rules policy duration_us error shadow cut      of a decision, see Record;
//	              cut names the fields that were longer than their limit
//	previous oldest       of a file: the file before, whose last hash is prev; the first sequence that retention left
//	torn failed note      of open and resume: bytes of a broken last line that were cut off; records lost; what is wrong
//
//	prev          hash of the line before, zeros in line 1
//	mac           with a key: HMAC-SHA-256 of all that stands before it in the line
//	hash          SHA-256 of all that stands before it in the line, and so of all lines before
//
// Params are as the call had them, without spaces, and even with a key that stands there twice: it is the evidence.
//
// Each line carries its own hash, beside that of the line before, because that tells which of two lines is not the
// one that was written, finds a change in the last line, and tells a line that lacks only its newline from one that
// was broken off. It costs 75 bytes a line.
//
// # Crashes
//
// A line is written with one write(2), the head after it with another. Whenever the process dies, at most the end of
// one line and one of the two slots of the head are torn; the next [Open] cuts off (or, if only its newline lacks,
// completes) that line and says so. No record whose Append returned nil is lost. If the machine loses power that holds
// with [SyncAlways]; with [SyncNever] the last seconds may be missing, which is reported as what it is, missing lines,
// if the head reached the disk before them.
//
// # What can be found, and what cannot
//
// Without a key, [Verify] finds each line that was changed, removed, added, repeated or moved by someone who does not
// recompute the hashes of all lines after it and the head; each removed or renamed file; and lines removed at the end.
// It does not find a log that was rewritten from some line on, head included: everybody can compute SHA-256.
//
// With a key that the writer of the files does not know, it finds that too: no line and no head can be made without
// the key. What remains is to put back the directory as it was at an earlier time, as a whole: log and head then agree.
// It is found only with an [Anchor] from later than that, noted at another place: call [Log.Head] now and then (say
// with each report to a central place), and hand it to [VerifyOptions]. The same goes for the removal of all files,
// after which a writer begins a new log with line 1.
//
// Not found, ever: what somebody does who has the key, such as root on the machine or an attacker inside the gate; a
// record that was false when it was written, or never handed over; a wrong clock; the removal of rotated files by
// retention, which a holder of the key can set short. The key must therefore be out of reach of the agents that the
// gate watches, and be that of one log only.
//
// A writer that opens a log with faults goes on (a log that stops would stop the gate, and who can write the files
// could so stop it at will), notes what it saw, and continues from what the head says was the last line. Lines that
// were lost so leave a gap for ever.
package audit
