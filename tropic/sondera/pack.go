package sondera

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tropicbot/terraform-provider-tropic/internal/nearest"
)

//go:embed packs/*.cedar
var packFiles embed.FS

//go:embed default.cedar
var defaultText []byte

// Pack is a set of rules that ships with the gate.
type Pack struct {
	Name  string  `json:"name"`
	Rules []*Rule `json:"rules"`
	Text  []byte  `json:"-"`
}

// The packs, in the order in which their rules are listed.
var packNames = []string{"base", "system", "owasp"}

// PackNames lists the names of the embedded packs.
func PackNames() []string { return slices.Clone(packNames) }

// Packs describes the embedded packs.
func Packs() ([]Pack, error) {
	packs := make([]Pack, 0, len(packNames))
	for _, name := range packNames {
		rules, err := packRules(name)
		if err != nil {
			return nil, err
		}
		pack := Pack{Name: name, Text: packSource(name).Text}
		for _, r := range rules {
			pack.Rules = append(pack.Rules, &r.Rule)
		}
		packs = append(packs, pack)
	}
	return packs, nil
}

// UnknownPackError is a name that no embedded pack has.
type UnknownPackError struct{ Name string }

func (e *UnknownPackError) Error() string {
	s := fmt.Sprintf("there is no policy pack %q", e.Name)
	if near, ok := nearest.Word(e.Name, packNames); ok {
		return s + fmt.Sprintf("; write %q, if that was meant", near)
	}
	return s + "; there are " + strings.Join(packNames, ", ")
}

func packSource(name string) Source {
	text, err := packFiles.ReadFile("packs/" + name + ".cedar")
	if err != nil {
		text = nil // the names are those of the embedded files, which a test holds
	}
	return Source{Name: "packs/" + name + ".cedar", Text: text}
}

type loaded struct {
	rules  []*rule
	faults []*LoadError
}

// embedded are the packs and the default rules, each loaded once.
var embedded = func() map[string]func() loaded {
	m := map[string]func() loaded{"default": sync.OnceValue(func() loaded {
		rules, faults := load(Source{Name: "default.cedar", Text: defaultText}, "")
		return loaded{rules, faults}
	})}
	for _, name := range packNames {
		m[name] = sync.OnceValue(func() loaded {
			rules, faults := load(packSource(name), name)
			return loaded{rules, faults}
		})
	}
	return m
}()

// packRules are the rules of a pack. The error is an *UnknownPackError or joined *LoadErrors.
func packRules(name string) ([]*rule, error) {
	if !slices.Contains(packNames, name) {
		return nil, &UnknownPackError{name}
	}
	l := embedded[name]()
	return l.rules, join(l.faults)
}
