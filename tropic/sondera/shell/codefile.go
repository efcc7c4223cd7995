package shell

import "strings"

func removesFiles(s *codeScan, name string, args []codeValue) {
	if qualifier(name) != "" && len(args) > 0 && args[0].text.wholly() && (strings.HasSuffix(name, ".remove") || strings.HasSuffix(name, ".delete")) && qualifier(name) != "os" && qualifier(name) != "fs" {
		return // an element of a list
	}
	for _, a := range args {
		if a.list != nil {
			s.deletes(a.list...)
		} else if a.text.text != "" {
			s.deletes(a.text)
		}
	}
}

// deletesFilesOrResources is delete: of files in Ruby, of what a URL names in HTTP clients.
func deletesFilesOrResources(s *codeScan, name string, args []codeValue) {
	switch {
	case within(name, []string{"File", "FileUtils", "Dir", "IO"}):
		removesFiles(s, name, args)
	case len(args) > 0 && strings.Contains(args[0].text.text, "://"):
		posts(s, name, args)
	}
}

func removesTrees(s *codeScan, _ string, args []codeValue) {
	s.mark(ForceDelete)
	for _, a := range args[:min(1, len(args))] {
		words := a.list
		if words == nil {
			words = []data{a.text}
		}
		s.deletes(words...)
		for _, w := range words {
			if whole(s.in.path(w)) {
				s.mark(MassDelete)
			}
		}
	}
}

func truncates(s *codeScan, _ string, args []codeValue) {
	if d := textOf(args, 0); strings.Contains(d.text, "/") || strings.Contains(d.text, ".") {
		s.writes(d, data{})
	}
}

// opens is open(path, mode); Perl puts the mode first.
func opens(s *codeScan, _ string, args []codeValue) {
	if s.language == "perl" {
		for _, a := range args {
			text := strings.TrimSpace(a.text.text)
			switch {
			case strings.HasSuffix(text, "|") && len(text) > 1:
				s.runsText(a.text.part(strings.TrimSuffix(text, "|")), nil)
			case strings.HasPrefix(text, "|") && len(text) > 1:
				s.runsText(a.text.part(strings.TrimPrefix(text, "|")), nil)
			case strings.HasPrefix(text, ">") && len(text) > 2:
				s.writes(a.text.part(strings.TrimLeft(text, "> ")), unknown(0))
			}
		}
		mode, path := textOf(args, 1).text, textOf(args, 2)
		if len(args) == 2 && strings.Trim(mode, "<>|+ ") == mode {
			path, mode = args[1].text, "<"
		} else if len(args) == 2 && strings.HasPrefix(mode, "<") {
			path = args[1].text.part(strings.TrimLeft(mode, "<+ "))
		}
		switch {
		case path.text == "":
		case strings.HasPrefix(mode, ">"):
			s.writes(path, unknown(0))
		case mode == "-|" || mode == "|-":
			s.runsText(path, nil)
		default:
			s.out.taint |= s.reads(path).taint
		}
		return
	}
	path, mode := textOf(args, 0), textOf(args, 1)
	if path.text == "" {
		return
	}
	if strings.HasPrefix(path.text, "|") && s.language == "ruby" {
		s.runsText(path.part(path.text[1:]), nil)
		return
	}
	if strings.Contains(path.text, "://") {
		s.does(OpFetch)
		return
	}
	if !mode.holes && strings.ContainsAny(mode.text, "wax+") && len(mode.text) <= 3 {
		s.writes(path, unknown(0))
		return
	}
	s.out.taint |= s.reads(path).taint
}

func writesFirst(s *codeScan, _ string, args []codeValue) {
	if d := textOf(args, 0); d.text != "" && !d.wholly() {
		s.writes(d, unknown(0))
	}
}

func writesFirstOf(modules ...string) func(*codeScan, string, []codeValue) {
	return func(s *codeScan, name string, args []codeValue) {
		if within(name, modules) {
			writesFirst(s, name, args)
		}
	}
}

// doesFile is Perl's do "file".
func doesFile(s *codeScan, _ string, args []codeValue) {
	if d := textOf(args, 0); s.language == "perl" && d.text != "" {
		s.executes(d)
		s.mark(Eval)
	}
}

// sendsName is Ruby's send: a name that is given as data hides which method is called.
func sendsName(s *codeScan, _ string, _ []codeValue) {
	if s.language == "ruby" {
		s.mark(Dynamic | Obfuscated)
	}
}

func writesReceiver(s *codeScan, name string, args []codeValue) {
	if n := len(args); n > 1 && strings.Contains(name, "Path") {
		s.writes(args[n-1].text, unknown(0))
	}
}

func readsReceiver(s *codeScan, name string, args []codeValue) {
	if n := len(args); n > 0 && strings.Contains(name, "Path") {
		s.out.taint |= s.reads(args[n-1].text).taint
	}
}

func readsFirst(s *codeScan, _ string, args []codeValue) {
	if d := textOf(args, 0); d.text != "" && !d.wholly() && !strings.Contains(d.text, "://") {
		s.out.taint |= s.reads(d).taint
	}
}

func readsFirstOf(modules ...string) func(*codeScan, string, []codeValue) {
	return func(s *codeScan, name string, args []codeValue) {
		if within(name, modules) {
			readsFirst(s, name, args)
		}
	}
}

func copies(s *codeScan, _ string, args []codeValue) {
	if len(args) < 2 || textOf(args, 0).wholly() && textOf(args, 1).wholly() {
		return
	}
	content := s.reads(textOf(args, 0))
	s.out.taint |= content.taint
	s.writes(textOf(args, 1), content)
}

func copiesOf(modules ...string) func(*codeScan, string, []codeValue) {
	return func(s *codeScan, name string, args []codeValue) {
		if within(name, modules) {
			copies(s, name, args)
		}
	}
}

func moves(s *codeScan, name string, args []codeValue) {
	if len(args) < 2 || textOf(args, 0).wholly() {
		return
	}
	copies(s, name, args)
	s.deletes(textOf(args, 0))
}

func movesOf(modules ...string) func(*codeScan, string, []codeValue) {
	return func(s *codeScan, name string, args []codeValue) {
		if within(name, modules) {
			moves(s, name, args)
		}
	}
}

func changesMode(s *codeScan, _ string, args []codeValue) {
	s.grants(strings.TrimPrefix(textOf(args, 1).text, "0o"))
	changesOwner(s, "", args[:min(1, len(args))])
}

func changesOwner(s *codeScan, _ string, args []codeValue) {
	for _, a := range args {
		if p := a.text; p.text != "" && !p.holes {
			s.changes(p)
		}
	}
}
