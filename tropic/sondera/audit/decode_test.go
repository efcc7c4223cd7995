package audit

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// again writes a decoded line anew.
func again(l line, key []byte) []byte {
	text, _ := appendLine(nil, l.seq, l.time, l.kind, l.body(), l.prev, newSealer(key))
	return text
}

// frame is what two spellings of a line have in common: all but the MAC and the hash, which a decoder does not check.
func frame(text []byte) []byte {
	for _, field := range []string{fieldHash, fieldMAC} {
		if at := bytes.LastIndex(text, []byte(field)); at >= 0 {
			text = text[:at]
		}
	}
	return text
}

func drawRecord(t *rapid.T) Record {
	text := rapid.OneOf(rapid.String(), rapid.StringN(0, 300, 2000), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string {
		return string(b)
	}))
	r := Record{
		Agent: text.Draw(t, "agent"), Session: text.Draw(t, "session"), Tool: text.Draw(t, "tool"),
		Policy: text.Draw(t, "policy"), Error: text.Draw(t, "error"),
		Decision: rapid.SampledFrom([]Decision{Allow, Confirm, Deny, Redact}).Draw(t, "decision"),
		Rules:    rapid.SliceOfN(text, 0, 80).Draw(t, "rules"),
		Duration: time.Duration(rapid.Int64().Draw(t, "duration")), Shadow: rapid.Bool().Draw(t, "shadow"),
	}
	if rapid.Bool().Draw(t, "params") {
		params, err := json.Marshal(map[string]any{text.Draw(t, "name"): []any{text.Draw(t, "value"), 1.5, nil, map[string]any{}}})
		if err != nil {
			t.Fatal(err)
		}
		r.Params = params
	}
	return r
}

// TestWhatIsWrittenIsReadBack also shows that no record makes a line that is too long to be read.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, err := prepare(drawRecord(t), rapid.IntRange(1, 5000).Draw(t, "MaxParams"))
		if err != nil {
			t.Fatal(err)
		}
		seq := rapid.Uint64Range(1, maxNumber).Draw(t, "seq")
		key := rapid.SampledFrom([][]byte{nil, testKey}).Draw(t, "key")
		body := recordBody(p)
		text, _ := appendLine(nil, seq, testTime, kindDecision, body, digest{1}, newSealer(key))
		l, err := decode(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if !bytes.Equal(again(l, key), text) || !intact(text, l.closing) || !newSealer(key).authentic(text, l.closing) {
			t.Fatalf("read back as\n%s\nwritten as\n%s", again(l, key), text)
		}
		if len(text)-len(body) >= maxFrame || len(text) >= maxLine || !json.Valid(text) {
			t.Fatalf("a line of %d bytes around %d: %s", len(text), len(body), text)
		}
	})
}

// TestTheLargestRecordIsALine is the worst case of every limit at once.
func TestTheLargestRecordIsALine(t *testing.T) {
	t.Parallel()
	worst := strings.Repeat("\x01", 2*maxError)
	rules := make([]string, 2*maxRules)
	for i := range rules {
		rules[i] = worst
	}
	dir := t.TempDir()
	l := open(t, dir, Options{MaxParams: MaxMaxParams})
	params := json.RawMessage(`"` + strings.Repeat(`\"`, MaxMaxParams) + `"`)
	if err := l.Append(Record{worst, worst, worst, params, Deny, rules, worst, 1 << 62, worst, true}); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	wantClean(t, dir, VerifyOptions{})
}

