package ec2api

import "github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"

// visible is how far reads are behind what was launched, created and tagged. A read of an object is a describe call that
// covers it, by its id or name or by naming none, whatever the filters; and every call that needs it to exist, such as
// the tagging of a new instance or a launch into a new group. Rules, states and deletions are seen at once.
type visible struct {
	instances *lag.Lag[Instance]
	groups    *lag.Lag[SecurityGroup]
	keys      *lag.Lag[KeyPair]
}

func newVisible(cfg lag.Config) visible {
	return visible{
		lag.New[Instance](cfg, kindInstance), lag.New[SecurityGroup](cfg, kindGroup), lag.New[KeyPair](cfg, kindKey),
	}
}

// readable returns what a describe call sees of the objects it covers.
func readable[T any](of map[string]*T, behind *lag.Lag[T], covers func(*T) bool) []*T {
	var out []*T
	for key, object := range of {
		if !covers(object) {
			continue
		}
		if seen := behind.See(key, object); seen != nil {
			out = append(out, seen)
		}
	}
	return out
}
