// Package facts turns a tool call of OpenClaw into what a policy can speak about: what it reads, writes, deletes and
// runs, whom it reaches, and what makes it dangerous.
//
// A call is read once, strictly: a malformed one is an error, never a guess. Shell text goes through package shell;
// paths of every tool are resolved against the agent's workspace and home and sorted into classes, so that
// /home/u/.ssh//id_rsa, ../../.SSH/id_rsa and cat <~/.ssh/id_rsa name the same thing.
package facts
