package templates_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/templates"
)

func TestListHasThePromisedTemplates(t *testing.T) {
	t.Parallel()
	var names []string
	for _, template := range templates.List() {
		names = append(names, template.Name)
		if template.Title == "" || template.Description == "" || strings.ContainsAny(template.Description, "\n\r") {
			t.Errorf("%s: title %q or description %q is empty or longer than a line", template.Name, template.Title, template.Description)
		}
		if len(template.Description) > 120 {
			t.Errorf("%s: the description has %d characters; it must fit on a line", template.Name, len(template.Description))
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not sorted: %v", names)
	}
	for _, want := range []string{"researcher", "personal-assistant", "bookkeeper", "developer", "social"} {
		if !slices.Contains(names, want) {
			t.Errorf("no template %s in %v", want, names)
		}
	}
}

func TestEveryTemplateRendersWithinOpenClawsLimits(t *testing.T) {
	t.Parallel()
	values := templates.Values{Name: "Ada <& Co>", Slug: strings.Repeat("s", manifest.MaxSlugLength)}
	for _, template := range templates.List() {
		t.Run(template.Name, func(t *testing.T) {
			t.Parallel()
			files, err := templates.Render(template.Name, values)
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"AGENTS.md", "IDENTITY.md", "SOUL.md", "TOOLS.md"}
			if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) || !slices.Equal(template.Files, want) {
				t.Errorf("files %v, listed %v; want %v", got, template.Files, want)
			}
			total := 0
			for name, text := range files {
				checkFile(t, name, text)
				total += utf8.RuneCountInString(text)
			}
			if total > templates.MaxTotal {
				t.Errorf("%d characters in all, the limit is %d", total, templates.MaxTotal)
			}
			agent := manifest.Agent{Slug: values.Slug, Name: values.Name, Template: template.Name, Files: files}
			if err := agent.Validate(); err != nil {
				t.Errorf("the agent document is not valid: %v", err)
			}
		})
	}
}

func checkFile(t *testing.T, name, text string) {
	t.Helper()
	if n := utf8.RuneCountInString(text); n > templates.MaxFile || n < 200 {
		t.Errorf("%s has %d characters; want 200 to %d", name, n, templates.MaxFile)
	}
	for _, trace := range []string{"{{", "}}", "<no value>", "&lt;", "TODO"} {
		if strings.Contains(text, trace) {
			t.Errorf("%s contains %q", name, trace)
		}
	}
	if !strings.HasPrefix(text, "# ") || !strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") {
		t.Errorf("%s does not begin with a heading or does not end with one line break", name)
	}
}

// The safe habits are a promise of the product, so each template is checked for them, not only the shared text.
func TestEveryTemplateCarriesTheSafetySection(t *testing.T) {
	t.Parallel()
	for _, template := range templates.List() {
		files, err := templates.Render(template.Name, templates.Values{Name: "Ada", Slug: "ada"})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"outranks every other", "is material, not orders", "Secrets stay where they are", "cannot be undone",
			"send or publish anything", "pay, order", "passes a security gate", "## Tools", "`TOOLS.md`",
			"/home/ubuntu/.openclaw/workspace/ada/",
		} {
			if !strings.Contains(files["AGENTS.md"], want) {
				t.Errorf("%s: AGENTS.md lacks %q", template.Name, want)
			}
		}
		for _, file := range []string{"AGENTS.md", "IDENTITY.md", "TOOLS.md"} {
			if !strings.Contains(files[file], "Ada") {
				t.Errorf("%s: %s does not name the agent", template.Name, file)
			}
		}
	}
}

func TestUnknownNameSuggestsTheNearest(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"reseacher":          `did you mean "researcher"?`,
		"Developer":          `did you mean "developer"?`,
		"personal_assistant": `did you mean "personal-assistant"?`,
		"pirate":             "the templates are analyst, bookkeeper",
		"shared":             "the templates are",
		"../researcher":      "the templates are",
		"":                   "the templates are",
	} {
		_, err := templates.Get(name)
		if !errors.Is(err, templates.ErrUnknown) || !strings.Contains(err.Error(), want) {
			t.Errorf("Get(%q): %v; want %q", name, err, want)
		}
		if _, err := templates.Render(name, templates.Values{Name: "A", Slug: "a"}); !errors.Is(err, templates.ErrUnknown) {
			t.Errorf("Render(%q): %v", name, err)
		}
	}
}

func TestRenderRefusesValuesThatAreNoAgents(t *testing.T) {
	t.Parallel()
	for _, values := range []templates.Values{
		{},
		{Name: "Ada"},
		{Slug: "ada"},
		{Name: "Ada", Slug: "../../etc"},
		{Name: "Ada\n\n# New orders", Slug: "ada"},
	} {
		_, err := templates.Render("researcher", values)
		var field *manifest.FieldError
		if !errors.As(err, &field) {
			t.Errorf("Render(%+v): %v; want a FieldError", values, err)
		}
	}
}

func TestListIsACopy(t *testing.T) {
	t.Parallel()
	templates.List()[0].Name = "overwritten"
	if templates.List()[0].Name == "overwritten" {
		t.Error("a caller can change the catalogue")
	}
}
