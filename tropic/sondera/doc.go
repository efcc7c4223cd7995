// Package sondera is the decision gate: a tool call comes in, a decision goes out.
//
// A [Gate] holds Cedar policies: the embedded packs, the sources given to it, and one set for each agent. [Gate.Decide]
// turns a call into facts (package facts), asks which rules the facts could make fire, evaluates those with cedar-go,
// and weighs the outcome: DENY before CONFIRM before ALLOW, and DENY where nothing permits or anything fails.
// [Gate.Result] does the same with what a call gave, and replaces what must not be seen.
//
// Policies speak the vocabulary of [Schema], which every policy is checked against before it is used. A fault in a
// policy is a [LoadError] with its place; a gate that cannot load a set keeps the last good one, and one that never had
// a good one denies everything.
//
// # Why the index does not change decisions
//
// Each rule has a guard: facts of which at least one must be there for the rule to fire. Rules whose guard fails are
// left out, the rest is evaluated by cedar-go as written. A guard is only taken from what cannot fail to evaluate, so a
// rule that is left out would neither have fired nor failed.
package sondera
