package render

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

var start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

// timesOf reads "name duration" pairs.
func timesOf(words ...string) []report.Phase {
	var all []report.Phase
	for i := 0; i < len(words); i += 2 {
		d, err := time.ParseDuration(words[i+1])
		if err != nil {
			panic(err)
		}
		all = append(all, report.Phase{Name: words[i], Time: d})
	}
	return all
}

// works is a report of a server that works, with login.
func works() *report.Report {
	return &report.Report{
		Target:   report.Target{Host: "mail.example.org", Port: 995, Security: report.TLSFirst, User: "alice"},
		Start:    start,
		Time:     new(34211 * time.Microsecond),
		Address:  "192.0.2.1:995",
		Complete: true,
		Phases:   timesOf("connect", "1ms", "tls", "6ms", "greeting", "2ms", "capa", "300us", "login", "21ms", "stat", "1ms", "quit", "5ms"),
		Greeting: new("Dovecot ready."),
		Mailbox:  &report.Mailbox{Messages: 5, Octets: 18067},
	}
}

// broke is a report of a session that ended in a fault.
func broke(phase string, f *fault.Error) *report.Report {
	return &report.Report{
		Target:   report.Target{Host: "192.0.2.1", Port: 110},
		Start:    start,
		Time:     new(9 * time.Millisecond),
		Address:  "192.0.2.1:110",
		Findings: []report.Finding{{Phase: phase, Fault: f}},
	}
}

// lasting is a certificate of which so many days and an hour are left.
func lasting(subject string, days int) *report.Certificate {
	return &report.Certificate{Subject: subject, Days: days, NotAfter: start.AddDate(0, 0, days).Add(time.Hour)}
}

func fromServer(text string) report.Line { return report.Line{From: report.FromServer, Text: &text} }
func fromClient(text string) report.Line { return report.Line{From: report.FromClient, Text: &text} }

// ranges reads "label warning critical", "-" is none.
func ranges(lines ...string) verdict.Limits {
	l := verdict.Limits{Timeout: 10 * time.Second, Metrics: map[string]verdict.Limit{}}
	for _, line := range lines {
		words := strings.Fields(line)
		one := verdict.Limit{}
		for i, set := range []**verdict.Range{&one.Warning, &one.Critical} {
			if words[1+i] == "-" {
				continue
			}
			r, err := verdict.ParseRange(words[1+i], unitOf(words[0]))
			if err != nil {
				panic(err)
			}
			*set = r
		}
		l.Metrics[words[0]] = one
	}
	return l
}

// unitOf is the unit in which the limits of a metric are typed.
func unitOf(label string) verdict.Unit {
	for _, row := range verdict.Metrics() {
		if row.Label == label || strings.HasPrefix(label, "time_") {
			return row.Unit
		}
	}
	panic(label)
}

// written is a verdict in a format.
func written(format string, v verdict.Verdict, o Options) string {
	write, _ := Find(format)
	return write(v, o)
}

// shown is all of the output.
func shown(r *report.Report, l verdict.Limits, o Options) string {
	return written("nagios", verdict.Judge(r, l), o)
}

// text is the first line up to the perfdata.
func text(r *report.Report, l verdict.Limits, o Options) string {
	first, _, _ := strings.Cut(shown(r, l, o), "\n")
	before, _, _ := strings.Cut(first, " | ")
	return before
}

// checkText fails unless the report is told in just these words.
func checkText(t *testing.T, r *report.Report, want string) {
	t.Helper()
	if got := text(r, verdict.Limits{}, Options{}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// section returns the lines below a title of the verbose output, without their
// indentation.
func section(t *testing.T, output, title string) []string {
	t.Helper()
	var lines []string
	inside := false
	for line := range strings.Lines(output) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case !strings.HasPrefix(line, "  "):
			inside = line == title+":"
		case inside:
			lines = append(lines, line[2:])
		}
	}
	return lines
}

// checkPerfdata reads perfdata as the strictest engine does: items apart by one
// blank, each label=value[unit][;warn[;crit[;min[;max]]]] without a ; at its end.
func checkPerfdata(perf string) error {
	seen := map[string]bool{}
	for _, item := range strings.Split(perf, " ") {
		label, rest, found := strings.Cut(item, "=")
		if !found || label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" || seen[label] {
			return fmt.Errorf("label of %q", item)
		}
		seen[label] = true
		fields := strings.Split(rest, ";")
		if len(fields) > 5 || len(fields) > 1 && fields[len(fields)-1] == "" {
			return fmt.Errorf("fields of %q", item)
		}
		value := strings.TrimRight(fields[0], "sB")
		if len(fields[0])-len(value) > 1 || !plain(value) {
			return fmt.Errorf("value of %q", item)
		}
		for i, field := range fields[1:] {
			if i < 2 && !isRange(field) || i >= 2 && field != "" && !plain(field) {
				return fmt.Errorf("field %d of %q", i+1, item)
			}
		}
	}
	return nil
}

// plain reports whether s is a decimal number without an exponent or a plus.
func plain(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && strings.Trim(s, "0123456789.-") == "" && strings.LastIndex(s, "-") <= 0
}

func isRange(s string) bool {
	if s == "" {
		return true
	}
	s = strings.TrimPrefix(s, "@")
	from, to, both := strings.Cut(s, ":")
	if !both {
		return plain(s)
	}
	return (from == "~" || plain(from)) && (to == "" || plain(to))
}
