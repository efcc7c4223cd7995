package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// printList writes a list as JSON when --json was given, [] when it is empty, and as the table of rows otherwise. rows[0]
// is the heading.
func printList[T any](a *app, list []T, rows [][]string) error {
	if a.json {
		return a.printJSON(append([]T{}, list...))
	}
	return a.printTable(rows)
}

func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func (a *app) printTable(rows [][]string) error {
	w := tabwriter.NewWriter(a.stdout, 0, 4, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// say writes a line for people, to stderr so that stdout stays for results.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.stderr, format+"\n", args...) }

// during shows that doing is under way until the returned function is called: a spinner on a terminal, one line
// elsewhere.
func (a *app) during(doing string) (done func()) {
	file, isFile := a.stderr.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		a.say("%s…", doing)
		return func() {}
	}
	spinner := progressbar.NewOptions(-1,
		progressbar.OptionSetWriter(file), progressbar.OptionSetDescription(doing), progressbar.OptionSpinnerType(14),
		progressbar.OptionSetElapsedTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(false))
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				_ = spinner.Finish()
				return
			case <-tick.C:
				_ = spinner.Add(1)
			}
		}
	}()
	return func() { close(stop); <-stopped }
}

// dash stands for nothing in a table.
func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
