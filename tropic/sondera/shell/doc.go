// Package shell says what a shell command does, by its structure and never by its spelling.
//
// [Analyze] parses the text as bash does, then runs it on paper: variables, functions, aliases, positional parameters,
// braces, quoting, the working directory, files that the text itself writes, and what flows through pipes are followed
// as far as they are literal. Text that reaches an interpreter (sh -c, eval, a here-document into a shell, a decoded
// literal, ssh host CMD, python -c …) is analysed the same way, one level deeper. So "rm" -r -f /, \rm -fr /,
// X=rm; $X --rec --force /, echo cm0gLXJmIC8= | base64 -d | sh and find / -exec rm -rf {} + give the same facts, and
// grep "rm -rf", a commit message or a here-document into a file give none of them: data is not execution, until the
// same text runs it.
//
// A [Script] lists every command that would run. Nothing is guessed silently: a program that cannot be known carries
// the trait dynamic, a text that cannot be parsed or exceeds a limit carries unparsed, with the reason in words.
// All branches of a condition count as taken.
//
// What programs do with their flags and operands is data: the tables in programs_*.go. What makes a command dangerous
// are the traits, one small function each, in trait_*.go.
//
// Everything here is a pure function of its input: no clock, no file system, no process. It is safe for concurrent use.
package shell
