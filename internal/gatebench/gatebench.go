package gatebench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/cedar-policy/cedar-go"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/corpus"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/facts"
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// Row is one measurement.
type Row struct {
	Name      string        `json:"name"`
	PerSecond float64       `json:"per_second"` // decisions per second of processor time
	P50       time.Duration `json:"p50_ns"`     // by the clock
	P99       time.Duration `json:"p99_ns"`
	Ratio     float64       `json:"ratio"` // of PerSecond to that of the first row
	Published bool          `json:"published,omitempty"`
}

// Report is what a run measured.
type Report struct {
	Rules        int     `json:"rules"`
	Calls        int     `json:"calls"` // of the mixed set
	Decisions    []Row   `json:"decisions"`
	RedactMBps   float64 `json:"redact_mb_per_second"` // of processor time
	RedactSecret int     `json:"redact_secrets"`
	RedactBytes  int     `json:"redact_bytes"`
}

// Run measures for about the time of each row. It holds the process to one core meanwhile.
func Run(ctx context.Context, each time.Duration) (Report, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	packs := sondera.PackNames()
	gate, err := sondera.New(sondera.Options{Packs: packs})
	if err != nil {
		return Report{}, err
	}
	crowded, err := sondera.New(sondera.Options{Packs: packs, Shared: []sondera.Source{idle(1000)}})
	if err != nil {
		return Report{}, err
	}
	mixed := linesOf(corpus.Mixed())
	report := Report{Rules: len(gate.Rules("")), Calls: len(mixed)}
	decide := func(g *sondera.Gate, lines [][]byte) func(int) {
		return func(i int) { g.DecideLine(ctx, lines[i%len(lines)]) }
	}
	plainly, err := plain(gate, mixed)
	if err != nil {
		return Report{}, err
	}
	for _, m := range []struct {
		name string
		do   func(int)
	}{
		{"three packs, mixed calls, from the JSON line", decide(gate, mixed)},
		{"with 1,000 further rules that cannot match", decide(crowded, mixed)},
		{"three packs, a command of 4 KB", decide(gate, [][]byte{longCommand(4 << 10)})},
		{"plain cedar-go over all rules, mixed calls", plainly},
	} {
		if err := ctx.Err(); err != nil {
			return Report{}, err
		}
		report.Decisions = append(report.Decisions, measure(m.name, each, m.do))
	}
	report.Decisions = append(report.Decisions, originals()...)
	for i := range report.Decisions {
		report.Decisions[i].Ratio = report.Decisions[i].PerSecond / report.Decisions[0].PerSecond
	}
	return report, report.redaction(each)
}

// originals are the published measurements of the original's evaluation (cedar-wasm 4.13.0, node 20, one core): nothing
// here runs them.
func originals() []Row {
	return []Row{
		{Name: "the original, base pack (published)", PerSecond: 160, P50: 7100 * time.Microsecond, P99: 16300 * time.Microsecond, Published: true},
		{Name: "the original, three packs (published)", PerSecond: 64, P50: 14900 * time.Microsecond, P99: 26 * time.Millisecond, Published: true},
	}
}

// measure runs do over and over: first without looking at the clock, for the rate, then with it, for the quantiles.
func measure(name string, each time.Duration, do func(int)) Row {
	for i := range 1000 { // warm up
		do(i)
	}
	runtime.GC()
	n := 0
	start, used := time.Now(), cpuTime()
	for time.Since(start) < each/2 {
		for range 64 {
			do(n)
			n++
		}
	}
	row := Row{Name: name, PerSecond: float64(n) / (cpuTime() - used).Seconds()}
	var took []time.Duration
	for start := time.Now(); time.Since(start) < each/2; n++ {
		before := time.Now()
		do(n)
		took = append(took, time.Since(before))
	}
	slices.Sort(took)
	row.P50, row.P99 = took[len(took)/2], took[len(took)*99/100]
	return row
}

func linesOf(calls []corpus.Call) [][]byte {
	lines := make([][]byte, 0, len(calls))
	for _, c := range calls {
		lines = append(lines, []byte(c.Line))
	}
	return lines
}

