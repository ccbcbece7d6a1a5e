package verdict

import (
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// start is when all reports of the tests begin.
var start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// complete is a whole session over TLS, 34 ms long.
func complete() *report.Report {
	return &report.Report{
		Target:   report.Target{Host: "mail.example.org", Port: 995, Security: report.TLSFirst, User: "alice"},
		Start:    start,
		Time:     new(34211 * time.Microsecond),
		Complete: true,
		Phases: []report.Phase{
			{Name: "connect", Time: time.Millisecond},
			{Name: "login", Time: 21 * time.Millisecond, Budget: 3 * time.Second},
			{Name: "quit", Time: time.Millisecond},
		},
		TLS:     &report.TLS{Expiry: lasting("mail.example.org", 29)},
		Mailbox: &report.Mailbox{Messages: 5, Octets: 18067},
	}
}

// lasting is a certificate of 90 days, of which so many and an hour are left.
func lasting(subject string, days int) *report.Certificate {
	end := start.Add(time.Duration(days)*day + time.Hour)
	return &report.Certificate{Subject: subject, Days: days, NotBefore: end.Add(time.Second - 90*day), NotAfter: end}
}

// with adds faults of these kinds.
func with(r *report.Report, kinds ...fault.Kind) *report.Report {
	for _, k := range kinds {
		r.Findings = append(r.Findings, report.Finding{Phase: "login", Fault: fault.New(k, "%s", k)})
	}
	return r
}

// limits reads "label warning critical" lines; "-" is no range.
func limits(t *testing.T, text string) Limits {
	t.Helper()
	l := Limits{Timeout: 10 * time.Second, Metrics: map[string]Limit{}, States: map[fault.Kind]Status{}}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		one := Limit{}
		for i, set := range []**Range{&one.Warning, &one.Critical} {
			if words[1+i] != "-" {
				*set = mustRange(t, words[1+i])
			}
		}
		l.Metrics[words[0]] = one
	}
	return l
}

// told is the verdict in a line: its state, then each finding.
func told(v Verdict) string {
	words := []string{v.Status.String()}
	for _, f := range v.Findings {
		what := ""
		switch {
		case f.Fault != nil:
			what = string(f.Fault.Kind)
		case f.Metric != nil:
			what = f.Metric.Label + "~" + f.Range.String()
		}
		words = append(words, what+"="+strings.ToLower(f.Status.String()))
	}
	return strings.Join(words, " ")
}

func TestWorstWins(t *testing.T) {
	for _, s := range []struct {
		kinds []fault.Kind
		want  string
	}{
		{nil, "OK"},
		{[]fault.Kind{fault.CleartextOffered}, "OK cleartext-offered=ok"},
		{[]fault.Kind{fault.Usage}, "UNKNOWN usage=unknown"},
		{[]fault.Kind{fault.InUse}, "WARNING in-use=warning"},
		{[]fault.Kind{fault.Auth}, "CRITICAL auth=critical"},
		{[]fault.Kind{fault.Internal, fault.InUse}, "WARNING internal=unknown in-use=warning"},
		{[]fault.Kind{fault.InUse, fault.Internal}, "WARNING in-use=warning internal=unknown"},
		{[]fault.Kind{fault.Closed, fault.Interrupted}, "CRITICAL closed=critical interrupted=unknown"},
		{[]fault.Kind{fault.Mismatch, fault.Auth, fault.CleartextOffered}, "CRITICAL mismatch=warning auth=critical cleartext-offered=ok"},
		{[]fault.Kind{"made-up"}, "UNKNOWN made-up=unknown"}, // a kind without a row is a defect
	} {
		if got := told(Judge(with(complete(), s.kinds...), Limits{})); got != s.want {
			t.Errorf("%v: got %s, want %s", s.kinds, got, s.want)
		}
	}
}

// Each kind by itself is what the documentation says, and what --state says.
func TestEachKind(t *testing.T) {
	for _, d := range documented {
		r := &report.Report{Findings: []report.Finding{{Fault: fault.New(fault.Kind(d.kind), "x")}}}
		if v := Judge(r, Limits{}); v.Status != d.status {
			t.Errorf("%s is %v, documented is %v", d.kind, v.Status, d.status)
		}
		for _, instead := range []Status{OK, Warning, Critical, Unknown} {
			v := Judge(r, Limits{States: map[fault.Kind]Status{fault.Kind(d.kind): instead, "other": Critical}})
			if v.Status != instead {
				t.Errorf("%s overridden by %v is %v", d.kind, instead, v.Status)
			}
		}
	}
}

