package render

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
)

// byPassword is a report of a session that ended in a fault, with a login by a
// password.
func byPassword(phase string, f *fault.Error) *report.Report {
	r := broke(phase, f)
	r.Login = &report.Login{User: "probe@mail.example.org", Mechanism: "PLAIN", Source: "/etc/icinga2/pop3x.password"}
	return r
}

// Whose login was refused, how, and where the secret came from.
func TestLoginRefused(t *testing.T) {
	shownTo := &report.TLS{Client: &report.Client{Shown: &report.Certificate{Subject: "monitoring"}}}
	for _, s := range []struct {
		login report.Login
		tls   *report.TLS
		want  string
	}{
		{report.Login{User: "alice", Mechanism: "PLAIN", Source: "/etc/pw"}, nil, "alice was refused (PLAIN, password from /etc/pw)"},
		{report.Login{User: "alice", Mechanism: "USER", Source: "POP3X_PASSWORD"}, nil, "alice was refused (USER, password from POP3X_PASSWORD)"},
		{report.Login{User: "alice", Mechanism: "PLAIN", Source: "/etc/monitoring/pop3.ini [probe]"}, nil, "alice was refused (PLAIN, password from …/pop3.ini [probe])"},
		{report.Login{User: "alice", Mechanism: "PLAIN", Source: "systemd credential check_pop3x.password"}, nil, "alice was refused (PLAIN, password from …check_pop3x.password)"},
		{report.Login{User: "alice", Mechanism: "PLAIN", Source: "the program /usr/bin/pass"}, nil, "alice was refused (PLAIN, password from …/usr/bin/pass)"},
		{report.Login{User: "alice", Mechanism: "XOAUTH2", Source: "microsoft:example.org", Token: true}, nil, "alice was refused (XOAUTH2, token from microsoft:example.org)"},
		{report.Login{User: "alice", Mechanism: "EXTERNAL"}, shownTo, "alice was refused (EXTERNAL, certificate of monitoring)"},
		{report.Login{Mechanism: "EXTERNAL"}, shownTo, "the client certificate of monitoring was refused (EXTERNAL)"},
		{report.Login{Mechanism: "EXTERNAL"}, nil, "the client certificate was refused (EXTERNAL)"},
		{report.Login{User: strings.Repeat("x", 50), Mechanism: "APOP", Source: "pw"}, nil, strings.Repeat("x", 39) + "… was refused (APOP, password from pw)"},
	} {
		r := broke("login", &fault.Error{Kind: fault.Auth, Said: "no"})
		r.Login, r.TLS = &s.login, s.tls
		if got := text(r, ranges(), Options{}); !strings.HasPrefix(got, "POP3 CRITICAL - login: "+s.want+"; ") {
			t.Errorf("got  %s\nwant %s", got, s.want)
		}
	}
}

// What a refusal means depends on what the server said, and on whether anybody was
// to be logged in.
func TestRefusals(t *testing.T) {
	for _, s := range []struct {
		phase string
		f     fault.Error
		want  string
	}{
		{"login", fault.Error{Kind: fault.Auth, Problem: fault.NameRefused}, "the server refused the user name probe@mail.example.org"},
		{"login", fault.Error{Kind: fault.Mechanism, Problem: fault.SyntaxRefused}, "the server does not understand PLAIN"},
		{"login", fault.Error{Kind: fault.Mechanism, Problem: fault.SyntaxRefused, Text: "a token of 5000 octets"}, "a token of 5000 octets"},
		{"login", fault.Error{Kind: fault.Temporary, Problem: fault.BackendDown}, "the server could not log in probe@mail.example.org"},
		{"login", fault.Error{Kind: fault.Permanent, Problem: fault.POP3Off}, "POP3 is switched off for probe@mail.example.org"},
		{"stat", fault.Error{Kind: fault.Temporary, Text: "the server could not open the mailbox"}, "the server could not open the mailbox"},
		{"stat", fault.Error{Kind: fault.Auth, Text: "the server refused STAT"}, "the server refused STAT"},
		{"list", fault.Error{Kind: fault.Temporary, Text: "the server refused LIST"}, "the server refused LIST"},
		{"list", fault.Error{Kind: fault.Temporary, Problem: fault.NoRoom, Text: "the server refused LIST"}, "the server has no room for the mailbox of probe@mail.example.org"},
		{"token", fault.Error{Kind: fault.Token, Problem: fault.AccountClosed, Text: "the user is disabled"}, "the user is disabled"},
	} {
		if got := text(byPassword(s.phase, &s.f), ranges(), Options{}); !strings.Contains(got, " - "+s.phase+": "+s.want+"; ") {
			t.Errorf("got  %s\nwant %s", got, s.want)
		}
	}
	for want, f := range map[string]fault.Error{
		"too many sessions are open; ":                   {Kind: fault.Greeting, Problem: fault.TooManySessions, Text: "the server refuses the session"},
		"the server takes no logins from this host for ": {Kind: fault.Greeting, Problem: fault.Banned, Text: "the server refuses the session"},
		"the server refuses the session; ":               {Kind: fault.Greeting, Text: "the server refuses the session"},
	} {
		if got := text(broke("greeting", &f), ranges(), Options{}); !strings.Contains(got, "greeting: "+want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// What happened and what to do reach a phone, which shows 160 characters.
func TestRefusalsFitAPhone(t *testing.T) {
	var all []fault.Error
	for _, row := range refusalRows {
		kind := row.kind
		if kind == "" {
			kind = fault.Auth
		}
		all = append(all, fault.Error{Kind: kind, Problem: row.problem, Said: "no"})
	}
	for _, mechanism := range []string{"PLAIN", "USER", "APOP", "SCRAM-SHA-256", "EXTERNAL", "XOAUTH2"} {
		for _, f := range append(slices.Clone(all), fault.Error{Kind: fault.Auth, Said: "no"}) {
			r := byPassword("login", &f)
			r.Login.Mechanism, r.Login.Token = mechanism, mechanism == "XOAUTH2"
			line, _, _ := strings.Cut(shown(r, ranges(), Options{}), " [")
			if n := utf8.RuneCountInString(line); n > 160 {
				t.Errorf("%d characters: %s", n, line)
			}
		}
	}
	for _, known := range providers {
		r := byPassword("login", &fault.Error{Kind: fault.Auth, Said: "no"})
		r.Login.User, r.Capabilities = "probe@gmail.com", []string{"SASL " + known.offers}
		if r.Greeting = new(strings.Join(known.greetings, " ")); len(known.hosts) > 0 {
			r.Host = known.hosts[0]
		}
		line, _, _ := strings.Cut(shown(r, ranges(), Options{}), " [")
		if n := utf8.RuneCountInString(line); n > 160 || !strings.HasSuffix(line, known.hint) {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}
