package corpus

// Bypasses are the calls that the original extension was shown to allow and should not have. Some of them do nothing on Linux
// (an upper-case CURL, /home/ubuntu/.SSH), but do on a file system without case.
func Bypasses() []Call { return calls(draftsOf("bypass")) }

// FalseDenials are harmless calls that the original extension was shown to deny. `terraform destroy`, which it denied as if it
// were rm, is not among them, since it deserves a question for its own sake; `terraform plan` stands in.
func FalseDenials() []Call { return calls(draftsOf("false-denial")) }
