// Package corpus holds tool calls by which the gate is measured: attacks that it must not allow, everyday calls that it must
// allow, and harmless calls that look like attacks. It knows nothing of how the gate decides, and nothing uses it at run time.
//
// The calls are written down as seeds (directory seeds) and multiplied by generation: «a¦b» in a seed stands for a and for b,
// paths are combined with the ways to read or write a file, and commands with the ways to wrap a command. A fixed seed of the
// random generator makes every run the same.
package corpus
