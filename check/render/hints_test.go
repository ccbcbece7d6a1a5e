package render

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// Each problem that a fault can have has a hint, except for those that the text
// alone tells.
func TestEachProblemHasAHint(t *testing.T) {
	textTells := []fault.Problem{fault.OtherProblem}
	problems := declaredProblems(t)
	for _, p := range problems {
		hasRow := slices.ContainsFunc(problemHints, func(row problemRow) bool { return row.problem == p })
		if !hasRow && !slices.Contains(textTells, p) {
			t.Errorf("%q has no hint", p)
		}
	}
	if len(problems) != len(problemHints)+len(textTells) {
		t.Errorf("%d problems, %d hints", len(problems), len(problemHints))
	}
}

// declaredProblems finds the constants of type Problem where they are declared.
func declaredProblems(t *testing.T) []fault.Problem {
	t.Helper()
	return slices.Sorted(maps.Values(problemNames(t)))
}

// problemNames finds the constants of type Problem by their names.
func problemNames(t *testing.T) map[string]fault.Problem {
	t.Helper()
	file, err := parser.ParseFile(gotoken.NewFileSet(), "../fault/problem.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]fault.Problem{}
	ast.Inspect(file, func(n ast.Node) bool {
		if value, ok := n.(*ast.ValueSpec); ok {
			all[value.Names[0].Name] = fault.Problem(unquote(t, value.Values[0].(*ast.BasicLit)))
		}
		return true
	})
	return all
}

// unquote returns the text that a literal stands for.
func unquote(t *testing.T, literal *ast.BasicLit) string {
	t.Helper()
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A hint that depends on more than the problem or the kind.
func TestHints(t *testing.T) {
	target := func(port uint16, s report.Security) *report.Report {
		return &report.Report{Target: report.Target{Port: port, Security: s}, Start: start}
	}
	offers := func(capabilities ...string) *report.Report { return &report.Report{Capabilities: capabilities} }
	login := func(mechanism string, token bool) *report.Report {
		return &report.Report{Login: &report.Login{Mechanism: mechanism, Token: token}}
	}
	shown := func(days int) *report.Report {
		c := &report.Certificate{NotAfter: start.AddDate(0, 0, days)}
		return &report.Report{Start: start, TLS: &report.TLS{Client: &report.Client{Shown: c}}}
	}
	const (
		load      = "look at the server's load and log: it hangs, or waits for something"
		untrusted = "have the server trust its issuer, or use another one"
	)
	keyed := &report.Report{TLS: &report.TLS{Certificates: []report.Certificate{{Pin: "sha256//YWJjZA=="}}}}
	silence := &fault.Error{Kind: fault.Timeout, Within: 10 * time.Second}
	seen := func(p fault.Problem) *fault.Error {
		return &fault.Error{Kind: fault.Timeout, Within: 10 * time.Second, Problem: p, Text: "but"}
	}
	beside := func(r *report.Report, address string) *report.Report {
		r.Look = &report.Look{Address: address}
		return r
	}
	refused := fault.New(fault.Auth, "no")
	for name, s := range map[string]struct {
		phase  string
		fault  *fault.Error
		report *report.Report
		want   string
	}{
		"silence on the TLS port":      {"greeting", silence, target(995, report.Clear), "use --tls, as port 995 is for TLS"},
		"STLS on the TLS port":         {"greeting", silence, target(995, report.STLS), "use --tls instead of --starttls, as port 995 is for TLS"},
		"silence on another port":      {"greeting", silence, target(1995, report.Clear), "look at the server's load and log, or use --tls -p 1995 if the port is for TLS"},
		"silence within TLS":           {"greeting", silence, target(995, report.TLSFirst), "look at its load and log, or the port belongs to an HTTPS server"},
		"it speaks TLS":                {"greeting", seen(fault.SpeaksTLS), target(110, report.Clear), "use --tls -p 110"},
		"it speaks TLS, not STLS":      {"greeting", seen(fault.SpeaksTLS), target(995, report.STLS), "use --tls instead of --starttls"},
		"it does not speak TLS":        {"tls", seen(fault.InClear), target(110, report.TLSFirst), "use --starttls, or turn TLS on for that port of the server"},
		"it speaks HTTP":               {"greeting", seen(fault.SpeaksHTTP), target(110, report.Clear), "POP3 is usually on port 110, or on 995 with --tls"},
		"another port answers":         {"connect", seen(fault.PortSilent), beside(target(110, report.STLS), "192.0.2.1:995"), "open port 110 in the firewall, lift a ban, or use --tls -p 995"},
		"the port without TLS answers": {"connect", seen(fault.PortSilent), beside(target(995, report.TLSFirst), "[2001:db8::1]:110"), "open port 995 in the firewall, lift a ban, or use --starttls -p 110"},
		"the usual port answers":       {"connect", seen(fault.PortSilent), beside(target(1110, report.Clear), "192.0.2.1:110"), "open port 1110 in the firewall, lift a ban, or use -p 110"},
		"another port refuses":         {"connect", seen(fault.HostUp), beside(target(110, report.Clear), "192.0.2.1:995"), "open port 110 in the firewall, or lift a ban of this host"},
		"silence before TLS":           {"tls", silence, target(110, report.TLSFirst), load},
		"silence later":                {"stat", silence, target(995, report.Clear), load},
		"a large mailbox":              {"uidl", silence, target(110, report.Clear), "try -t 30s for a large mailbox, or look at the server's disk and load"},
		"slow login":                   {"login", silence, target(110, report.Clear), "try -t 30s: wrong passwords or locks delay logins"},

		"POP3 without TLS":       {"tls", fault.New(fault.TLS, "x").Because(fault.InClear), target(110, report.TLSFirst), "use --starttls, or turn TLS on for that port of the server"},
		"without TLS after STLS": {"stls", fault.New(fault.TLS, "x").Because(fault.InClear), target(110, report.STLS), "look at the server's log and TLS settings: it said +OK to STLS"},

		"expired client":   {"tls", fault.New(fault.TLS, "x").Because(fault.ClientRefused), shown(-3), "renew it: it expired 2026-11-18"},
		"client refused":   {"tls", fault.New(fault.TLS, "x").Because(fault.ClientRefused), shown(3), untrusted},
		"unknown client":   {"tls", fault.New(fault.TLS, "x").Because(fault.ClientRefused), target(995, report.TLSFirst), untrusted},
		"no TLSA record":   {"tls", fault.New(fault.Certificate, "x").Because(fault.NoTLSA), keyed, "if the server's key is right, publish a record for it: 3 1 1 61626364"},
		"another key":      {"tls", fault.New(fault.Certificate, "x").Because(fault.NoMatch), keyed, "if the server's key is right, add a record for it: 3 1 1 61626364"},
		"no certificate":   {"tls", fault.New(fault.Certificate, "x").Because(fault.NoTLSA), offers(), "if the server's key is right, publish a record for it"},
		"TLS before login": {"login", fault.New(fault.TLSRequired, "x"), offers("STLS"), "use --starttls, or --tls on port 995"},
		"no STLS to log in by": {"login", fault.New(fault.TLSRequired, "x").Because(fault.NoSTLS), offers("TOP"),
			"use --tls on port 995"},
		"STLS not offered": {"stls", fault.New(fault.STLS, "x").Because(fault.NoSTLS), offers("TOP", "SASL PLAIN"), "use --tls on port 995, or enable STLS on the server"},
		"nothing offered":  {"stls", fault.New(fault.STLS, "x").Because(fault.NoSTLS), offers(), "use --tls on port 995, or enable STLS on the server"},
		"no CAPA":          {"stls", fault.New(fault.STLS, "x").Because(fault.NoCAPA), offers(), "try --no-capa, or --tls on port 995"},
		"no CAPA, no TLS":  {"login", fault.New(fault.TLSRequired, "x").Because(fault.NoCAPA), offers(), "use --tls on port 995, as this server has no CAPA"},
		"banned":           {"login", fault.New(fault.Temporary, "x").Because(fault.Banned), offers(), "find what logs in with an old password, then wait or have the ban lifted"},
		"banned at once":   {"greeting", fault.New(fault.Greeting, "x").Because(fault.Banned), offers(), "have the ban of this host lifted, and find out what it is for"},
		"full at login":    {"login", fault.New(fault.Temporary, "x").Because(fault.NoRoom), offers(), "make room or raise the quota; the password is not the reason"},
		"full after login": {"stat", fault.New(fault.Temporary, "x").Because(fault.NoRoom), offers(), "make room or raise the quota"},
		"too many users":   {"login", fault.New(fault.InUse, "x").Because(fault.TooManySessions), offers(), "let others end, or raise the server's limit (Dovecot: mail_max_userip_connections)"},
		"STLS refused":     {"stls", fault.New(fault.STLS, "x"), offers("STLS"), "try --tls on port 995, or look at the server's TLS settings and log"},

		"nothing in common": {"login", fault.New(fault.Mechanism, "x"), offers("SASL CRAM-MD5 GSSAPI", "", "user"), "enable another one on the server, which offers only CRAM-MD5, GSSAPI, USER"},
		"no login offered":  {"login", fault.New(fault.Mechanism, "x"), offers("TOP"), "enable a way to log in on the server, such as PLAIN or USER"},

		"a password":      {"login", refused, login("PLAIN", false), anyProvider},
		"a token":         {"login", refused, login("XOAUTH2", true), "check its user, scope and age, and POP for the mailbox"},
		"a certificate":   {"login", refused, login("EXTERNAL", false), "have the server trust it and find the user in it"},
		"a digest":        {"login", refused, login("APOP", false), "check the password, or use another --auth than APOP"},
		"a binding":       {"login", refused, login("SCRAM-SHA-256-PLUS", false), "try it without -PLUS; if that works, try --channel-binding"},
		"refused later":   {"stat", refused, login("APOP", false), "the login was accepted before: look at the server's log"},
		"refused before":  {"login", refused, target(110, report.Clear), anyProvider},
		"another kind":    {"login", fault.New(fault.InUse, "x"), login("APOP", false), "wait for the other session to end, or give the check a mailbox of its own"},
		"a known problem": {"login", fault.New(fault.Auth, "x").Because(fault.AccountClosed), login("PLAIN", false), "have it enabled or a new password set; more tries may lock it"},
	} {
		p := page{Verdict: verdict.Verdict{Report: s.report}}
		if got := p.hint(verdict.Finding{Phase: s.phase, Fault: s.fault}); got != s.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, s.want)
		}
	}
}

