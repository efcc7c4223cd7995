// Package controller is the running meter: it watches EC2, keeps the ledgers, and stops machines whose limits are reached.
//
// Any number of replicas share the accounts by shards (package store): what one writes is fenced by the epoch of the
// shard's lease, and decided by the database's clock. A replica has one loop that owns all state. Calls to EC2 run beside
// it, one of each kind at a time, and hand their results to the loop, so that a slow EC2 delays no posting and no heartbeat.
//
// What the loop does:
//
//   - it learns facts that were recorded by anyone (the HTTP API, the command line, its own looks at EC2) into the ledger of
//     their shard, and writes the block in one transaction with what follows from them: stop intents that are due, and the
//     cancelling of those that a top-up has overtaken;
//   - it posts the lines of each tick, on UTC boundaries of five minutes;
//   - at the deadline of a machine, less a margin, it writes a stop intent. Deadlines decide when, not ticks and not looks;
//   - it acts on intents: a stop tags the machine with why it is held, stops it, and records when EC2 acknowledged. It does
//     nothing to a later session than the one that the intent is about;
//   - it renews the leases by which machines stop themselves when it cannot (package overshoot);
//   - once a minute it looks at EC2, turns what is new into facts (package evidence), and starts machines again that it held
//     and that may run by now.
//
// A crash at any point loses nothing: facts, blocks and intents are in the store, and all else follows from them and from
// EC2. What is done twice is harmless.
package controller