func TestDecodeIsStrict(t *testing.T) {
	t.Parallel()
	p, err := prepare(Record{Decision: Allow, Agent: "a\n", Params: json.RawMessage(`{"a":[1,"}"]}`), Rules: []string{"r", "s"}}, 100)
	if err != nil {
		t.Fatal(err)
	}
	good, _ := appendLine(nil, 7, testTime, kindDecision, recordBody(p), digest{}, newSealer(testKey))
	if _, err := decode(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"sequence 0":            {`"seq":7`, `"seq":0`},
		"a leading zero":        {`"seq":7`, `"seq":07`},
		"no sequence":           {`"seq":7`, `"seq":`},
		"a negative sequence":   {`"seq":7`, `"seq":-7`},
		"a fraction":            {`"seq":7`, `"seq":7.0`},
		"sequence 2^53":         {`"seq":7`, `"seq":9007199254740992`},
		"a sequence past 2^64":  {`"seq":7`, `"seq":99999999999999999999`},
		"a string for a number": {`"seq":7`, `"seq":"7"`},
		"another offset":        {`.456789Z`, `.456789+00:00`},
		"milliseconds":          {`.456789Z`, `.456Z`},
		"no such day":           {`2026-11-03`, `2026-11-31`},
		"kind":                  {`"decision","agent"`, `"decisions","agent"`},
		"another kind":          {`"decision","agent"`, `"open","agent"`},
		"name in capitals":      {`"agent"`, `"Agent"`},
		"name escaped":          {`"agent"`, `"\u0061gent"`},
		"escape not needed":     {`"a\n"`, `"\u0061\n"`},
		"escape spelt long":     {`"a\n"`, `"a\u000a"`},
		"escape in capitals":    {`"a\n"`, `"a\u001B"`},
		"escape of a slash":     {`"a\n"`, `"a\/"`},
		"escape cut off":        {`"a\n"`, `"a\u00`},
		"bare newline":          {`"a\n"`, "\"a\n\""},
		"invalid UTF-8":         {`"a\n"`, "\"a\xff\""},
		"null for a string":     {`"a\n"`, `null`},
		"decision":              {`"ALLOW"`, `"MAYBE"`},
		"decision in small":     {`"ALLOW"`, `"allow"`},
		"params open":           {`[1,"}"]}`, `[1,"}"]`},
		"params twice":          {`[1,"}"]}`, `[1,"}"]}{}`},
		"params missing":        {`{"a":[1,"}"]}`, ``},
		"params with a space":   {`[1,"}"]}`, `[1, "}"]}`},
		"params no JSON":        {`[1,"}"]}`, `[01,"}"]}`},
		"params in bad UTF-8":   {`[1,"}"]}`, "[1,\"\xff\"]}"},
		"null for a list":       {`["r","s"]`, `null`},
		"list with a comma":     {`["r","s"]`, `["r","s",]`},
		"list without commas":   {`["r","s"]`, `["r""s"]`},
		"list open":             {`["r","s"]`, `["r","s"`},
		"a number for a truth":  {`"shadow":false`, `"shadow":0`},
		"order":                 {`"error":"","shadow":false`, `"shadow":false,"error":""`},
		"missing":               {`"error":"",`, ``},
		"twice":                 {`"error":"",`, `"error":"","error":"",`},
		"unknown":               {`"error":"",`, `"error":"","extra":"",`},
		"prev too short":        {`"prev":"00`, `"prev":"0`},
		"prev in capitals":      {`"prev":"00`, `"prev":"0A`},
		"prev not hexadecimal":  {`"prev":"00`, `"prev":"0x`},
		"two macs":              {`,"mac":"`, `,"mac":"` + strings.Repeat("0", 64) + `","mac":"`},
		"no hash":               {`,"hash":"`, `,"sum":"`},
		"brace missing":         {`"}`, `"`},
	} {
		text := strings.Replace(string(good), change[0], change[1], 1)
		if name == "brace missing" {
			text = string(good[:len(good)-1])
		}
		if text == string(good) {
			t.Errorf("%s: nothing changed", name)
		}
		if _, err := decode([]byte(text)); err == nil {
			t.Errorf("%s: taken:\n%s", name, text)
		}
	}
	for _, tail := range []string{" ", "}", "\r", "\x00", "{}"} {
		if _, err := decode(append(bytes.Clone(good), tail...)); err == nil {
			t.Errorf("%q after the line: taken", tail)
		}
	}
}

// FuzzDecode: no input is a panic, and what is taken has one spelling.
func FuzzDecode(f *testing.F) {
	for _, key := range [][]byte{nil, testKey} {
		for name, text := range goodLog(f, key) {
			if name == headName {
				f.Add([]byte(text[:slotSize]))
				continue
			}
			for line := range strings.Lines(text) {
				f.Add([]byte(strings.TrimSuffix(line, "\n")))
			}
		}
	}
	for _, seed := range []string{"", "{", "{}", "null", `{"seq":`, `{"seq":1}`, "\xff", strings.Repeat("[", 20_000)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		decodeSlot(text)
		l, err := decode(text)
		if err != nil {
			return
		}
		if !bytes.Equal(frame(again(l, nil)), frame(text)) {
			t.Errorf("taken, but written otherwise:\n%s\n%s", text, again(l, nil))
		}
		if !json.Valid(text) {
			t.Errorf("taken, but not JSON: %s", text)
		}
	})
}

// FuzzChain: no file is a crash, every line of it is counted, and none is trusted that was not written with the key.
func FuzzChain(f *testing.F) {
	files := goodLog(f, nil)
	f.Add([]byte(files[activeName]))
	f.Add([]byte(files[file1] + files[file2]))
	f.Add([]byte("\n\n{\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, key := range [][]byte{nil, testKey} {
			v := newVerifier(VerifyOptions{Key: key})
			v.chain.begin(activeName)
			v.lines.reset(bytes.NewReader(text))
			tail, err := v.chain.follow(v.lines)
			if err != nil {
				t.Fatal(err)
			}
			r := v.report()
			if r.Lines != int64(bytes.Count(text, []byte("\n"))) || r.Bytes+tail.size != int64(len(text)) {
				t.Errorf("%d lines and %d bytes counted in %q", r.Lines, r.Bytes+tail.size, text)
			}
			if key != nil && r.FaultCount < r.Lines {
				t.Errorf("lines that were not written with the key are trusted: %q", text)
			}
		}
	})
}
