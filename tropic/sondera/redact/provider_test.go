package redact_test

import (
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// TestProviders makes tokens of every provider in the table, and what its documents show in their place.
func TestProviders(t *testing.T) {
	t.Parallel()
	red := plain(t)
	for _, sh := range redact.Shapes() {
		for seed := range uint64(20) {
			r := seeded(seed)
			token := sh.Lead + pick(r, alphanum, sh.Full-1) + "7"
			if sh.Class == "sendgrid-key" {
				token = sh.Lead + pick(r, urlSafe, 22) + "." + pick(r, urlSafe, 43)
			}
			for _, around := range surroundings {
				text := strings.Replace(around, "S", token, 1)
				out, spans := red.Text(text)
				if len(spans) != 1 || spans[0].Class != sh.Class || out != strings.Replace(around, "S", redact.Marker, 1) {
					t.Errorf("%s… in %q: %v", sh.Lead, around, spans)
				}
			}
		}
		for _, body := range []string{
			"", "…", "...", strings.Repeat("x", sh.Full), strings.Repeat("X", sh.Full), "your-token-goes-here", "<token>", "${TOKEN}", "TOKEN_OF_THE_SERVICE_GOES_HERE",
			"a-name-in-kebab-case-that-is-rather-long-for-a-name", strings.Repeat("x", sh.Least), strings.Repeat("0", sh.Full), "*****",
		} {
			if out, spans := red.Text("see " + sh.Lead + body + " there"); len(spans) > 0 {
				t.Errorf("%s%s becomes %q", sh.Lead, body, out)
			}
		}
	}
	t.Logf("%d shapes of tokens", len(redact.Shapes()))
}
