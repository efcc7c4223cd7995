package shell

import "strings"

// taint says where bytes come from.
type taint uint16

const (
	fetched   taint = 1 << iota // the network
	socket                      // a raw connection, as of nc or /dev/tcp
	decoded                     // base64 -d, rev, tr, gzip -d …
	sensitive                   // a sensitive file
	environ                     // the whole environment
	database                    // a dump
	archived                    // an archive, whose members are not known
	hidden                      // put together in a way that only hides what it is
	processes                   // a list of all that run
	endless                     // a stream that does not end
)

// data is a word, a variable, a file or a stream: as much of its text as is known, and where it comes from.
type data struct {
	text  string // with Unknown for each stretch that is not known
	holes bool   // text contains Unknown
	glob  bool   // text holds *, ? or [ that are not quoted
	taint taint
	from  []Path // files whose bytes it is
}

func literal(text string) data {
	return data{text: text, holes: strings.Contains(text, Unknown)}
}

func literals(words []string) []data {
	out := make([]data, len(words))
	for i, w := range words {
		out[i] = literal(w)
	}
	return out
}

// unknown is data of which nothing but its origin is known.
func unknown(t taint) data { return data{text: Unknown, holes: true, taint: t} }

// plus joins two stretches.
func (d data) plus(e data) data {
	d.from = joinPaths(d.from, e.from)
	d.taint |= e.taint
	d.glob = d.glob || e.glob
	if len(d.text)+len(e.text) > maxValue {
		d.text, d.holes = Unknown, true
		return d
	}
	d.text += e.text
	d.holes = d.holes || e.holes
	return d
}

// transformed is what a program makes of d that is not followed: another text of the same origin.
func (d data) transformed(t taint) data {
	return data{text: Unknown, holes: true, taint: d.taint | t, from: d.from}
}

// wholly tells whether nothing of the text is known.
func (d data) wholly() bool {
	return d.holes && strings.Trim(d.text, Unknown) == ""
}

// known is the part of a text that is.
func (d data) known() string {
	if !d.holes {
		return d.text
	}
	return strings.ReplaceAll(d.text, Unknown, "")
}

func joinPaths(a, b []Path) []Path {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	case len(a)+len(b) > maxLoop:
		return a
	}
	return append(a[:len(a):len(a)], b...)
}

// texts returns the texts of words.
func texts(words []data) []string {
	if len(words) == 0 {
		return nil
	}
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.text
	}
	return out
}
