// Package tropic is the control plane of Tropic as a library: guarded OpenClaw machines on EC2, driven through Systems
// Manager. AWS is the database; a Client keeps no state of its own, so any number of them may work at once.
package tropic
