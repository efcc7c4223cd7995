package api

import (
	"math"
	"net/http"
	"strconv"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// limiters hold back callers: by token when it was good lately, otherwise by address. So one who guesses tokens neither
// slows down those who have one, nor makes the store look for each guess. Both maps are bounded; who was not seen for long
// is forgotten first.
type limiters struct {
	rates     Rates
	clock     func() time.Time
	tokens    *lru.Cache[string, *rate.Limiter] // by hash
	addresses *lru.Cache[string, *rate.Limiter]
}

// maxLimiters is how many callers of each sort are remembered.
const maxLimiters = 10_000

func newLimiters(rates Rates, clock func() time.Time) (*limiters, error) {
	tokens, err := lru.New[string, *rate.Limiter](maxLimiters)
	if err != nil {
		return nil, err
	}
	addresses, err := lru.New[string, *rate.Limiter](maxLimiters)
	if err != nil {
		return nil, err
	}
	return &limiters{rates, clock, tokens, addresses}, nil
}

// known tells whether a token was good lately.
func (l *limiters) known(hash string) bool { return l.tokens.Contains(hash) }

// forget makes a token that is not good any more count by address.
func (l *limiters) forget(hash string) { l.tokens.Remove(hash) }

// token is how long a good token must wait; 0 lets it pass.
func (l *limiters) token(hash string) time.Duration {
	return l.wait(l.tokens, hash, l.rates.PerToken, l.rates.TokenBurst)
}

// address is how long a caller without a good token must wait.
func (l *limiters) address(addr string) time.Duration {
	return l.wait(l.addresses, addr, l.rates.PerAddress, l.rates.AddressBurst)
}

func (l *limiters) wait(of *lru.Cache[string, *rate.Limiter], key string, limit rate.Limit, burst int) time.Duration {
	limiter, ok := of.Get(key)
	if !ok {
		limiter = rate.NewLimiter(limit, burst)
		if earlier, found, _ := of.PeekOrAdd(key, limiter); found {
			limiter = earlier
		}
	}
	now := l.clock()
	reservation := limiter.ReserveN(now, 1)
	if !reservation.OK() {
		return time.Minute // a burst of nothing lets nobody pass
	}
	delay := reservation.DelayFrom(now)
	if delay > 0 {
		reservation.CancelAt(now)
	}
	return delay
}

// held answers one who must wait.
func (s *Server) held(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	s.metrics.limited.Inc()
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	s.fail(w, r, &failure{http.StatusTooManyRequests, client.RateLimited, "too many requests; repeat this one after the seconds that the header Retry-After says"})
}
