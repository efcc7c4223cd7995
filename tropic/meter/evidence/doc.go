// Package evidence turns what EC2 says of machines into facts of the meter, and compares the two.
//
// A look is what EC2 said of a machine at one instant. EC2 may be behind: a look may show what was so a while ago, and a
// look may never come. So a look only ever adds what it proves:
//
//   - A session begins at EC2's LaunchTime, and LaunchTime is its name: a look at an earlier launch than the last one
//     known is old, and says nothing. A session that has ended never begins anew.
//   - It ends at the instant in EC2's transition reason, in whole seconds. Where EC2 gives none (the machine shut itself
//     down) it ends when it was seen to have ended, or when its lease ended, if that was before.
//   - What cannot be known is charged as far as the next thing that is known, and never beyond: from a session's true end
//     to the first look that shows that it has ended, or to the launch of the next session.
//
// Starts are written from looks alone. Stops may also be written from EC2's acknowledgement of StopInstances; EC2's own
// instant, when a look brings it, corrects them downwards, because the earliest stop after a start is the one that counts.
//
// The package is pure: it asks nobody and keeps nothing.
package evidence
