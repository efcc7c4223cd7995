// Package daemon keeps an embedded cloud running in the background of one state directory, so that instances outlive
// the Terraform runs that make them. Serve is the daemon's side; Client is that of `tropic local`.
//
// A directory has at most one daemon: it holds a lock on the file "lock", says who it is in "daemon.json", and answers
// on the Unix socket "admin.sock", which only the directory's owner can open.
package daemon
