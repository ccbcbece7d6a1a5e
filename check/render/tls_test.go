package render

import (
	"crypto/tls"
	"slices"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/fault"
	"check_pop3x/check/report"
	"check_pop3x/check/verdict"
)

func refusal(p fault.Problem) *fault.Error {
	return &fault.Error{Kind: fault.TLS, Text: "x", Problem: p}
}

// The hints about TLS, by what was seen.
var tlsStories = map[string]hinted{
	"expired":                {"tls", untrusted(fault.Expired), 995, report.TLSFirst, nil, true, "renew it, or have the server load the one that was renewed"},
	"not yet valid":          {"tls", untrusted(fault.NotYetValid), 995, report.TLSFirst, nil, true, "if it was issued long ago, this machine's clock is wrong"},
	"another version of TLS": {"tls", refusal(fault.OtherVersion), 995, report.TLSFirst, nil, false, "if that has to do, try a lower --tls-min"},
	"hung up at the offer": {"tls", refusal(fault.Unanswered), 995, report.TLSFirst, nil, false,
		"some do so that speak no such version (Dovecot), try a lower --tls-min; others at their limit of connections, and proxies with nothing behind them"},
	"a client's wanted":  {"greeting", refusal(fault.ClientWanted), 995, report.TLSFirst, nil, true, "try --client-cert FILE"},
	"a client's refused": {"greeting", refusal(fault.ClientRefused), 995, report.TLSFirst, nil, true, ""},
	"another name by SNI": {"tls", &fault.Error{Kind: fault.TLS, Text: "x", Err: tls.AlertError(112)}, 995, report.TLSFirst, nil, false,
		"try the name that users connect to, by --sni, or --sni '' for none"},
	"another alert":     {"tls", &fault.Error{Kind: fault.TLS, Text: "x", Err: tls.AlertError(80)}, 995, report.TLSFirst, nil, false, ""},
	"a weak key":        {"tls", untrusted(fault.WeakKey), 995, report.TLSFirst, nil, true, "have it issued anew with RSA 2048 or ECDSA, other clients refuse it as well"},
	"a weak signature":  {"tls", untrusted(fault.WeakSignature), 995, report.TLSFirst, nil, true, "have it issued anew, other clients refuse it as well"},
	"not for servers":   {"tls", untrusted(fault.WrongUsage), 995, report.TLSFirst, nil, true, "have it issued anew for server authentication"},
	"constrained":       {"tls", untrusted(fault.NameConstraint), 995, report.TLSFirst, nil, true, ""},
	"another key":       {"tls", untrusted(fault.NotPinned), 995, report.TLSFirst, nil, true, "if the key was changed on purpose, that is the new --pin"},
	"revoked":           {"tls", untrusted(fault.Revoked), 995, report.TLSFirst, nil, true, "have it issued anew"},
	"no stapled answer": {"tls", untrusted(fault.NoStaple), 995, report.TLSFirst, nil, true, "turn OCSP stapling on, or have it issued without must-staple"},
	"a stale answer":    {"tls", fault.New(fault.OCSP, "x"), 995, report.TLSFirst, nil, true, "clients that look at it may refuse the server"},
}

const wantsClient = "the server asked for a client certificate, try --client-cert FILE"

// The hints after a server asked for a client certificate.
var clientStories = []struct {
	client *report.Client
	fault  *fault.Error
	want   string
}{
	{&report.Client{}, hungUp, wantsClient},
	{&report.Client{}, &fault.Error{Kind: fault.Auth, Said: "Client didn't present valid SSL Certificate"}, wantsClient},
	{&report.Client{}, &fault.Error{Kind: fault.Auth, Said: "no"}, ""},
	{&report.Client{}, greeted("No required SSL certificate was sent"), wantsClient},
	{shownUntil(3), hungUp, "the server may not accept the client certificate"},
	{shownUntil(3), greeted("SSL certificate error"), "the server may not accept the client certificate"},
	{nil, greeted("SSL certificate error"), ""},
	{nil, &fault.Error{Kind: fault.Auth, Said: "no certificate"}, ""},
	{shownUntil(-3), refusal(fault.ClientRefused), "it ended 2026-11-18"},
	{shownUntil(3), refusal(fault.ClientRefused), ""},
}

func shownUntil(days int) *report.Client {
	return &report.Client{Shown: &report.Certificate{NotAfter: start.AddDate(0, 0, days)}}
}