// Critical is looked at before warning, one value is one finding, and either
// limit may be alone.
func TestLimits(t *testing.T) {
	for _, s := range []struct{ name, limits, want string }{
		{"none", "", "OK"},
		{"within", "time 2 5", "OK"},
		{"warning", "time 30ms 5", "WARNING time~0.03=warning"},
		{"both", "time 10ms 20ms", "CRITICAL time~0.02=critical"},
		{"warning alone", "time 10ms -", "WARNING time~0.01=warning"},
		{"critical alone", "time - 10ms", "CRITICAL time~0.01=critical"},
		{"critical below warning", "time 1 10ms", "CRITICAL time~0.01=critical"},
		{"too quick", "time 50ms: -", "WARNING time~0.05:=warning"},
		{"inside", "time @30ms:40ms -", "WARNING time~@0.03:0.04=warning"},
		{"exactly", "time_login 21ms -", "OK"},
		{"phase", "time_login 20ms 5", "WARNING time_login~0.02=warning"},
		{"quit as well", "time_quit 500us -", "WARNING time_quit~0.0005=warning"},
		{"mailbox", "messages 4 -\nsize - 18000", "CRITICAL messages~4=warning size~18000=critical"},
		{"none left", "messages 1: -", "OK"},
		{"certificate", "cert_days 30: 7:", "WARNING cert_days~30:=warning"},
		{"not asked for", "matches 1: 1:", "OK"},
		{"not run", "time_top 0 0", "UNKNOWN unjudged=unknown"},
		{"several", "time 10ms -\ntime_connect - 500us\nmessages 4 4",
			"CRITICAL time~0.01=warning time_connect~0.0005=critical messages~4=critical"},
	} {
		if got := told(Judge(complete(), limits(t, s.limits))); got != s.want {
			t.Errorf("%s: got %s, want %s", s.name, got, s.want)
		}
	}
}

// Faults come first, then limits, in the order in which they were met.
func TestFindingsOfBothKinds(t *testing.T) {
	v := Judge(with(complete(), fault.Mismatch, fault.CleartextOffered), limits(t, "time 10ms -\nmessages - 4"))
	if got, want := told(v), "CRITICAL mismatch=warning cleartext-offered=ok time~0.01=warning messages~4=critical"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if worst := v.Worst(); len(worst) != 1 || worst[0].Metric.Label != "messages" {
		t.Errorf("%+v", worst)
	}
	v = Judge(with(complete(), fault.Mismatch), limits(t, "time 10ms -"))
	if worst := v.Worst(); len(worst) != 2 || worst[0].Fault == nil || worst[1].Phase != "" || worst[1].Range == nil {
		t.Errorf("%+v", worst)
	}
	if worst := Judge(complete(), Limits{}).Worst(); len(worst) != 0 {
		t.Errorf("%+v", worst)
	}
}

// What a fault cut short is shown, but not judged: the fault says more.
func TestPartialMetricsAreNotJudged(t *testing.T) {
	r := complete()
	r.Complete, r.Mailbox = false, nil
	r.Phases = r.Phases[:2]
	r.Phases[1].Failed = true
	v := Judge(with(r, fault.Timeout), limits(t, "time 1ms 1ms\ntime_login 1ms 1ms\ntime_connect 500us -"))
	if got, want := told(v), "CRITICAL timeout=critical time_connect~0.0005=warning"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var labels []string
	for _, m := range v.Metrics {
		labels = append(labels, m.Label)
	}
	if got := strings.Join(labels, " "); got != "time time_connect time_login cert_days" {
		t.Error(got)
	}
}

// The order, the units and the bounds of perfdata; a fact that was not reached
// has no metric.
func TestMetrics(t *testing.T) {
	v := Judge(complete(), limits(t, "time 2 5"))
	type row struct {
		label, unit string
		value       float64
		decimals    int
		max         float64 // 0: none
		min         bool
	}
	for i, want := range []row{
		{"time", "s", 0.034211, 6, 10, true},
		{"time_connect", "s", 0.001, 6, 0, true},
		{"time_login", "s", 0.021, 6, 3, true},
		{"time_quit", "s", 0.001, 6, 0, true},
		{"messages", "", 5, 0, 0, true},
		{"size", "B", 18067, 0, 0, true},
		{"cert_days", "", 29, 0, 0, false},
	} {
		m := v.Metrics[i]
		got := row{m.Label, m.Row.Unit.Suffix, m.Value.Float(), m.Row.Decimals, 0, m.Min != nil && *m.Min == 0}
		if m.Max != nil {
			got.max = *m.Max
		}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if len(v.Metrics) != 7 {
		t.Errorf("%d metrics", len(v.Metrics))
	}
	if m := v.Metrics[0]; m.Warning.String() != "2" || m.Critical.String() != "5" {
		t.Errorf("%v %v", m.Warning, m.Critical)
	}
	if all := Judge(&report.Report{}, Limits{}).Metrics; len(all) != 0 {
		t.Errorf("%+v", all)
	}
	if all := Judge(&report.Report{TLS: &report.TLS{}}, Limits{}).Metrics; len(all) != 0 {
		t.Errorf("a session without certificates: %+v", all)
	}
}

// A report is not changed by judging it.
func TestJudgeIsPure(t *testing.T) {
	r := with(complete(), fault.Auth)
	l := limits(t, "time 10ms -")
	first, second := told(Judge(r, l)), told(Judge(r, l))
	if first != second || len(r.Findings) != 1 {
		t.Errorf("%s, then %s", first, second)
	}
}

// A row says all about its metric.
func TestRowsAreWhole(t *testing.T) {
	labels, names := map[string]bool{}, map[string]bool{}
	for _, row := range Metrics() {
		if row.Words == nil || row.value == nil || row.Low == "" && row.Warning != "" || labels[row.Label] || names[row.Prometheus] || (row.Warning == "") != (row.Critical == "") {
			t.Errorf("%+v", row)
		}
		labels[row.Label], names[row.Prometheus] = true, true
		if !strings.HasPrefix(row.Prometheus, "pop3_") || !strings.HasSuffix(row.Help, ".") {
			t.Errorf("%s: %q, %q", row.Label, row.Prometheus, row.Help)
		}
	}
}
