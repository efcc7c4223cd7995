// Package pattern matches the patterns of policies against paths, hosts, recipients and text, many at a time.
//
// A matcher is built once from a list of patterns, and says which of them match by their index in that list. What a
// match costs depends on the subject and on the patterns that come near it, not on how many patterns there are. Matchers
// are immutable and safe for concurrent use.
package pattern
