// Package tropic is the control plane of Tropic as a library: guarded OpenClaw machines on EC2, driven through AWS
// Systems Manager. The Terraform provider and the tropic command are thin layers over it.
//
//	client, err := tropic.New(ctx, tropic.WithRegion("eu-west-1"))
//	if err != nil {
//		return err
//	}
//	instance, report, err := client.Instances.Create(ctx, tropic.InstanceSpec{
//		Name:                  "desk",
//		CreateInstanceProfile: true,
//		Ingress:               tropic.IngressSpec{Proxy: proxyPrefixes},
//	})
//
// The package example is complete and runs against the embedded cloud.
//
// # State
//
// AWS is the database. EC2 tags (the Tag… constants) say what exists, documents in Parameter Store (package manifest) say
// what each machine is to be, and a [Client] keeps nothing but a snapshot of reads that is at most 30 seconds old. So any
// number of clients may work at once, and any of them may die at any call: whatever it was doing is safe to repeat, and
// repeating it makes no second machine. Machines are never scripted: they pull their state when they boot and when they
// are poked with one command that carries no secret.
//
// # Reads
//
// Get and List of machines, their rules and their connections read through the snapshot: a few list calls, whatever the
// number of machines. The client's own writes drop it. A machine that the snapshot misses is looked up by id before
// ErrNotFound is returned.
//
// # Errors
//
// Failures are [*Error] values that name the object, the AWS code and request id, and what to do next; errors.Is tells
// the kind ([ErrNotFound], [ErrConflict], [ErrThrottled], [ErrNotConnected], [ErrCommandFailed], [ErrValidation],
// [ErrPermission], [ErrTimeout]). Bad input is refused before anything is made, every fault at once (errors.Join), each
// with the Field it is about. A refusal by IAM names the missing permission. A command that failed on a machine is a
// [*CommandError]. Deleting what is absent is no error. No error holds a secret.
//
// # Repetition and waiting
//
// A call is repeated when AWS throttles it, when the connection breaks or the service fails (HTTP 500, 502, 503, 504), and
// for a named list of codes that pass by themselves; nothing else. Pauses grow from 0.2 to 20 seconds, are jittered, and
// end with the context; by default a call is tried 14 times, which takes some three minutes ([WithRetry]). The SDK's
// adaptive mode slows all calls of a client to one service while AWS throttles it.
//
// Methods that wait (Provision, Start, Stop, Terminate, WaitConnected, …) poll every 1 to 10 seconds, jittered
// ([WithPolling]), until the context ends, or 15 minutes when it has no deadline. On timeout the error names the last state
// seen.
//
// # Concurrency
//
// A Client is safe for concurrent use. Writes to the same machine from one client take turns where order matters.
//
// # Stability
//
// The package follows semantic versioning with the module. Fields may be added to structs, so use field names in
// literals. Error texts are for people and may change in any release; kinds, fields and codes are the contract. Packages
// below internal/ promise nothing.
package tropic
