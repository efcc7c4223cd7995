package nearest_test

import (
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/internal/nearest"
)

func TestWord(t *testing.T) {
	t.Parallel()
	candidates := []string{"ALLOW", "REQUIRE CONFIRM", "DENY"}
	for _, test := range []struct {
		word, want string
		near       bool
	}{
		{"alow", "ALLOW", true},
		{" Denny ", "DENY", true},
		{"REQUIRE CONFIRMATION", "REQUIRE CONFIRM", true},
		{"deny", "DENY", true},
		{"permit", "", false},
		{"", "", false},
	} {
		got, near := nearest.Word(test.word, candidates)
		if near != test.near || near && got != test.want {
			t.Errorf("Word(%q) = %q, %v; want %q, %v", test.word, got, near, test.want, test.near)
		}
	}
	if _, near := nearest.Word("allow", nil); near {
		t.Error("a word is near to none of no candidates")
	}
}