func asked(c *report.Client, f *fault.Error) *report.Report {
	r := broke("greeting", f)
	r.Start, r.TLS = start, &report.TLS{Client: c}
	return r
}

func TestClientHints(t *testing.T) {
	later := asked(&report.Client{}, hungUp)
	later.Findings[0].Phase = "stat"
	if got := (page{v: verdict.Verdict{Report: later}}).hint(verdict.Judge(later, verdict.Limits{}).Findings[0]); got != "" {
		t.Error(got)
	}
	for _, c := range clientStories {
		r := asked(c.client, c.fault)
		f := verdict.Judge(r, verdict.Limits{}).Findings[0]
		if got := (page{v: verdict.Verdict{Report: r}}).hint(f); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// -v tells what is neither good nor bad, but worth to know.
func TestVerboseTLS(t *testing.T) {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	c := report.Certificate{Subject: "a", Issuer: "b", NotBefore: at, NotAfter: at, Days: -1, Key: "RSA 2048", Pin: "sha256//x"}
	besides := c
	besides.Extra, besides.Pin = true, ""
	const shown = `"a", issued by "b", valid 2026-11-20 12:00:00 to 2026-11-20 12:00:00 (-1 days left), RSA 2048`
	for _, s := range []struct {
		facts report.TLS
		want  []string
	}{
		{report.TLS{Verified: true, Pinned: true, ServerName: "a", SNI: "b|"}, []string{"v, c, verified for a, pinned, asked for b"}},
		{report.TLS{Verified: true, ServerName: "a", SNI: "A", Curve: "P-256"}, []string{"v, c, P-256, verified for a"}},
		{report.TLS{Certificates: []report.Certificate{c, besides}, OutOfOrder: true},
			[]string{"v, c, not trusted", "certificate 0: " + shown, "certificate 1: " + shown + ", sent besides", "pin: sha256//x",
				"the certificates are sent in the wrong order, which clients put up with"}},
		{report.TLS{Staple: &report.Staple{Wrong: "bad | one"}}, []string{"v, c, not trusted", "OCSP: bad one"}},
		{report.TLS{Staple: &report.Staple{Status: "good", Wrong: "old"}}, []string{"v, c, not trusted", "OCSP: good, but old"}},
		{report.TLS{Staple: &report.Staple{Status: "good", From: at}}, []string{"v, c, not trusted", "OCSP: good, of 2026-11-20 12:00:00"}},
		{report.TLS{Staple: &report.Staple{Status: "good", From: at, To: at}}, []string{"v, c, not trusted", "OCSP: good, from 2026-11-20 12:00:00 to 2026-11-20 12:00:00"}},
		{report.TLS{Client: &report.Client{}}, []string{"v, c, not trusted", "client certificate: asked for, none was given"}},
		{report.TLS{Client: &report.Client{Shown: &c}}, []string{"v, c, not trusted", "client certificate: asked for, shown was " + shown}},
	} {
		s.facts.Version, s.facts.Cipher = "v", "c"
		r := works()
		r.TLS = &s.facts
		if got := section(t, displayed(r), "TLS"); !slices.Equal(got, s.want) {
			t.Errorf("got  %q\nwant %q", got, s.want)
		}
	}
}

func displayed(r *report.Report) string { return shown(r, ranges(), Options{Verbose: 1}) }

// How the capabilities change by TLS is worth to know.
func TestVerboseSTLS(t *testing.T) {
	for _, s := range []struct {
		before, under []string
		want          []string
	}{
		{[]string{"USER", "STLS", "TOP"}, []string{"user", "top"}, nil},
		{[]string{"STLS", "TOP"}, []string{"TOP", "USER", "SASL | PLAIN"}, []string{"came with TLS: USER, SASL PLAIN"}},
		{[]string{"STLS", "UIDL", "SASL PLAIN"}, []string{"STLS", "SASL LOGIN"},
			[]string{"came with TLS: SASL LOGIN", "went with TLS: UIDL, SASL PLAIN", "STLS is still offered under TLS, where it is not permitted"}},
	} {
		r := works()
		r.BeforeTLS, r.UnderTLS = s.before, s.under
		out := displayed(r)
		if s.want == nil && strings.Contains(out, "STLS:") {
			t.Error(out)
		} else if s.want != nil {
			checkSection(t, out, "STLS", s.want...)
		}
		if r.BeforeTLS = nil; len(page{v: verdict.Verdict{Report: r}}.stls()) != 0 {
			t.Error("there is nothing to compare")
		}
	}
}
