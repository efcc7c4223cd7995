package audit

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRecordsAreBoundedAndSaySo(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 400)
	for name, test := range map[string]struct {
		record Record
		cut    []string
		check  func(Record) bool
	}{
		"nothing": {Record{}, nil, func(r Record) bool { return string(r.Params) == "null" }},
		"names": {
			Record{Agent: long, Session: long, Tool: long, Policy: long},
			[]string{"agent", "session", "tool", "policy"},
			func(r Record) bool { return r.Agent == long[:256] && r.Policy == long[:256] },
		},
		"odd": {Record{Tool: "x" + long}, []string{"tool"}, func(r Record) bool { return r.Tool == "x"+long[:254] }},
		"error": {
			Record{Error: strings.Repeat("e", 1025)},
			[]string{"error"},
			func(r Record) bool { return len(r.Error) == 1024 },
		},
		"invalid UTF-8": {
			Record{Agent: strings.Repeat("\xff", 5000)},
			[]string{"agent"},
			func(r Record) bool { return r.Agent == "\uFFFD" },
		},
		"many rules": {Record{Rules: make([]string, 65)}, []string{"rules"}, func(r Record) bool { return len(r.Rules) == 64 }},
		"a long rule": {
			Record{Rules: []string{long}},
			[]string{"rules"},
			func(r Record) bool { return r.Rules[0] == long[:256] },
		},
		"params": {Record{Params: json.RawMessage(`{"text": "` + long + `"}`)}, []string{"params"}, func(r Record) bool {
			var kept string
			err := json.Unmarshal(r.Params, &kept)
			return err == nil && len(kept) <= 100 && strings.HasPrefix(`{"text":"`+long, kept) && len(kept) > 97
		}},
		"spaces do not count": {
			Record{Params: json.RawMessage("[" + strings.Repeat(" ", 1000) + "1]")},
			nil,
			func(r Record) bool { return string(r.Params) == "[1]" },
		},
		"params in invalid UTF-8": {
			Record{Params: json.RawMessage("\"a\xffb\"")},
			nil,
			func(r Record) bool { return string(r.Params) == "\"a\uFFFDb\"" },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			l := open(t, dir, Options{MaxParams: 100})
			test.record.Decision = Deny
			if err := l.Append(test.record); err != nil {
				t.Fatal(err)
			}
			closeLog(t, l)
			wantClean(t, dir, VerifyOptions{})
			got, err := decode([]byte(readLines(t, filepath.Join(dir, activeName))[2]))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.cut, got.record.cut); diff != "" || !test.check(got.record.Record) {
				t.Errorf("cut: %s\nrecord %+v", diff, got.record)
			}
		})
	}
}

func TestRecordsThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := open(t, dir, Options{})
	defer closeLog(t, l)
	const secret = "hunter2"
	for name, r := range map[string]Record{
		"no decision": {},
		"decision":    {Decision: "allow"},
		"params":      {Decision: Allow, Params: json.RawMessage(`{"password":"` + secret + `"`)},
		"two values":  {Decision: Allow, Params: json.RawMessage(`1 "` + secret + `"`)},
		"bare":        {Decision: Allow, Params: json.RawMessage(secret)},
	} {
		err := l.Append(r)
		if !errors.Is(err, ErrRecord) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error quotes the parameters: %v", name, err)
		}
	}
	if l.Head().Seq != 2 {
		t.Errorf("something was written: %+v", l.Head())
	}
}
