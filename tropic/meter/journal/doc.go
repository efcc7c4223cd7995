// Package journal is the record of one shard of accounts: an append-only chain of blocks, each bound to the one before by
// its hash.
//
// A block holds facts (package meter) in the order in which they were learnt, or the lines of one tick, which is an instant
// on a UTC boundary of five minutes. A line charges one machine: at tick T it is what the machine cost until T as far as is
// known, less what was posted for it before. So the sum of a machine's lines is its charge exactly, late evidence is
// answered by the next line, and nothing is ever edited. Lines follow from facts and ticks alone: a Ledger that learns the
// same facts and posts the same ticks writes the same bytes.
//
// A block is bytes, and knows no database. Whoever can write to the store can write a whole new chain: keep the Head of a
// chain elsewhere to find that, and to find that its last blocks are missing.
//
// # Encoding
//
//	version shard sequence tick/5min previous-hash body-length body hash
//
// The version is one byte, hashes are SHA-256 and have 32, all other numbers are varints as in encoding/binary. The hash is
// of all bytes before it. A text is 0, its length and its bytes when it is new in the block, and else its place among the
// texts before it, from 1. A fact is its texts (key, kind, account, instance, type, model, zone, confidence, evidence,
// reason), by how much it took effect after the fact before it and was recorded after that, and its numbers: amount,
// priority, expiry, cost, and of limits the daily cap, the longest session and the grace. Lines name machines by number: the order in which the chain's facts first start them. A line is
// one number, gap<<7 | code: the gap is how many machines since the last line have none, and the code is 0 when the amount
// follows, or else says where among those last seen in the block (slots) it is. A machine that runs as its
// neighbours do costs one byte per tick. There is only one encoding of a block; no other is accepted.
package journal
