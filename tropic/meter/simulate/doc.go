// Package simulate measures what a tick of the meter costs with many running machines, and proves that it charged them
// exactly: by the service's own code (controller.Post, store.Commit, the journal), on a real store, in fake time.
//
// Each account has one machine, which is what Tropic has most of; the machines are of all types and models and were
// started at times of their own. Facts come as the service's blocks; the table of facts, which a tick does not touch, is
// left out. What facts take in store is measured apart, with that table.
package simulate
