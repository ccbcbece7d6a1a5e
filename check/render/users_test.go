package render

import (
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// ended is a report of a session that ended in a phase, after those that ran.
func ended(phase string, f *fault.Error, ran ...string) *report.Report {
	r := broke(phase, f)
	for _, name := range ran {
		r.Phases = append(r.Phases, report.Phase{Name: name, Time: time.Millisecond})
	}
	return r
}

// What people learn who do not know POP3, and how far it went.
func TestInShort(t *testing.T) {
	alice := func(r *report.Report) *report.Report {
		r.Login = &report.Login{User: "alice", Mechanism: "PLAIN"}
		return r
	}
	held := alice(ended("login", fault.New(fault.Auth, "no login was tried"), "connect", "greeting", "capa"))
	held.Refusals = &report.Refusals{Count: 3, Last: start.Add(-time.Hour), Held: true}
	reached := works()
	reached.Mailbox, reached.Phases = nil, reached.Phases[:4]
	broken := fault.New(fault.Closed, "the server closed the connection")
	for _, s := range []struct {
		r        *report.Report
		sentence string
		list     string
	}{
		{works(), "Users can log in and see their mail.", "– name  ✓ network  ✓ TLS  ✓ greeting  ✓ login  ✓ mailbox"},
		{reached, "Users can reach the server; no login was tried.", "– name  ✓ network  ✓ TLS  ✓ greeting  – login  – mailbox"},
		{ended("resolve", fault.New(fault.DNS, "no DNS server answers").Because(fault.NoResolver), "resolve"),
			"This check could not find out whether users can fetch mail: no DNS server answers.", "✗ name  – network  – TLS  – greeting  – login  – mailbox"},
		{ended("tls", fault.New(fault.Certificate, "the certificate is a portal's").Because(fault.OtherServer), "connect", "tls"),
			"Seen from here, users reach another server, or do not trust it: the certificate is a portal's.", "– name  ✓ network  ✗ TLS  – greeting  – login  – mailbox"},
		{ended("resolve", fault.New(fault.DNS, "the name does not exist"), "resolve"),
			"Seen from here, users cannot reach the server: the name does not exist.", "✗ name  – network  – TLS  – greeting  – login  – mailbox"},
		{ended("connect", fault.New(fault.Refused, "refused"), "resolve", "connect"),
			"Seen from here, users cannot reach the server: refused.", "✓ name  ✗ network  – TLS  – greeting  – login  – mailbox"},
		{ended("tls", fault.New(fault.Certificate, "the certificate expired"), "connect", "tls"),
			"Users can reach the server, but their mail programs may not trust it: the certificate expired.", "– name  ✓ network  ✗ TLS  – greeting  – login  – mailbox"},
		{ended("tls", fault.New(fault.Certificate, "another key").Because(fault.NotPinned), "connect", "tls"),
			"This check could not find out whether users can fetch mail: another key.", "– name  ✓ network  ✗ TLS  – greeting  – login  – mailbox"},
		{ended("stls", broken, "connect", "greeting", "capa", "stls"),
			"Users can reach the server, but may get no secure connection: the server closed the connection.", "– name  ✓ network  ✗ TLS  ✓ greeting  – login  – mailbox"},
		{ended("greeting", broken, "connect", "tls", "greeting"),
			"Users can reach the server, but it does not work as a mail server should: the server closed the connection.", "– name  ✓ network  ✓ TLS  ✗ greeting  – login  – mailbox"},
		{ended("greeting", fault.New(fault.Greeting, "this is HTTP").Because(fault.SpeaksHTTP), "connect", "greeting"),
			"This check could not find out whether users can fetch mail: this is HTTP.", "– name  ✓ network  – TLS  ✗ greeting  – login  – mailbox"},
		{ended("token", fault.New(fault.Token, "the secret has expired"), "connect", "greeting", "token"),
			"This check could not find out whether users can fetch mail: the secret has expired.", "– name  ✓ network  – TLS  ✓ greeting  – login  – mailbox"},
		{ended("login", broken, "connect", "greeting", "login"),
			"Users can connect but not log in: the server closed the connection.", "– name  ✓ network  – TLS  ✓ greeting  ✗ login  – mailbox"},
		{ended("stat", broken, "connect", "greeting", "login", "stat"),
			"Users can log in but not open their mailbox: the server closed the connection.", "– name  ✓ network  – TLS  ✓ greeting  ✓ login  ✗ mailbox"},
		{ended("uidl", broken, "connect", "greeting", "login", "stat", "uidl"),
			"Users can log in and see their mail, but not all works: the server closed the connection.", "– name  ✓ network  – TLS  ✓ greeting  ✓ login  ✗ mailbox"},
	} {
		checkSection(t, shown(s.r, ranges(), Options{Verbose: 1}), "In short", s.sentence, s.list)
	}
	for want, r := range map[string]*report.Report{
		"Users can connect, but alice cannot log in: ":                     alice(ended("login", fault.New(fault.Auth, "alice was refused"), "connect", "login")),
		"Users can connect, but this user cannot log in: ":                 ended("login", fault.New(fault.InUse, "the mailbox is in use"), "connect", "login"),
		"This check could not find out whether users can fetch mail: no l": held,
	} {
		if got := section(t, shown(r, ranges(), Options{Verbose: 1}), "In short"); !strings.HasPrefix(got[0], want) {
			t.Errorf("got %s, want %s", got[0], want)
		}
	}
}

// What is worth a warning is told with what works.
func TestInShortWithWarning(t *testing.T) {
	checkSection(t, shown(works(), ranges("messages 3 -"), Options{Verbose: 1}), "In short",
		"Users can log in and see their mail; what needs attention: 5 messages (warning above 3).", "– name  ✓ network  ✓ TLS  ✓ greeting  ✓ login  ✓ mailbox")
	dead := works()
	dead.Findings = []report.Finding{{Phase: "connect", Fault: fault.New(fault.Address, "192.0.2.2 refused the connection, 192.0.2.1 works")}}
	checkSection(t, shown(dead, ranges(), Options{Verbose: 1}), "In short",
		"Users can log in and see their mail; what needs attention: 192.0.2.2 refused the connection, 192.0.2.1 works.", "– name  ✓ network  ✓ TLS  ✓ greeting  ✓ login  ✓ mailbox")
}

// If nothing was tried there is nothing to list, and wrong arguments are not for
// users.
func TestInShortOfNothing(t *testing.T) {
	checkSection(t, shown(broke("password", fault.New(fault.Usage, "no password")), ranges(), Options{Verbose: 1}), "In short",
		"This check could not find out whether users can fetch mail: no password.")
	if got := shown(broke("", fault.New(fault.Usage, "no host")), ranges(), Options{Verbose: 1}); strings.Contains(got, "In short") {
		t.Error(got)
	}
}
