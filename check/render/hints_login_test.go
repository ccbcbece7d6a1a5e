package render

import (
	"testing"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

// A toldOf is a report and the hint that it gets; "" is none.
type toldOf struct {
	report *report.Report
	want   string
}

// loginStories are those of the hints to refused logins.
func loginStories() []toldOf {
	const gmail, exchange = "Gpop ready for requests from 192.0.2.1 x", "The Microsoft Exchange POP3 service is ready. [x]"
	var all []toldOf
	for _, s := range []struct {
		kind                      fault.Kind
		mechanism, greeting, sasl string
		want                      string
	}{
		{fault.Auth, "PLAIN", "Dovecot ready.", "PLAIN XOAUTH2", ""},
		{fault.Auth, "PLAIN", exchange, "PLAIN XOAUTH2", "passwords may be switched off there, --auth xoauth2 takes an access token"},
		{fault.Auth, "USER", gmail, "PLAIN XOAUTH2 OAUTHBEARER", "passwords may be switched off there, --auth xoauth2 takes an access token"},
		{fault.Auth, "USER", exchange, "PLAIN NTLM", ""},
		{fault.Auth, "XOAUTH2", exchange, "XOAUTH2", "the token may have expired, be for another user or scope, or POP be switched off for the mailbox"},
		{fault.Auth, "OAUTHBEARER", "ready", "OAUTHBEARER", "the token may have expired, be for another user or scope, or POP be switched off for the mailbox"},
		{fault.InUse, "XOAUTH2", exchange, "XOAUTH2", ""},
		{fault.Auth, "EXTERNAL", "ready", "EXTERNAL", "the server has to trust the authority of the client certificate and to find the user in it; without -u it takes whom it finds"},
		{fault.Auth, "APOP", "ready <1@h>", "", "some servers keep a secret of its own for APOP, --auth names another way"},
		{fault.Auth, "SCRAM-SHA-256", "ready", "SCRAM-SHA-256", ""},
		{fault.Auth, "SCRAM-SHA-256-PLUS", "ready", "SCRAM-SHA-256-PLUS", "the server may know another channel binding (Cyrus 3.6: tls-unique), --channel-binding names it, or something on the way ends TLS"},
		{fault.Mechanism, "SCRAM-SHA-1", "ready", "SCRAM-SHA-1", "if that is meant to be, --scram-min-iterations allows it"},
		{fault.Protocol, "SCRAM-SHA-1", "ready", "SCRAM-SHA-1", ""},
	} {
		r := broke("login", fault.New(s.kind, "no"))
		r.Login = &report.Login{User: "alice", Mechanism: s.mechanism}
		r.Greeting, r.Capabilities = &s.greeting, []string{"SASL " + s.sasl, "USER"}
		all = append(all, toldOf{r, s.want})
	}
	return all
}

func TestLoginHints(t *testing.T) {
	for _, s := range loginStories() {
		f := verdict.Judge(s.report, verdict.Limits{}).Findings[0]
		if got := (page{v: verdict.Verdict{Report: s.report}}).hint(f); got != s.want {
			t.Errorf("%s, %q:\ngot  %s\nwant %s", s.report.Login.Mechanism, *s.report.Greeting, got, s.want)
		}
	}
}

// A certificate may be all that says who logs in.
func TestLoginWithoutName(t *testing.T) {
	r := broke("login", &fault.Error{Kind: fault.Auth, Said: "no"})
	r.Login = &report.Login{Mechanism: "EXTERNAL"}
	checkText(t, r, `POP3 CRITICAL - login: "no" with EXTERNAL [auth]; the server has to trust the authority of the client certificate and to find the user in it; without -u it takes whom it finds`)
	if lines := (page{v: verdict.Verdict{Report: r}}).login(); len(lines) != 1 || lines[0] != "with EXTERNAL" {
		t.Errorf("%q", lines)
	}
}
