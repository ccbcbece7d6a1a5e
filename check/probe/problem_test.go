package probe

import (
	"strings"
	"testing"

	"check_pop3x/check/fault"
	"check_pop3x/check/pop3"
	"check_pop3x/check/report"
)

// The problem behind a fault, by what the session had learned before.
func TestProblemOf(t *testing.T) {
	closed := fault.New(fault.Closed, "the server closed the connection")
	reset := fault.New(fault.Closed, "the connection was reset").Because(fault.Reset)
	complaint := &fault.Error{Kind: fault.Auth, Said: "Client didn't present valid SSL Certificate"}
	asked := func(c *report.Certificate) report.Report {
		return report.Report{TLS: &report.TLS{Client: &report.Client{Shown: c}}}
	}
	capa := []report.Phase{{Name: "capa"}}
	talk := func(lines ...string) (r report.Report) {
		for _, line := range lines {
			from, text, _ := strings.Cut(line, " ")
			r.Transcript = append(r.Transcript, report.Line{From: map[string]string{"S": report.FromServer, "C": report.FromClient}[from], Text: &text})
		}
		return r
	}
	offers := func(capabilities ...string) report.Report { return report.Report{Capabilities: capabilities} }
	for name, s := range map[string]struct {
		phase  string
		fault  *fault.Error
		report report.Report
		want   fault.Problem
	}{
		"named already":               {"greeting", fault.New(fault.Closed, "x").Because(fault.Unanswered), report.Report{}, fault.Unanswered},
		"hang-up at once":             {"greeting", closed, report.Report{}, fault.ClosedAtOnce},
		"reset at once":               {"greeting", reset, report.Report{}, fault.ClosedAtOnce},
		"reset at CAPA":               {"capa", reset, report.Report{}, fault.ClosedAtCAPA},
		"reset at the login":          {"login", reset, report.Report{}, fault.Reset},
		"reset later":                 {"stat", reset, report.Report{}, fault.Reset},
		"hang-up at the login":        {"login", closed, report.Report{}, fault.ClosedAtLogin},
		"hang-up before CAPA":         {"capa", &fault.Error{Kind: fault.Closed, Err: pop3.ErrUnsent}, report.Report{}, ""},
		"hang-up at CAPA":             {"capa", closed, report.Report{}, fault.ClosedAtCAPA},
		"hang-up after CAPA":          {"login", closed, talk("S +OK", "C CAPA", "S -ERR", "C USER x"), fault.ClosedAtCAPA},
		"hang-up after USER":          {"login", closed, talk("S +OK", "C CAPA", "S -ERR", "C USER x", "S +OK", "C PASS ***"), fault.ClosedAtLogin},
		"hang-up in its list":         {"capa", closed, talk("S +OK", "C CAPA", "S +OK", "S TOP"), ""},
		"last word at CAPA":           {"capa", &fault.Error{Kind: fault.Closed, Said: "Session timed out"}, report.Report{}, ""},
		"hang-up later":               {"stat", closed, report.Report{}, ""},
		"no client certificate":       {"greeting", closed, asked(nil), fault.MaybeClientWanted},
		"a complaint":                 {"login", complaint, asked(nil), fault.MaybeClientWanted},
		"a complaint in the greeting": {"greeting", &fault.Error{Kind: fault.Greeting, Said: "SSL certificate error"}, asked(&report.Certificate{}), fault.MaybeClientRefused},
		"hang-up after a certificate": {"capa", closed, asked(&report.Certificate{}), fault.MaybeClientRefused},
		"hang-up much later":          {"stat", closed, asked(nil), ""},
		"another refusal":             {"login", &fault.Error{Kind: fault.Auth, Said: "no"}, asked(nil), ""},
		"not asked for one":           {"login", complaint, report.Report{TLS: &report.TLS{}}, ""},
		"a locked store":              {"password", fault.New(fault.Usage, "x"), report.Report{Helper: []string{"locked"}}, fault.HelperFailed},
		"a silent program":            {"password", fault.New(fault.Usage, "x"), report.Report{}, ""},
		"no CAPA":                     {"stls", fault.New(fault.STLS, "x"), report.Report{Phases: capa}, fault.NoCAPA},
		"CAPA was not sent":           {"stls", fault.New(fault.STLS, "x"), report.Report{}, fault.NoSTLS},
		"no STLS":                     {"stls", fault.New(fault.STLS, "x"), offers("TOP"), fault.NoSTLS},
		"STLS refused":                {"stls", fault.New(fault.STLS, "x"), offers("TOP", "stls"), ""},
		"TLS before login":            {"login", fault.New(fault.TLSRequired, "x"), offers("STLS"), ""},
		"no STLS to log in by":        {"login", fault.New(fault.TLSRequired, "x"), offers("TOP"), fault.NoSTLS},
		"no CAPA to tell":             {"login", fault.New(fault.TLSRequired, "x"), report.Report{}, ""},
		"no such message":             {"retr", fault.New(fault.Command, "x"), report.Report{}, fault.MessageGone},
		"another command":             {"noop", fault.New(fault.Command, "x"), report.Report{}, ""},
	} {
		if got := problemOf(s.phase, s.fault, &s.report); got != s.want {
			t.Errorf("%s: %q, want %q", name, got, s.want)
		}
	}
}
