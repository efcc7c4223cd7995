// Package audit writes the log of the decision gate: what was asked, what was decided, in a chain of lines that shows
// if it was tampered with.
package audit
