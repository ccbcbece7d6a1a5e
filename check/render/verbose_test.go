package render

import (
	"slices"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// full is a report with something in each section.
func full() *report.Report {
	r := works()
	r.Security = report.STLS
	r.Attempts = []report.Attempt{
		{Address: "[2001:db8::1]:110", Time: 1200 * time.Microsecond, Error: "connection refused x"},
		{Address: "192.0.2.1:110", Time: time.Millisecond},
	}
	r.Phases[4].Failed = true
	r.BeforeTLS = []string{"STLS", "USER"}
	r.Capabilities = []string{"TOP", "SASL PLAIN x", "bad[2J", ""}
	r.TLS = &report.TLS{
		Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", Curve: "X25519MLKEM768", ServerName: "mail.example.org", Verified: true,
		Certificates: []report.Certificate{
			{Subject: "mail.example.org", Issuer: `Example "CA"`, Names: []string{"mail.example.org", "192.0.2.1"}, NotBefore: start.Add(-time.Hour), NotAfter: start.Add(30*24*time.Hour + time.Hour), Days: 30},
			{Subject: "old", Issuer: "root", NotBefore: start.Add(-48 * time.Hour), NotAfter: start.Add(-time.Hour), Days: -1},
		},
	}
	r.Login = &report.Login{User: "alice", Mechanism: "PLAIN", Source: "/etc/pop3x pw"}
	r.UserFrom = "POP3X_USER | x"
	r.Helper = []string{"the store[2J is open", "for now"}
	r.Findings = []report.Finding{{Phase: "capa", Fault: fault.New(fault.CleartextOffered, "the server offers USER before TLS")}}
	r.Transcript = []report.Line{fromServer("+OK Dovecot ready."), fromClient("AUTH PLAIN ***"), fromServer("+OK")}
	return r
}

func checkSection(t *testing.T, output, title string, want ...string) {
	t.Helper()
	if got := section(t, output, title); !slices.Equal(got, want) {
		t.Errorf("%s:\ngot  %s\nwant %s", title, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// What an administrator pastes into a ticket.
func TestVerbose(t *testing.T) {
	out := shown(full(), ranges(), Options{Verbose: 3, Notes: []string{"--delay has no effect in check_pop3x"}})
	if strings.Count(out, "|") != 1 || strings.ContainsAny(out, "\x00\x1b\r\t") {
		t.Error(out)
	}
	checkSection(t, out, "Findings", "OK - capa: the server offers USER before TLS; disable logins without TLS on the server (Dovecot: auth_allow_cleartext = no) [cleartext-offered]")
	checkSection(t, out, "Notes", "--delay has no effect in check_pop3x")
	checkSection(t, out, "Addresses", "[2001:db8::1]:110  connection refused x, 1.2 ms", "192.0.2.1:110  connected, 1 ms")
	checkSection(t, out, "Phases",
		"connect        1.000 ms", "tls            6.000 ms", "greeting       2.000 ms", "capa           0.300 ms", "login         21.000 ms  failed",
		"stat           1.000 ms", "quit           5.000 ms", "time          34.211 ms")
	checkSection(t, out, "TLS", "TLS 1.3, TLS_AES_128_GCM_SHA256, X25519MLKEM768, verified for mail.example.org",
		`certificate 0: "mail.example.org" for mail.example.org, 192.0.2.1, issued by "Example 'CA'", valid 2026-11-21 09:00:00 to 2026-12-21 11:00:00 (30 days left)`,
		`certificate 1: "old", issued by "root", valid 2026-11-19 10:00:00 to 2026-11-21 09:00:00 (-1 days left)`)
	checkSection(t, out, "Password program", "the store[2J is open", "for now")
	checkSection(t, out, "Login", "alice (from POP3X_USER x) with PLAIN, password from /etc/pop3x pw")
	checkSection(t, out, "Capabilities before TLS", "STLS", "USER")
	checkSection(t, out, "Capabilities", "TOP", "SASL PLAIN x", "bad[2J", "")
	checkSection(t, out, "Dialogue", "S: +OK Dovecot ready.", "C: AUTH PLAIN ***", "S: +OK")
}

// Each -v adds sections and changes none.
func TestVerboseLevels(t *testing.T) {
	first := []string{"In short", "Findings", "Addresses", "Phases", "TLS", "Password program", "Login"}
	second := append(slices.Clone(first), "Capabilities before TLS", "Capabilities")
	for level, want := range [][]string{nil, first, second, append(slices.Clone(second), "Dialogue")} {
		out := shown(full(), ranges(), Options{Verbose: level})
		var titles []string
		for line := range strings.Lines(out) {
			if !strings.HasPrefix(line, "  ") && strings.HasSuffix(line, ":\n") {
				titles = append(titles, strings.TrimSuffix(line, ":\n"))
			}
		}
		if !slices.Equal(titles, want) {
			t.Errorf("%d: %q", level, titles)
		}
		if plain := shown(full(), ranges(), Options{}); !strings.HasPrefix(out, plain) || strings.Count(plain, "\n") != 1 {
			t.Errorf("%d: %s", level, out)
		}
	}
	if out := shown(&report.Report{Complete: true}, ranges(), Options{Verbose: 3}); strings.Count(out, "\n") != 1 {
		t.Errorf("a section without lines: %s", out)
	}
}

// What the first line shows of the server's words is not said again; -v has the
// whole of what it cuts.
func TestServersWords(t *testing.T) {
	for said, want := range map[string][]string{
		"no": nil,
		"This account is locked. Ask the help desk, extension 4711, to have it opened": {
			`the server said "This account is locked. Ask the help desk, extension 4711, to have it opened"`},
	} {
		r := broke("stat", &fault.Error{Kind: fault.Command, Said: said})
		out := shown(r, ranges(), Options{Verbose: 1})
		checkSection(t, out, "The server's words", want...)
		if cut := strings.Contains(out[:strings.Index(out, "\n")], `4711, …"`); cut != (want != nil) {
			t.Error(out)
		}
	}
}

// A remedy for several findings is told once.
func TestRemedyOnce(t *testing.T) {
	damage := func(text string) *fault.Error {
		return fault.New(fault.Consistency, "%s", text).Because(fault.IndexDamaged)
	}
	r := works()
	r.Findings = []report.Finding{{Phase: "list", Fault: damage("a")}, {Phase: "uidl", Fault: damage("b")}}
	if got := text(r, ranges(), Options{}); strings.Count(got, "rebuild") != 1 || !strings.Contains(got, "uidl: b [consistency]") {
		t.Error(got)
	}
}

// The findings that the first line does not show are told by -v.
func TestOtherFindings(t *testing.T) {
	r := full()
	r.Findings = append(r.Findings,
		report.Finding{Phase: "greeting", Fault: &fault.Error{Kind: fault.Mismatch, Said: "+OK", Text: `the greeting does not contain "x"`}},
		report.Finding{Phase: "login", Fault: &fault.Error{Kind: fault.InUse, Said: "locked"}})
	out := shown(r, ranges("time_tls - 1ms", "time_stat 1us -"), Options{Verbose: 1})
	checkSection(t, out, "Findings", "OK - capa: the server offers USER before TLS; disable logins without TLS on the server (Dovecot: auth_allow_cleartext = no) [cleartext-offered]",
		`WARNING - greeting: the greeting does not contain "x"; check that this is the right server, or correct --expect [mismatch]; the server said "+OK"`, `WARNING - login: the mailbox of alice is in use; wait for the other session to end, or give the check a mailbox of its own [in-use]; the server said "locked"`,
		"WARNING - stat took 1 ms (warning above 1 us); look at the disks and the load of the mail store; large mailboxes take their time")
}

func TestTrust(t *testing.T) {
	for want, facts := range map[string]report.TLS{
		"v, c, k, verified for a x":          {Verified: true, ServerName: "a x"},
		"v, c, k, not verified (--insecure)": {Insecure: true},
		"v, c, k, not trusted":               {},
	} {
		facts.Version, facts.Cipher, facts.Curve = "v", "c", "k"
		r := works()
		r.TLS = &facts
		checkSection(t, shown(r, ranges(), Options{Verbose: 1}), "TLS", want)
	}
}

// With --jail nothing is shown that the server said, in no section and no hint.
func TestJail(t *testing.T) {
	const secret = "Zaphod"
	r := full()
	r.Greeting, r.Mailbox = new(secret), nil
	r.BeforeTLS, r.UnderTLS, r.Capabilities = []string{secret}, []string{secret + "2"}, []string{secret}
	r.Transcript = []report.Line{fromServer("+OK " + secret), fromClient("QUIT")}
	r.Findings = []report.Finding{{Phase: "greeting", Fault: &fault.Error{Kind: fault.Mismatch, Said: secret, Text: `the greeting does not contain "x"`}}}
	out := shown(r, ranges(), Options{Verbose: 3, Jail: true})
	if strings.Contains(out, secret) {
		t.Error(out)
	}
	if want := `POP3 WARNING - greeting: the greeting does not contain "x"; check that this is the right server, or correct --expect [mismatch], at `; !strings.HasPrefix(out, want) {
		t.Errorf("got %s", out)
	}
	checkSection(t, out, "Dialogue", "S: (not shown)", "C: QUIT")
	r.Findings = nil
	if got := text(r, ranges(), Options{Jail: true}); got != "POP3 OK - greeting received, TLS 1.3, in 34 ms; no login tried" {
		t.Error(got)
	}
	for _, kind := range []fault.Kind{fault.Auth, fault.Greeting, fault.Protocol, fault.Command, fault.Closed, fault.TLS} {
		r := broke("stat", &fault.Error{Kind: kind, Said: "HTTP/1.1 " + secret})
		if got := shown(r, ranges(), Options{Verbose: 3, Jail: true}); strings.Contains(got, secret) || !strings.Contains(got, "stat: the server refused STAT; ") {
			t.Error(got)
		}
	}
}

// The hint of what there is instead of STLS is what the server said, too.
func TestJailHoldsInHints(t *testing.T) {
	r := broke("stls", fault.New(fault.STLS, "STLS is not offered"))
	r.Security, r.Capabilities = report.STLS, []string{"IMPLEMENTATION Zaphod"}
	if got := text(r, ranges(), Options{Jail: true}); strings.Contains(got, "Zaphod") {
		t.Error(got)
	}
}
