package render

import (
	"slices"
	"strings"
	"testing"
	"time"

	"check_pop3x/check/report"
)

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
		{report.TLS{Verified: true, Pinned: true, ServerName: "a", SNI: "b"}, []string{"v, c, verified for a, pinned, asked for b"}},
		{report.TLS{Verified: true, ServerName: "a", SNI: "A", Curve: "P-256"}, []string{"v, c, P-256, verified for a"}},
		{report.TLS{Certificates: []report.Certificate{c, besides}, OutOfOrder: true},
			[]string{"v, c, not trusted", "certificate 0: " + shown, "certificate 1: " + shown + ", sent as well", "pin: sha256//x",
				"the certificates are sent in the wrong order, which clients put up with"}},
		{report.TLS{Staple: &report.Staple{Wrong: "bad one"}}, []string{"v, c, not trusted", "OCSP: bad one"}},
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
		{[]string{"STLS", "TOP"}, []string{"TOP", "USER", "SASL PLAIN"}, []string{"came with TLS: USER, SASL PLAIN"}},
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
		if r.BeforeTLS = nil; len(stls(r)) != 0 {
			t.Error("there is nothing to compare")
		}
	}
}
