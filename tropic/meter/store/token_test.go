package store_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
)

// A token is found by the hash of its secret, listed for its account alone, and once revoked stays revoked since then.
func TestTokens(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		s := open(t, address)
		want := store.Token{ID: "1", Account: "a", Name: "laptop", Hash: "aa"}
		got, made, err := s.CreateToken(t.Context(), "k", want)
		want.Created = got.Created
		if err != nil || !made || got != want || got.Created == 0 {
			t.Fatal(got, made, err)
		}
		if _, made, err := s.CreateToken(t.Context(), "k", store.Token{ID: "2", Account: "", Name: "admin", Hash: "bb"}); err != nil || !made {
			t.Fatal("a key of another account is another key:", made, err)
		}
		if found, err := s.TokenByHash(t.Context(), "aa"); err != nil || found == nil || *found != want {
			t.Error(found, err)
		}
		if found, err := s.TokenByHash(t.Context(), "AA"); err != nil || found != nil {
			t.Error(found, err)
		}
		if list, err := s.Tokens(t.Context(), "a"); err != nil || len(list) != 1 || list[0] != want {
			t.Error(list, err)
		}
		for account, want := range map[string]bool{"b": false, "": false, "a": true} {
			if found, err := s.RevokeToken(t.Context(), account, "1"); found != want || err != nil {
				t.Errorf("revoked as one of %q: %v, %v", account, found, err)
			}
		}
		first, err := s.TokenByHash(t.Context(), "aa")
		if err != nil || first.Revoked < want.Created {
			t.Fatal(first, err)
		}
		if found, err := s.RevokeToken(t.Context(), "a", "1"); !found || err != nil {
			t.Error(found, err)
		}
		if again, err := s.TokenByHash(t.Context(), "aa"); err != nil || *again != *first {
			t.Error(again, first, err)
		}
	})
}

// A request for a token that comes many times at once makes one; by the same key nobody gets a token of another name; and
// no two tokens have one secret.
func TestTokensAreMadeOnce(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, address string) {
		s := open(t, address)
		const calls = 20
		var made [calls]bool
		var ids [calls]string
		var group sync.WaitGroup
		for i := range calls {
			group.Go(func() {
				id := string(rune('a' + i))
				got, fresh, err := s.CreateToken(t.Context(), "k", store.Token{ID: id, Account: "a", Name: "n", Hash: id})
				if err != nil {
					t.Error(err)
				}
				made[i], ids[i] = fresh, got.ID
			})
		}
		group.Wait()
		count := 0
		for i := range calls {
			if made[i] {
				count++
			}
			if ids[i] != ids[0] {
				t.Errorf("call %d got token %s, another one %s", i, ids[i], ids[0])
			}
		}
		if count != 1 {
			t.Errorf("made %d times", count)
		}
		if _, _, err := s.CreateToken(t.Context(), "k", store.Token{ID: "z", Account: "a", Name: "other", Hash: "z"}); !errors.Is(err, store.ErrTokenConflict) {
			t.Error(err)
		}
		if _, made, err := s.CreateToken(t.Context(), "k2", store.Token{ID: "y", Account: "a", Name: "n", Hash: ids[0]}); made || err == nil {
			t.Error("two tokens have one secret")
		}
	})
}
