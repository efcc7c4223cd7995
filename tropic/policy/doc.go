// Package policy is the policy language: what an agent may do, must ask for, and must not do, one rule a line.
//
//	# comments and blank lines are skipped
//	ALLOW: browse any public website
//	REQUIRE CONFIRM: send WhatsApp messages
//	DENY: run sudo or elevated commands
//	default = confirm
//
// GRAMMAR.md has the grammar. It is a controlled language: it reads much of what a person would write, and never guesses;
// what it does not understand is a [SyntaxError] with its place and the nearest rules that it would understand.
//
// [Parse] turns text into rules, each a disjunction of [Clause] values; [Compile] turns them into Cedar text, one policy
// a rule, with an explanation in plain words and warnings about rules that contradict or hide each other.
//
// A clause means two things, and which one depends on the directive. A rule that denies or confirms fires when any part of
// a call is what it names. A rule that allows fires only when everything that the call does is what it names, so that
// it never lets something else through that the same command does.
//
// Everything here is pure, bounded in time, and safe for concurrent use.
package policy
