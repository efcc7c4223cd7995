package sondera

import (
	"github.com/cedar-policy/cedar-go"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

// Request is what cedar-go would be asked about a call if nothing were left out: every attribute of the context, with
// every pattern of the agent's rules that matches. It is for those who evaluate elsewhere, or want to look. ok is false
// when no policies could be loaded.
func (g *Gate) Request(f *facts.Facts) (r cedar.Request, ok bool) {
	snap := g.now.Load()
	if snap.err != nil {
		return r, false
	}
	ps := snap.set(f.Agent)
	s, _ := scratches.Get().(*scratch)
	s.begin(ps.index, ps.rules)
	ps.index.match(s, f)
	r = request(f, ps.index.context(s, f, &everything))
	s.release()
	scratches.Put(s)
	return r, true
}
