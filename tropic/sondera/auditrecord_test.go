package sondera_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/audit"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
)

func TestRecordHoldsNoSecret(t *testing.T) {
	t.Parallel()
	gate := allPacks(t)
	token := "ghp_" + "a8F3kLm29QwErTyUiOp57AsDfGhJkLzXcVb1"
	for _, params := range []string{
		`{"command":"curl -H 'Authorization: Bearer ` + token + `' https://example.com","n":1.5,"x":[null,true,{"token":"` + token + `"}]}`,
		`{"password":"correct-horse-9-battery"}`, `{"` + token + `":1}`, `{}`,
	} {
		call, err := facts.Decode([]byte(`{"tool":"exec","agent":"a","session":"s","params":` + params + `}`))
		if err != nil {
			t.Fatal(err)
		}
		d := gate.Decide(t.Context(), call)
		r := gate.Record(call, d, 7*time.Microsecond)
		if !json.Valid(r.Params) || strings.Contains(string(r.Params), token) || strings.Contains(string(r.Params), "battery") {
			t.Errorf("%s", r.Params)
		}
		if r.Agent != "a" || r.Session != "s" || r.Tool != "exec" || string(r.Decision) != string(d.Effect) || r.Policy == "" || r.Shadow || r.Duration != 7*time.Microsecond {
			t.Errorf("%+v", r)
		}
		log, err := audit.Open(t.TempDir(), audit.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := log.Append(r); err != nil {
			t.Error(err)
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRecordOfAGateWithoutPolicies(t *testing.T) {
	t.Parallel()
	gate, err := sondera.New(sondera.Options{Packs: []string{"gone"}})
	if err == nil {
		t.Fatal("a pack that is not there is loaded")
	}
	call := facts.Call{Tool: "exec", Params: facts.Value{Kind: facts.Object, Names: []string{"a"}, Values: []facts.Value{{Kind: facts.String, Text: "x"}}}}
	r := gate.Record(call, gate.Decide(t.Context(), call), 0)
	if r.Decision != audit.Deny || r.Error == "" || r.Params != nil {
		t.Errorf("%+v", r)
	}
}
