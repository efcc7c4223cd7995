package tropic

import "context"

// DefaultInstanceProfile is the instance profile that machines get when nothing else is said.
const DefaultInstanceProfile = "tropic-instance"

// ProfileService keeps the instance profile, and the role of the same name, that machines run under.
type ProfileService struct{ c *Client }

// Profile is an instance profile.
type Profile struct {
	Name, ARN string
	Role      string // name of its role; empty when it has none
}

// Ensure makes the least-privilege profile and role called name, or completes them; created is false when nothing had
// to be made.
func (s *ProfileService) Ensure(ctx context.Context, name string) (created bool, err error) {
	return false, errPending
}

// Get returns a profile, or ErrNotFound.
func (s *ProfileService) Get(ctx context.Context, name string) (*Profile, error) {
	return nil, errPending
}

// Delete removes the profile and role that Ensure made. An absent one is no error.
func (s *ProfileService) Delete(ctx context.Context, name string) error { return errPending }

// PolicyDocument returns the JSON policy that Ensure gives the role.
func PolicyDocument() string { return "" }