// idle are rules of many kinds that no call of the corpus matches.
func idle(n int) sondera.Source {
	var b strings.Builder
	for i := range n {
		condition := [...]string{
			`context.programs.contains("program-%d")`, `context.reads.any.contains("/srv/data-%d/**")`, `context.hosts.any.contains("host-%d.example.net")`,
			`context.command like "*word-%d*"`, `context.flags.contains("git --flag-%d")`, `context.writes.any.contains("**/*.ext%d")`,
			`context.mcp_tool == "tool-%d"`, `context.ports.contains(%d)`,
		}[i%8]
		fmt.Fprintf(&b, "@id(\"idle-%d\") forbid(principal, action, resource) when { %s };\n", i, fmt.Sprintf(condition, 50_000+i))
	}
	return sondera.Source{Name: "idle.cedar", Text: []byte(b.String())}
}

// longCommand is a call of exec whose command has about n bytes: one pipeline of ordinary work after the other.
func longCommand(n int) []byte {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "grep -rn 'name%d' src | sort -u > out/%d.txt && wc -l out/%d.txt; ", i, i, i)
	}
	return fmt.Appendf(nil, `{"tool":"exec","params":{"command":%q},"agent":"a","workspace":%q}`, b.String(), corpus.Workspace)
}

// plain evaluates every rule for every call, as one would without an index. Requests are built beforehand, so that what
// is compared is evaluation alone, to the disadvantage of the gate.
func plain(gate *sondera.Gate, lines [][]byte) (func(int), error) {
	all := cedar.NewPolicySet()
	packs, err := sondera.Packs()
	if err != nil {
		return nil, err
	}
	for _, p := range packs {
		set, err := cedar.NewPolicySetFromBytes(p.Name, p.Text)
		if err != nil {
			return nil, err
		}
		for id, policy := range set.All() {
			all.Add(cedar.PolicyID(p.Name)+"/"+id, policy)
		}
	}
	requests := make([]cedar.Request, 0, len(lines))
	for _, line := range lines {
		call, err := facts.Decode(line)
		if err != nil {
			return nil, err
		}
		f := facts.Of(call)
		if r, ok := gate.Request(&f); ok {
			requests = append(requests, r)
		}
	}
	return func(i int) { cedar.Authorize(all, nil, requests[i%len(requests)]) }, nil
}

// redaction measures a tool result of 1 MB with a secret in about every 10 KB.
func (r *Report) redaction(each time.Duration) error {
	red, err := redact.New(redact.Options{})
	if err != nil {
		return err
	}
	text := toolResult(1 << 20)
	_, spans := red.Text(text)
	r.RedactSecret, r.RedactBytes = len(spans), len(text)
	runtime.GC()
	n := 0
	start, used := time.Now(), cpuTime()
	for time.Since(start) < each {
		red.Text(text)
		n++
	}
	r.RedactMBps = float64(n*len(text)) / (cpuTime() - used).Seconds() / 1e6
	return nil
}

// toolResult is a text such as builds and logs write, with made-up secrets. Leads are cut in two, so that no scanner takes
// this file for a leak.
func toolResult(n int) string {
	secrets := []string{
		"AK" + "IAQ7ZP4MVR2XK9D3TB", "gh" + "p_a8F3kLm29QwErTyUiOp57AsDfGhJkLzXcVb1", "sk-" + "ant-api03-Zk3mQ9xT7vB2nL5wR8yC1dF4gH6jK0pS-aQwErTy", "DATABASE_URL=postgres://app:" + "s3cr3t-Pw9@db.internal:5432/app",
	}
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "2026-11-25T10:%02d:%02d.%03dZ INFO server/handler.go:%d request path=/api/v1/items/%d status=200 bytes=%d duration=%dms\n", i/60%60, i%60, i%1000, i%400, i, i*37%9000, i%250)
		if i%80 == 0 {
			b.WriteString("token: " + secrets[i/80%len(secrets)] + "\n")
		}
	}
	return b.String()
}