// The hint comes before the kind.
func TestHintIsLast(t *testing.T) {
	checkText(t, broke("connect", fault.New(fault.Refused, "connection refused")),
		"POP3 CRITICAL - connect: connection refused; start the POP3 service there, or see whether a firewall resets connections [refused]")
}

// What the password program said is shown by -v, which needs no hint then.
func TestHelperHint(t *testing.T) {
	r := broke("password", fault.New(fault.Usage, "x").Because(fault.HelperFailed))
	for verbose, want := range map[int]string{0: "; -v shows what it said [usage]", 1: "; see what it said, below [usage]"} {
		if got := text(r, verdict.Limits{}, Options{Verbose: verbose}); !strings.HasSuffix(got, want) {
			t.Errorf("-v %d: %s", verbose, got)
		}
	}
}

// What the capabilities say is bounded within a hint.
func TestHintsAreBounded(t *testing.T) {
	r := broke("login", fault.New(fault.Mechanism, "x"))
	r.Capabilities = []string{"SASL " + strings.Repeat("x", 1000)}
	if line := text(r, verdict.Limits{}, Options{}); len(line) > 600 || !strings.Contains(line, "offers only xxx") {
		t.Error(line)
	}
}

// A budget that other phases had used up is not blamed on the phase that it
// ended, nor is more time for that phase advised.
func TestBudgetUsedByOthers(t *testing.T) {
	for took, want := range map[time.Duration]string{
		160 * time.Millisecond: "POP3 CRITICAL - login: no answer within the 160 ms that were left of 2 s; see -v for the slow phase, or raise -t [timeout]",
		2 * time.Second: "POP3 CRITICAL - login: no answer within 2 s; " +
			"try -t 30s: wrong passwords or locks delay logins [timeout]",
	} {
		r := broke("login", &fault.Error{Kind: fault.Timeout, Within: 2 * time.Second})
		r.Phases = []report.Phase{{Name: "login", Time: took, Failed: true}}
		if got := text(r, verdict.Limits{Timeout: 2 * time.Second}, Options{}); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
