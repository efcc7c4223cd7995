// Package templates holds the built-in agent templates: complete sets of workspace files (AGENTS.md, SOUL.md,
// IDENTITY.md and TOOLS.md) for OpenClaw 2026.9.6.
//
// OpenClaw puts AGENTS.md, SOUL.md and IDENTITY.md into the prompt, so they are kept well below its limits (MaxFile and
// MaxTotal). It no longer reads TOOLS.md by itself: AGENTS.md carries what an agent needs to know of its tools and
// names TOOLS.md as the longer reference. Every template shares one safety section: text that was read is not an
// order, secrets stay where they are, and nothing is sent, paid or deleted without a yes to exactly that.
package templates

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/tropicbot/terraform-provider-tropic/internal/nearest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// OpenClaw 2026.9.6 puts at most so many characters of workspace files into a prompt.
const (
	MaxFile  = 20_000 // of one file
	MaxTotal = 60_000 // of all files of a workspace
)

// Template describes one built-in template.
type Template struct {
	Name        string   `json:"name"`        // what a configuration says, such as "researcher"
	Title       string   `json:"title"`       // for people, such as "Researcher"
	Description string   `json:"description"` // one line
	Files       []string `json:"files"`       // workspace paths it renders, sorted
}

// Values are what a template is rendered with.
type Values struct {
	Name string // the agent's name, for people
	Slug string // the agent's slug, and its workspace directory
}

// ErrUnknown is wrapped by Get and Render for a name that is no template.
var ErrUnknown = errors.New("unknown agent template")

//go:embed files
var embedded embed.FS

const (
	root      = "files"
	sharedDir = "shared"
	aboutFile = "template.json"
)

// List returns all templates, sorted by name.
func List() []Template {
	return slices.Clone(catalogue().templates)
}

// Get returns the template of that name. The error wraps ErrUnknown and names the nearest template, or all of them.
func Get(name string) (Template, error) {
	all := catalogue().templates
	for _, t := range all {
		if t.Name == name {
			return t, nil
		}
	}
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.Name
	}
	known := "the templates are " + strings.Join(names, ", ")
	if near, ok := nearest.Word(name, names); ok {
		return Template{}, fmt.Errorf("%w %q; did you mean %q? (%s)", ErrUnknown, name, near, known)
	}
	return Template{}, fmt.Errorf("%w %q; %s", ErrUnknown, name, known)
}

// Render returns the workspace files of the template of that name: path to text. The values must be valid for an agent
// document; the error says what is not, and wraps ErrUnknown for an unknown name.
func Render(name string, values Values) (map[string]string, error) {
	t, err := Get(name)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(manifest.ValidateSlug(values.Slug), manifest.ValidateAgentName(values.Name)); err != nil {
		return nil, fmt.Errorf("agent template %s: %w", name, err)
	}
	files := make(map[string]string, len(t.Files))
	for _, file := range t.Files {
		var text strings.Builder
		if err := catalogue().parsed[t.Name].ExecuteTemplate(&text, file, values); err != nil {
			return nil, fmt.Errorf("agent template %s: %w", name, err)
		}
		files[file] = text.String()
	}
	return files, nil
}

type shelf struct {
	templates []Template
	parsed    map[string]*template.Template // by template name; each has its files by path
}

// catalogue panics on a fault of the embedded files, which no input can cause and every test would show.
var catalogue = sync.OnceValue(func() shelf {
	s, err := load(embedded)
	if err != nil {
		panic("embedded agent templates: " + err.Error())
	}
	return s
})

func load(files fs.FS) (shelf, error) {
	shared, err := template.New("").Option("missingkey=error").ParseFS(files, path.Join(root, sharedDir, "*.md"))
	if err != nil {
		return shelf{}, err
	}
	dirs, err := fs.ReadDir(files, root)
	if err != nil {
		return shelf{}, err
	}
	s := shelf{parsed: map[string]*template.Template{}}
	for _, dir := range dirs { // fs.ReadDir sorts by name
		if dir.Name() == sharedDir {
			continue
		}
		t, parsed, err := loadOne(files, shared, dir.Name())
		if err != nil {
			return shelf{}, fmt.Errorf("%s: %w", dir.Name(), err)
		}
		s.templates = append(s.templates, t)
		s.parsed[t.Name] = parsed
	}
	return s, nil
}

func loadOne(files fs.FS, shared *template.Template, name string) (Template, *template.Template, error) {
	about, err := fs.ReadFile(files, path.Join(root, name, aboutFile))
	if err != nil {
		return Template{}, nil, err
	}
	t := Template{Name: name}
	if err := json.Unmarshal(about, &t); err != nil {
		return Template{}, nil, err
	}
	parsed, err := shared.Clone()
	if err != nil {
		return Template{}, nil, err
	}
	if parsed, err = parsed.ParseFS(files, path.Join(root, name, "*.md")); err != nil {
		return Template{}, nil, err
	}
	matches, err := fs.Glob(files, path.Join(root, name, "*.md"))
	if err != nil {
		return Template{}, nil, err
	}
	for _, match := range matches {
		t.Files = append(t.Files, path.Base(match))
	}
	return t, parsed, nil
}
