package sondera

import (
	"errors"
	"slices"
)

// loader turns options into policy sets, and collects what is wrong.
type loader struct {
	options Options
	faults  []*LoadError
	errs    []error
	loaded  map[string]loaded // by name and text, so that a source which several agents have is read once
}

// bundle are sources with their rules.
type bundle struct {
	sources []Source
	rules   []*rule
}

func (b *bundle) add(src Source, rules []*rule) {
	b.sources, b.rules = append(b.sources, src), append(b.rules, rules...)
}

func (b *bundle) ownDefault() bool {
	return slices.ContainsFunc(b.sources, func(s Source) bool { return s.OwnDefault })
}

// shared loads what holds for every agent.
func (l *loader) shared() bundle {
	var b bundle
	for i, name := range l.options.Packs {
		if slices.Contains(l.options.Packs[:i], name) {
			continue
		}
		rules, err := packRules(name)
		l.fail(err)
		if err == nil {
			b.add(packSource(name), rules)
		}
	}
	for _, src := range l.options.Shared {
		b.add(src, l.read(src))
	}
	return b
}

// set loads what holds for one agent. It is nil after a fault.
func (l *loader) set(shared bundle, own []Source) *policySet {
	b := bundle{slices.Clone(shared.sources), slices.Clone(shared.rules)}
	for _, src := range own {
		b.add(src, l.read(src))
	}
	switch {
	case l.options.Lockdown:
		b.rules = slices.DeleteFunc(b.rules, func(r *rule) bool { return !r.Forbid && defaultIDs[r.ID] })
	case !b.ownDefault():
		d := embedded["default"]()
		l.report(d.faults)
		b.add(Source{Name: "default.cedar", Text: defaultText}, d.rules)
	}
	l.report(duplicates(b.rules))
	if l.failed() {
		return nil
	}
	ps, err := newPolicySet(b.rules, digestOf(b.sources, l.options.Lockdown))
	l.fail(err)
	return ps
}

func (l *loader) read(src Source) []*rule {
	key := src.Name + "\x00" + string(src.Text)
	if got, ok := l.loaded[key]; ok {
		return got.rules
	}
	if l.loaded == nil {
		l.loaded = map[string]loaded{}
	}
	rules, faults := load(src, "")
	l.loaded[key] = loaded{rules, faults}
	l.report(faults)
	return rules
}

// report notes faults, each once: what is shared is read for every agent.
func (l *loader) report(faults []*LoadError) {
	for _, f := range faults {
		if !slices.ContainsFunc(l.faults, func(other *LoadError) bool { return *other == *f }) {
			l.faults = append(l.faults, f)
		}
	}
}

func (l *loader) fail(err error) {
	if err != nil {
		l.errs = append(l.errs, err)
	}
}

func (l *loader) failed() bool { return len(l.faults)+len(l.errs) > 0 }

func (l *loader) err() error {
	slices.SortStableFunc(l.faults, byPlace)
	return errors.Join(append(slices.Clone(l.errs), join(l.faults))...)
}
