package shell

import "strings"

func connects(s *codeScan, name string, args []codeValue) {
	if lastSegment(name) == "connect" && !socketAddress(name, args) {
		return // of a database, a signal, a client
	}
	s.sockets = true
	for _, a := range args {
		words := a.list
		if words == nil {
			words = []data{a.text}
		}
		for _, w := range words {
			if host := strings.Trim(w.text, Unknown); host != "" && !strings.ContainsAny(host, " /") && strings.Trim(host, "0123456789") != "" {
				s.contacts(w.part(host), 0)
			}
		}
	}
}

// socketAddress tells whether a call named connect is given a host and a port, or belongs to sockets by its name.
func socketAddress(name string, args []codeValue) bool {
	switch qualifier(name) {
	case "net", "tls", "socket", "sock", "s", "client", "c", "S", "conn":
		return len(args) > 0
	}
	if len(args) == 0 {
		return false
	}
	list := args[0].list
	return len(list) == 2 && list[1].text != "" && strings.Trim(list[1].text, "0123456789") == ""
}

func sockets(s *codeScan, name string, _ []codeValue) {
	if strings.Contains(strings.ToLower(name), "web") {
		return
	}
	s.sockets = true
}

func fetchesFirst(s *codeScan, _ string, args []codeValue) {
	s.does(OpFetch)
	d := textOf(args, 0)
	if len(args) > 1 && args[1].text.text != "" {
		s.posts = true
	}
	if d.holes {
		s.looksUpHost("", d)
	}
}

func downloads(s *codeScan, _ string, args []codeValue) {
	s.does(OpFetch | OpDownload)
	if d := textOf(args, 1); d.text != "" {
		s.writes(d, unknown(fetched))
	}
}

// postsOf is post and put of an HTTP client: something with a URL.
func postsOf(s *codeScan, name string, args []codeValue) {
	if len(args) == 0 || qualifier(name) == "" && len(s.command.URLs) == 0 {
		return
	}
	posts(s, name, args)
}

func posts(s *codeScan, _ string, _ []codeValue) {
	if !s.far() {
		return
	}
	s.posts = true
	s.does(OpUpload)
	s.mark(Upload)
}

func fetchesMaybePosts(s *codeScan, name string, args []codeValue) {
	s.does(OpFetch)
	for _, a := range args {
		for _, w := range append([]data{a.text}, a.list...) {
			if m := strings.ToUpper(w.text); m == "POST" || m == "PUT" || m == "PATCH" || m == "DELETE" {
				posts(s, name, args)
			}
		}
	}
}

func looksUpFirst(s *codeScan, _ string, args []codeValue) {
	if d := textOf(args, 0); d.holes && (strings.Contains(d.known(), ".") || d.taint != 0) {
		s.does(OpConnect)
		if s.out.taint&(sensitive|environ) != 0 || d.taint&(sensitive|environ|decoded) != 0 {
			s.mark(DNSExfiltration)
		}
	}
}

func deserializes(s *codeScan, _ string, _ []codeValue) { s.mark(UnsafeDeserialization) }

func deserializesOf(modules ...string) func(*codeScan, string, []codeValue) {
	return func(s *codeScan, name string, args []codeValue) {
		if !within(name, modules) {
			return
		}
		if q := qualifier(name); (q == "yaml" || q == "numpy" || q == "np") && s.safeLoader() {
			return
		}
		deserializes(s, name, args)
	}
}

// safeLoader tells whether a program names a loader that makes no objects.
func (s *codeScan) safeLoader() bool {
	pickles := false
	for _, t := range s.tokens {
		if t.kind == tokenName {
			switch lastSegment(t.text) {
			case "SafeLoader", "CSafeLoader", "BaseLoader":
				return true
			case "UnsafeLoader", "Loader", "FullLoader", "allow_pickle":
				pickles = true
			case "np", "numpy", "load":
			}
		}
	}
	for _, t := range s.tokens {
		if t.kind == tokenName && (strings.HasPrefix(t.text, "np.") || strings.HasPrefix(t.text, "numpy.")) {
			return !pickles
		}
	}
	return false
}
